"""KINTO.md 2.4: If-Match and If-None-Match."""

import re

from .place import B, C, R, made
from .row import row

MODIFIED = "Resource was modified meanwhile"
STALE = '"1111111111111"'


def if_match(value):
    return {"If-Match": value}


def if_none_match(value):
    return {"If-None-Match": value}


ROWS = [
    *made({"id": "one", "n": 1}),
    row(f"GET {R}/one", 200, name="one"),
    row(f"GET {R}", 200, name="list"),
    row(f"GET {R}/one", 304, headers=if_none_match('"$one"'), answers={"ETag": '"$one"'}),
    row(f"HEAD {R}/one", 304, headers=if_none_match('"$one"')),
    row(f"GET {R}/one", 200, headers=if_none_match(STALE)),
    row(f"GET {R}", 304, headers=if_none_match('"$list"')),
    row(f"GET {R}/one", 412, 114, headers=if_none_match("*")),
    row(f"GET {R}/one", 200, headers=if_match('"$one"')),
    row(f"GET {R}/one", 412, 114, headers=if_match(STALE)),
    row(f"GET {R}", 412, 114, MODIFIED, headers=if_match(STALE), body={"details": None}),
    row(f"GET {R}", 412, 114, headers=if_none_match("*")),
    row(f"GET {R}/one", 400, 107, headers=if_match("abc")),
    row(f"GET {R}/one", 400, 107, headers=if_none_match("1234567890123")),
    row(f"GET {R}/one", 400, 107, headers=if_match('"-1"')),

    row(f"PUT {R}/one", 412, 114, MODIFIED, headers=if_match(STALE), json={"data": {}}, body={
        "details.existing.id": "one", "details.existing.n": 1, "details.existing.permissions": None},
        answers={"ETag": '"$one"', "Last-Modified": re.compile("GMT$")}),
    row(f"PATCH {R}/one", 412, 114, headers=if_match(STALE), json={"data": {}}),
    row(f"DELETE {R}/one", 412, 114, headers=if_match(STALE)),
    row(f"PUT {R}/one", 412, 114, headers=if_none_match("*"), json={"data": {}},
        body={"details.existing.n": 1}),
    row(f"PATCH {R}/one", 412, 114, headers=if_none_match("*"), json={"data": {}}),
    row(f"PUT {R}/one", 200, headers=if_none_match(STALE), json={"data": {"n": 2}}, name="one"),
    row(f"PUT {R}/one", 200, headers=if_match('"$one"'), json={"data": {"n": 3}}),
    row(f"PUT {R}/one", 200, headers=if_match("*"), json={"data": {"n": 4}}),

    row(f"PUT {R}/two", 412, 114, headers=if_match(STALE), json={"data": {}}, body={"details": None}),
    row(f"PUT {R}/two", 412, 114, headers=if_match("*"), json={"data": {}}),
    row(f"GET {R}/two", 404, 110, headers=if_match(STALE)),
    row(f"PATCH {R}/two", 404, 110, headers=if_match(STALE), json={"data": {}}),
    row(f"DELETE {R}/two", 404, 110, headers=if_match(STALE)),
    row(f"PUT {R}/two", 201, headers=if_none_match("*"), json={"data": {}}),
    row(f"PUT {R}/two", 412, 114, headers=if_none_match("*"), json={"data": {}}),
    row(f"DELETE {R}/two", 200),
    row(f"PUT {R}/two", 201, headers=if_none_match("*"), json={"data": {}}),

    row(f"POST {R}", 412, 114, headers=if_match(STALE), json={"data": {"n": 1}}),
    row(f"POST {R}", 201, headers=if_none_match("*"), json={"data": {"n": 1}}),
    row(f"DELETE {R}", 412, 114, headers=if_match(STALE)),
    row(f"DELETE {R}", 412, 114, headers=if_none_match("*")),
    row(f"GET {R}", 200, name="list"),
    row(f"DELETE {R}", 200, headers=if_match('"$list"'), body={"data.length": 3}),

    row(f"PUT {B}", 412, 114, headers=if_none_match("*")),
    # Whoever may create buckets learns that this one is there, and no more.
    row(f"PUT {B}", 412, 114, caller="reviewer", headers=if_none_match("*")),
    row(f"PUT {B}", 403, 121, caller="reviewer"),
    row(f"DELETE {C}", 412, 114, headers=if_match(STALE)),
]
