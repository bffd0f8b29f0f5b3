"""KINTO.md 2.2 and 2.3: timestamps and headers."""

import re

from .place import B, C, R, made
from .row import row

ETAG = re.compile(r'^"\d{13}"$')
DATE = re.compile(r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
ORIGIN = {"Origin": "https://elsewhere.example"}
OPEN = re.compile(r"^(\*|https://elsewhere\.example)$")
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "PUT",
             "Access-Control-Request-Headers": "authorization,if-match"}

ROWS = [
    *made({"id": "one", "n": 1}),
    row(f"GET {R}", 200, answers={"ETag": ETAG, "Last-Modified": DATE, "Total-Records": None,
                                  "Cache-Control": re.compile("no-cache.*no-store"),
                                  "Content-Type": re.compile("^application/json")}),
    row(f"HEAD {R}", 200, answers={"ETag": ETAG, "Total-Objects": "1", "Total-Records": "1"}),
    row(f"HEAD {R}?n=5", 200, answers={"Total-Records": "0"}),
    row(f"GET {R}/one", 200, name="one", answers={"ETag": ETAG, "Last-Modified": DATE}),
    row(f"PUT {R}/one", 200, answers={"ETag": ETAG, "Last-Modified": DATE}),
    row(f"PATCH {R}/one", 200, json={"data": {}}, answers={"ETag": ETAG}),
    row(f"POST {R}", 201, answers={"ETag": ETAG, "Last-Modified": DATE}),
    row(f"DELETE {R}/one", 200, name="gone", answers={"ETag": ETAG, "Last-Modified": DATE}),
    row(f"GET {R}", 200, answers={"ETag": '"$gone"'}),
    row(f"GET {R}", 200, answers={
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": re.compile("default-src 'none'")}),
    row("GET /v1/nothing", 404, answers={"X-Content-Type-Options": "nosniff"}),

    row(f"GET {R}", 200, headers=ORIGIN, answers={
        "Access-Control-Allow-Origin": OPEN,
        "Access-Control-Expose-Headers": re.compile("(?=.*ETag)(?=.*Next-Page)(?=.*Backoff)")}),
    row(f"HEAD {R}", 200, headers=ORIGIN, answers={
        "Access-Control-Expose-Headers": re.compile("(?=.*Total-Objects)(?=.*Total-Records)")}),
    row(f"GET {B}", 401, caller=None, headers=ORIGIN, answers={"Access-Control-Allow-Origin": OPEN}),
    row("GET /v1/nothing", 404, headers=ORIGIN, answers={"Access-Control-Allow-Origin": OPEN}),
    row(f"PUT {R}/x", 400, headers=ORIGIN, json=[], answers={"Access-Control-Allow-Origin": OPEN}),
    row(f"GET {R}", 200, answers={"Access-Control-Allow-Origin": "*"},
        kinto={"answers": {"Access-Control-Allow-Origin": None}},
        why="what a cache keeps of one answer must do for pages of every origin"),
    row(f"OPTIONS {R}/x", 200, caller=None, headers=PREFLIGHT, answers={
        "Access-Control-Allow-Origin": OPEN,
        "Access-Control-Allow-Methods": re.compile("(?=.*PUT)(?=.*PATCH)(?=.*DELETE)"),
        "Access-Control-Allow-Headers": re.compile("(?i)if-match"),
        "Access-Control-Max-Age": "3600"}),

    # Of one's own: kept when new, in the past too; else only forwards.
    row(f"PUT {R}/past", 201, json={"data": {"last_modified": 1234567890123}},
        body={"data.last_modified": 1234567890123}),
    row(f"GET {R}/past", 200, answers={"ETag": '"1234567890123"'}),
    row(f"PUT {R}/twin", 409, 122, json={"data": {"last_modified": 1234567890123}},
        answers={"Retry-After": re.compile(r"^\d+$")}),
    row(f"PUT {R}/past", 200, json={"data": {"last_modified": 1000000000000}},
        body={"data.last_modified": re.compile("^(?!1000000000000)")}),
    row(f"PUT {R}/text", 201, json={"data": {"last_modified": "soon"}},
        body={"data.last_modified": re.compile(r"^\d{13}$")}),

    row(f"PATCH {C}", 200, json={"data": {"cache_expires": 60},
                                 "permissions": {"read": ["system.Everyone"]}}),
    row(f"GET {R}", 200, caller=None, answers={"Cache-Control": re.compile("max-age=60"), "Expires": DATE}),
    row(f"GET {R}", 200, answers={"Cache-Control": re.compile("no-cache")}),
]
