"""KINTO.md 1.4 to 1.7 over the wire: what the signer refuses, and with which words."""

import re

from .row import row

S = "/v1/buckets/stage/collections/$b"
P = "/v1/buckets/preview/collections/$b"
D = "/v1/buckets/prod/collections/$b"
GROUPS = "/v1/buckets/stage/groups/$b"
SIGNED = {"data.signature.signature": re.compile("^[A-Za-z0-9_-]{128}$"),
          "data.signature.mode": "p384ecdsa"}


def status(value, code, errno=None, says=None, *, caller="editor", **more):
    return row(f"PATCH {S}", code, errno, says, caller=caller, json={"data": {"status": value}}, **more)


def is_now(value):
    return row(f"GET {S}", 200, body={"data.status": value})


ROWS = [
    # Perhaps from an earlier run.
    row("POST /v1/batch", 200, json={"requests": [{"method": "PUT", "path": "/buckets/stage", "body": {
        "permissions": {"read": ["system.Authenticated"]}}}]}),
    row(f"PUT {S}", 400, 109, json={"data": {"status": "signed"}}, body={
        "error": "Bad Request", "details": None}),
    row(f"PUT {S}", 400, 109, json={"data": {"status": "nonsense"}}),
    row(f"PUT {S}", 400, 109, json={"data": {"last_edit_by": "me"}}),
    row(f"GET {S}", 404, 110),
    row(f"PUT {S}", 201, json={"data": {"title": "t", "displayFields": ["n"]},
                               "permissions": {"write": ["system.Authenticated"]}}),
    is_now("signed"),
    row(f"GET {GROUPS}-editors", 200, body={"data.members.length": 1}),
    row(f"GET {GROUPS}-reviewers", 200, body={"data.members": []}),
    row(f"GET {S}", 200, body={"permissions.write.length": 4}),
    row(f"GET {D}", 200, caller=None, body={**SIGNED, "data.displayFields": ["n"], "data.title": None}),
    row(f"GET {P}", 200, caller=None, body=SIGNED),
    row(f"GET {D}/records", 200, caller=None, body={"data": []}, name="empty"),

    row(f"PUT {S}/records/f", 400, 109, json={"data": {"f": 1.5}}),
    row(f"PUT {S}/records/f", 400, 109, json={"data": {"a": {"f": 1e3}}}),
    row(f"PUT {S}/records/f", 400, 109, json={"data": {"a": [{"f": 0.1}]}},
        kinto14={"status": 201}, why="14.8 looks into objects only"),
    row(f"DELETE {S}/records", 200),
    row(f"PUT {S}/records/a", 201, json={"data": {"n": 1}}),
    is_now("work-in-progress"),
    status(None, 400, 109, "Cannot remove status"),
    row(f"PUT {S}", 400, 109, json={"data": {}}),
    status("signed", 400, 109, "Cannot set status to 'signed'"),
    status("nonsense", 400, 109, "Invalid status 'nonsense'"),
    status("to-sign", 403, 121, "Not in "),
    status("to-review", 403, 121, "Not in ", caller="reviewer"),
    row(f"PATCH {S}", 400, 109, "Cannot change", json={"data": {"last_review_by": "me"}}),
    row(f"PATCH {S}", 400, 109, "Cannot change", json={"data": {"last_edit_by": "me"}}),
    status("to-review", 412, 114, headers={"If-Match": '"1111111111111"'}),
    is_now("work-in-progress"),

    status("to-review", 200, body={"data.status": "to-review"}),
    is_now("to-review"),
    row(f"GET {P}/records", 200, caller=None, body={"data.length": 1, "data.0.n": 1}),
    row(f"GET {D}/records", 200, caller=None, answers={"ETag": '"$empty"'}),
    status("to-sign", 403, 121, "Not in ", caller="reviewer"),
    status("work-in-progress", 200),
    is_now("work-in-progress"),
    status("to-sign", 403, 121, "Not in "),
    # The editor as the only reviewer: four eyes all the same.
    row(f"GET {GROUPS}-editors", 200),
    row(f"PATCH {GROUPS}-reviewers", 200, headers={"Content-Type": "application/json"},
        raw=b'{"data": {"members": ["system.Authenticated"]}}'),
    status("to-review", 200),
    is_now("to-review"),
    row(f"PUT {S}/records/b", 201, json={"data": {"n": 2}}),
    is_now("work-in-progress"),
    status("to-rollback", 200),
    is_now("signed"),
    row(f"GET {S}/records", 200, body={"data": []}),
    row(f"GET {P}/records", 200, caller=None, body={"data": []}),
    status("to-rollback", 400, 109, "Collection has no work-in-progress"),
    status("to-resign", 200),
    is_now("signed"),
    row(f"GET {D}/records", 200, caller=None, answers={"ETag": '"$empty"'}),

    row(f"DELETE {D}", 401, 104, caller=None),
    row(f"DELETE {P}", 403, 121),
    row(f"DELETE {D}", 403, 121, "Collection is in use."),
    row(f"PUT {D}/records/x", 403, 121, json={"data": {}},
        kinto={"status": 201}, why="the mission has a destination that nobody writes"),
    row(f"DELETE {S}", 200),
    row(f"GET {D}/records", 200, caller=None, body={"data": []}),
    row(f"GET {D}", 200, caller=None, body=SIGNED),
    row(f"DELETE {D}", 200),
    row(f"DELETE {P}", 200),
]
