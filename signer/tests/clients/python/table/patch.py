"""KINTO.md 2.7: three ways to change a part."""

import json

from .place import C, R, made
from .row import row

MERGE = {"Content-Type": "application/merge-patch+json"}
OPERATIONS = {"Content-Type": "application/json-patch+json"}


def operations(status, errno=None, *steps, **more):
    raw = json.dumps([dict(zip(("op", "path", "value"), step)) for step in steps]).encode()
    return row(f"PATCH {R}/one", status, errno, headers=OPERATIONS, raw=raw, **more)


def merge(status, change, **more):
    return row(f"PATCH {R}/one", status, headers=MERGE, raw=json.dumps(change).encode(), **more)


ROWS = [
    *made({"id": "one", "n": 1, "deep": {"x": 1, "y": 2}, "list": [1, 2]}),
    row(f"PATCH {R}/one", 200, json={"data": {"deep": {"x": 9}, "n": None}},
        body={"data.deep": {"x": 9}, "data.list": [1, 2]}),
    row(f"GET {R}?has_n=true", 200, body={"data.length": 1}),
    row(f"PATCH {R}/one", 200, json={"permissions": {"read": ["a:b"]}},
        body={"permissions.read": ["a:b"], "permissions.write.length": 1}),
    row(f"PATCH {R}/one", 200, json={"data": {"id": "one"}}, body={"data.id": "one"}),
    row(f"PATCH {R}/one", 400, 107, json={"data": {"id": "two"}}),
    row(f"PATCH {R}/one", 400, 107, json={"data": [1]}),
    row(f"PATCH {R}/one", 400, 107, json=[]),

    merge(200, {"data": {"deep": {"y": 3}, "n": None}},
          body={"data.deep": {"x": 9, "y": 3}}),
    row(f"GET {R}?has_n=true", 200, body={"data.length": 0}),
    merge(200, {"data": {"deep": {"x": None}, "list": {"0": 5}}},
          body={"data.deep": {"y": 3}, "data.list": {"0": 5}},
          kinto={"status": 500}, why="RFC 7396, section 2: what is no object becomes one"),
    row(f"PATCH {R}/one", 200, json={"data": {"deep": {"y": 3}, "list": [1]}}),
    merge(400, {}),

    operations(200, None, ("add", "/data/n", 5), body={"data.n": 5}),
    operations(200, None, ("replace", "/data/n", 6), ("test", "/data/n", 6), body={"data.n": 6}),
    operations(200, None, ("remove", "/data/list"), body={"data.list": None}),
    operations(200, None, ("add", "/data/list", [1]), ("add", "/data/list/-", 2), body={"data.list": [1, 2]}),
    operations(200, None, ("add", "/permissions/read/c:d"), body={"permissions.read.length": 2}),
    operations(200, None, ("remove", "/permissions/read/c:d"), body={"permissions.read": ["a:b"]}),
    operations(400, 107, ("test", "/data/n", 7)),
    operations(400, 107, ("remove", "/data/absent")),
    operations(400, 107, ("replace", "/data/absent/deep", 1)),
    operations(400, 107, ("fly", "/data/n")),
    operations(400, 107, ("add",)),
    row(f"PATCH {R}/one", 400, 107, headers=OPERATIONS, raw=b"{}"),
    row(f"PATCH {R}/one", 400, 107, headers=OPERATIONS, raw=b"["),
    row(f"GET {R}/one", 200, body={"data.n": 6, "data.list": [1, 2]}),
    row(f"PATCH {C}", 200, headers=OPERATIONS, raw=b'[{"op": "add", "path": "/data/title", "value": "t"}]',
        body={"data.title": "t"}),
    row(f"PATCH {R}/absent", 404, 110, headers=OPERATIONS, raw=b"[]"),
]
