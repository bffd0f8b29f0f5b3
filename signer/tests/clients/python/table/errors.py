"""KINTO.md 2.5: what is refused, with which words."""

import re

from .place import B, C, R, made
from .row import row

JSON = {"Content-Type": "application/json"}
# It trips over its own answer there.
BROKEN = {"status": 500}
NOT_ALLOWED = "This user cannot access this resource."
UNAUTHENTICATED = "Please authenticate yourself to use this endpoint."

ROWS = [
    *made({"id": "one", "n": 1}),
    row(f"PUT {R}/two", 400, 107, headers=JSON, raw=b"{", body={
        "code": 400, "error": "Invalid parameters", "details.0.location": "body"}),
    row(f"PUT {R}/two", 400, 107, "Invalid JSON", headers=JSON, raw=b"nonsense"),
    row(f"PUT {R}/two", 400, 107, headers=JSON, raw=b"\xff\xfe"),
    row(f"PUT {R}/two", 400, 107, json=[]),
    row(f"PUT {R}/two", 400, 107, json="text"),
    row(f"PUT {R}/two", 400, 107, json={"data": []}, body={"details.0.name": "data"}),
    row(f"PUT {R}/two", 400, 107, json={"data": "text"}),
    row(f"PUT {R}/two", 400, 107, json={"permissions": []}),
    row(f"PUT {R}/two", 400, 107, json={"permissions": {"read": "me"}}),
    row(f"PUT {R}/two", 400, 107, json={"permissions": {"read": [1]}}),
    row(f"PUT {R}/two", 400, 107, json={"permissions": {"fly": []}}),
    row(f"PUT {R}/two", 400, 107, json={"nonsense": 1}),
    row(f"PATCH {R}/one", 400, 107, "Provide at least one of data or permissions", json={}),
    row(f"GET {R}/two", 404, 110, body={
        "code": 404, "error": "Not Found", "details.id": "two", "details.resource_name": "record"}),

    row(f"GET {B}/collections/absent/records", 404, 111, body={"details.resource_name": "collection"}),
    row(f"PUT {B}/collections/absent/records/one", 404, 111, json={"data": {}}),
    row(f"PUT {B}/collections/absent/records/one", 404, 111, caller=None, json={"data": {}}),
    row(f"POST {B}/collections/absent/records", 404, 111, json={"data": {}}),
    row(f"GET {B}/collections/absent", 404, 110, body={"details.id": "absent"}),
    row(f"GET {B}/groups/absent", 404, 110, body={"details.resource_name": "group"}),
    row("GET /v1/buckets/absent-bucket", 403, 121, NOT_ALLOWED),
    row("GET /v1/buckets/absent-bucket", 401, 104, UNAUTHENTICATED, caller=None),
    row("PATCH /v1/buckets/absent-bucket", 403, 121, json={"data": {}}),
    row("DELETE /v1/buckets/absent-bucket", 403, 121),
    row("GET /v1/buckets/absent-bucket/collections", 403, 121),

    row(f"GET {B}", 401, 104, UNAUTHENTICATED, caller=None,
        answers={"WWW-Authenticate": re.compile(".")}),
    row(f"GET {B}", 403, 121, NOT_ALLOWED, caller="reviewer", body={"error": "Forbidden"}),
    row(f"PUT {R}/one", 401, 104, caller=None, json={"data": {}}),
    row(f"GET {R}", 403, 121, caller="reviewer"),
    row(f"GET {B}", 401, 104, headers={"Authorization": "Nonsense abc"}, caller=None),
    row(f"GET {B}", 401, 104, headers={"Authorization": "Basic !!!"}, caller=None),
    row("POST /v1/buckets", 401, 104, caller=None, json={"data": {}}),
    row("GET /v1/buckets", 401, 104, caller=None),

    row("PUT /v1/buckets", 405, 115, json={}),
    row("POST /v1/", 405, 115, json={}, answers={"Allow": re.compile("GET")}),
    row(f"POST {R}/one", 405, 115, json={}, answers={"Allow": re.compile("PATCH")}),
    row(f"PATCH {R}", 405, 115, json={}),
    row("GET /v1/batch", 405, 115),

    row(f"GET {R}", 406, 107, headers={"Accept": "text/html"}, kinto14=BROKEN),
    row(f"GET {R}", 200, headers={"Accept": "*/*"}),
    row(f"GET {R}", 200, headers={"Accept": "application/json;q=0.9, text/html"}),
    row(f"PUT {R}/two", 415, 107, headers={"Content-Type": "text/plain"}, raw=b"{}",
        kinto14=BROKEN),
    row(f"POST {R}", 415, 107, headers={"Content-Type": "application/x-www-form-urlencoded"}, raw=b"a=1",
        kinto14=BROKEN),
    row(f"PUT {R}/two", 415, 107, headers={"Content-Type": "application/merge-patch+json"}, raw=b"{}",
        kinto14=BROKEN),
    row(f"PATCH {R}/one", 415, 107, headers={"Content-Type": "text/plain"}, raw=b"{}",
        kinto14=BROKEN),
    row(f"PUT {R}/two", 201, headers={"Content-Type": "application/json; charset=utf-8"}, raw=b"{}"),
    row(f"PUT {R}/three", 201, raw=b'{"data": {"n": 3}}', body={"data.n": 3}),
    row(f"PUT {R}/nul", 400, 107, json={"data": {"s": "a\u0000b"}},
        kinto={"status": 503}, why="a text that cannot be stored is no fault of the store"),
    row(f"GET {R}/one?_fields=", 200),
    row(f"DELETE {C}?last_modified=soon", 400, 107,
        kinto={"status": 500}, why="a number is a number here as elsewhere"),
]
