"""KINTO.md 2.1: places, methods, ids, bodies."""

import re

from .place import B, C, G, R
from .row import row

UUID4 = re.compile("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
SHORT = re.compile("^[a-zA-Z0-9][a-zA-Z0-9_-]{7}$")
NUMBER = re.compile(r"^\d{13}$")
UNKNOWN = "The resource you are looking for could not be found."
BAD_ID = "path: Invalid object id"

ROWS = [
    row("GET /v1/", 200, body={
        "http_api_version": re.compile(r"^1\.\d+$"),
        "url": re.compile("^http://.*/v1/$"),
        "settings.readonly": False,
        "settings.batch_max_requests": 25,
        "user.id": re.compile("."),
        "capabilities.signer.description": re.compile("."),
    }),
    row("GET /v1/", 200, caller=None, body={"user": None}),
    row("GET /v1", 307, answers={"Location": re.compile("/v1/$")}),
    row("GET /buckets?_limit=2", 307, answers={"Location": re.compile(r"/v1/buckets\?_limit=2$")}),
    row(f"GET {B}/?x=1", 307, answers={"Location": re.compile(r"/v1/buckets/[^/]+\?x=1$")}),
    row("GET /v1/nothing", 404, 111, UNKNOWN),
    row("GET /v2/", 404, 116),
    row("GET /v1/__heartbeat__", 200, caller=None, body={"storage": True, "signer": True}),
    row("GET /v1/__lbheartbeat__", 200, caller=None),
    row("GET /v1/__version__", 200, caller=None,
        kinto={"status": 500}, why="theirs is a file of the deployment"),

    row(f"PUT {B}", 201, body={"data.id": "$b", "data.last_modified": NUMBER}),
    row(f"PUT {B}", 200, json={"data": {"a": 1}}, body={"data.a": 1}),
    row(f"PUT {B}", 200, json={"permissions": {}}, body={"data.a": 1}),
    row(f"PUT {B}", 200, json={"data": {"b": 2}}, body={"data.a": None, "data.b": 2}),
    row(f"GET {B}", 200, body={"data.b": 2, "permissions.write.length": 1}),
    row(f"HEAD {B}", 200, answers={"ETag": re.compile(r'^"\d+"$')}),
    row(f"PATCH {B}", 200, json={"data": {"c": 3}}, body={"data.b": 2, "data.c": 3}),
    row("GET /v1/buckets", 200, body={"permissions": None}),
    row("HEAD /v1/buckets", 200),
    row("POST /v1/buckets", 201, json={"data": {}}, body={"data.id": SHORT}),
    row("POST /v1/buckets", 200, json={"data": {"id": "$b", "b": 9}}, body={"data.b": 2}),

    row(f"POST {B}/collections", 201, body={"data.id": SHORT}),
    row(f"POST {B}/collections", 201, json={"data": {"id": "things"}}, body={"data.id": "things"}),
    row(f"GET {C}", 200, body={"data.id": "things"}),
    row(f"GET {B}/collections?id=things", 200, body={"data.length": 1, "data.0.id": "things"}),
    row(f"HEAD {B}/collections", 200, answers={"Total-Objects": "2", "Total-Records": "2"}),
    row(f"POST {R}", 201, json={"data": {"n": 1}}, body={"data.id": UUID4, "data.n": 1}),
    row(f"POST {R}", 201, body={"data.id": UUID4}),
    row(f"POST {R}", 201, json={"data": {"id": "one", "n": 1}}, body={"data.id": "one"}),
    row(f"POST {R}", 200, json={"data": {"id": "one", "n": 2}}, body={"data.n": 1}),
    row(f"PUT {R}/two", 201, json={"data": {"id": "two"}}, body={"data.id": "two"}),
    row(f"PUT {R}/two", 400, 107, json={"data": {"id": "three"}}),
    row(f"GET {R}/two", 200, body={"permissions.write.length": 1}),
    row(f"HEAD {R}", 200, answers={"Total-Records": "4"}),
    row(f"DELETE {R}/two", 200, json={}, body={
        "data.id": "two", "data.deleted": True, "data.last_modified": NUMBER, "permissions": None}),
    row(f"GET {R}/two", 404, 110, body={"details.id": "two", "details.resource_name": "record"}),
    row(f"DELETE {R}/two", 404, 110),
    row(f"PATCH {R}/two", 404, 110, json={"data": {}}),
    row(f"DELETE {R}?id=one", 200, body={"data.length": 1, "data.0.deleted": True}),
    row(f"DELETE {R}", 200, body={"data.length": 2}),
    row(f"DELETE {R}", 200, body={"data.length": 0}),

    row(f"PUT {G}/people", 201, json={"data": {"members": ["a:b"]}}, body={"data.members": ["a:b"]}),
    row(f"PUT {G}/nobody", 201, json={"data": {}}, body={"data.members": []}),
    row(f"PUT {G}/people", 400, 107, json={"data": {"members": "a:b"}}),
    row(f"PUT {G}/people", 400, 107, json={"data": {"members": ["system.Everyone"]}}),
    row(f"PUT {G}/people", 400, 107, json={"data": {"members": ["/buckets/a/groups/b"]}}),
    row(f"GET {G}", 200, body={"data.length": 2}),
    row(f"DELETE {G}/people", 200, body={"data.deleted": True}),
    row(f"DELETE {G}", 200, body={"data.length": 1}),

    row("PUT /v1/buckets/-a", 400, 107, BAD_ID),
    row("PUT /v1/buckets/a.b", 400, 107, BAD_ID),
    row(f"PUT {R}/%C3%A9", 400, 107, BAD_ID),
    row(f"GET {R}/a%20b", 400, 107, BAD_ID),
    row(f"POST {R}", 400, 107, BAD_ID, json={"data": {"id": "a b"}}),
    row(f"POST {R}", 400, 107, json={"data": {"id": 7}}),
    row(f"PUT {R}/_a", 400, 107, BAD_ID),

    row(f"PUT {C}", 400, 107, json={"data": {"schema": {"type": "any such"}}}),
    row(f"PUT {C}", 400, 107, json={"data": {"schema": 7}}),
    row(f"PUT {C}", 400, 107, json={"data": {"cache_expires": "soon"}}),
    row(f"PUT {C}", 200, json={"data": {"schema": {"required": ["n"]}, "cache_expires": 60}}),
    row(f"PUT {R}/bad", 400, 107, json={"data": {"m": 1}}),
    row(f"PUT {R}/good", 201, json={"data": {"n": 1}}, body={"data.schema": NUMBER}),
    row(f"PUT {B}", 400, 107, json={"data": {"record:schema": {"type": "any such"}}}),

    row(f"DELETE {C}", 200, body={"data.id": "things", "data.deleted": True}),
    row(f"GET {R}", 404, 111),
    row(f"DELETE {B}/collections", 200, body={"data.length": 1}),
    row(f"DELETE {B}", 200, body={"data.id": "$b", "data.deleted": True}),
    row(f"GET {B}", 403, 121),
]
