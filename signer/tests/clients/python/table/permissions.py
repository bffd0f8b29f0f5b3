"""KINTO.md 2.8: who may."""

import re

from .place import B, C, G, R, made
from .row import row

SOMEBODY = re.compile(".:.")


def given(where, permissions):
    return row(f"PATCH {where}", 200, json={"permissions": permissions})


def reviewer(request, status, **more):
    return row(request, status, caller="reviewer", **more)


ROWS = [
    *made({"id": "one"}, {"id": "two"}),
    row(f"GET {R}/one", 200, body={"permissions.write.0": SOMEBODY, "permissions.read": None}),
    row(f"GET {R}", 200, body={"permissions": None}),
    reviewer(f"GET {R}/one", 403),
    given(f"{R}/one", {"read": ["system.Authenticated"]}),
    reviewer(f"GET {R}/one", 200, body={"permissions": {}}),
    reviewer(f"GET {R}", 200, body={"data.length": 1, "data.0.id": "one"}),
    reviewer(f"PATCH {R}/one", 403, json={"data": {}}),
    row(f"GET {R}/one", 401, caller=None),
    given(f"{R}/one", {"read": ["system.Everyone"]}),
    row(f"GET {R}/one", 200, caller=None, body={"permissions": {}}),
    given(f"{R}/one", {"write": ["system.Authenticated"]}),
    reviewer(f"PATCH {R}/one", 200, json={"data": {"by": "reviewer"}}, body={
        "permissions.write.length": 3}),
    row(f"PUT {R}/one", 200, json={"permissions": {}}, body={"permissions.write.length": 3}),
    row(f"PUT {R}/one", 200, json={"permissions": {"write": []}}, body={
        "permissions.write.length": 1, "permissions.read": None}),
    reviewer(f"GET {R}/one", 403),

    reviewer(f"PUT {R}/three", 403, json={"data": {}}),
    given(C, {"record:create": ["system.Authenticated"]}),
    reviewer(f"PUT {R}/three", 201, json={"data": {}}, body={"permissions.write.length": 1}),
    reviewer(f"GET {C}", 200),
    reviewer(f"PATCH {C}", 403, json={"data": {}}),
    reviewer(f"GET {R}", 200, body={"data.length": 1, "data.0.id": "three"}),
    reviewer(f"PUT {R}/two", 403, json={"data": {}}),
    reviewer(f"DELETE {R}", 200, body={"data.length": 1, "data.0.id": "three"}),
    row(f"HEAD {R}", 200, answers={"Total-Records": "2"}),
    given(C, {"read": ["system.Everyone"]}),
    row(f"GET {R}", 200, caller=None, body={"data.length": 2}),
    row(f"GET {C}", 200, caller=None),
    row(f"GET {B}", 401, caller=None),
    given(C, {"read": [], "record:create": []}),
    row(f"GET {C}", 200, body={"permissions.read": None}),

    reviewer(f"PUT {B}/collections/theirs", 403),
    reviewer(f"GET {B}", 403),
    given(B, {"collection:create": ["system.Authenticated"]}),
    reviewer(f"GET {B}", 200),
    reviewer(f"PUT {B}/collections/theirs", 201),
    reviewer(f"GET {B}/collections", 200, body={"data.length": 1, "data.0.id": "theirs"}),
    reviewer(f"GET {C}", 403),
    reviewer(f"PUT {G}/theirs", 403),
    given(B, {"group:create": ["system.Authenticated"]}),
    reviewer(f"PUT {G}/theirs", 201, body={"data.id": "theirs"}),
    given(B, {"read": ["system.Authenticated"]}),
    reviewer(f"GET {C}", 200, body={"permissions": {}}),
    reviewer(f"GET {R}/two", 200),
    reviewer(f"GET {R}/absent", 404),
    reviewer(f"PATCH {R}/absent", 404, json={"data": {}}),
    reviewer(f"DELETE {R}/two", 403),
    reviewer(f"DELETE {B}", 403),
    given(B, {"write": ["system.Authenticated"]}),
    # Inherited: they may write, but the object's own list does not name them.
    reviewer(f"GET {R}/two", 200, body={"permissions": {}}),
    reviewer(f"PATCH {R}/two", 200, json={"data": {}}, body={"permissions.write.length": 2}),

    row("GET /v1/permissions", 200, caller=None),
    row("GET /v1/permissions?bucket_id=$b&record_id=two", 200, body={
        "data.0.uri": f"{R}/two".removeprefix("/v1"), "data.0.collection_id": "things",
        "data.0.record_id": "two", "data.0.resource_name": "record"}),
    row("GET /v1/permissions?uri=/", 200, body={
        "data.0.resource_name": "root", "data.0.permissions": ["bucket:create"]}),
    row("HEAD /v1/permissions?bucket_id=$b&resource_name=bucket", 200, answers={"Total-Records": "1"}),
]
