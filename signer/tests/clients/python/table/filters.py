"""KINTO.md 2.6: filters, sorting, pages, tombstones."""

import re

from .place import R, made
from .row import row


def found(query, *ids):
    expected = {"data.length": len(ids), **{f"data.{i}.id": one for i, one in enumerate(ids)}}
    return row(f"GET {R}?_sort=id&{query}", 200, body=expected)


def refused(query, says=None):
    return row(f"GET {R}?{query}", 400, 107, says)


ROWS = [
    *made(
        {"id": "a", "n": 1, "s": "Apple", "deep": {"x": 1}, "tags": ["red", "big"], "ok": True},
        {"id": "b", "n": 2, "s": "banana", "deep": {"x": 2}, "tags": ["yellow"], "ok": False},
        {"id": "c", "n": 3, "s": "Cherry pie", "tags": [], "none": None},
        {"id": "d", "n": "3", "s": "100%_real"},
    ),
    found("", "a", "b", "c", "d"),
    found("n=3", "c"),
    found("n=%223%22", "d"),
    found("s=Apple", "a"),
    found("ok=true", "a"),
    found("not_ok=true", "b", "c", "d"),
    found("not_n=3", "a", "b", "d"),
    found("deep.x=2", "b"),
    found("gt_n=1&lt_n=3", "b"),
    found("min_n=2&max_n=2", "b"),
    found("in_n=1,3", "a", "c"),
    found("in_id=a,b,", "a", "b"),
    found("exclude_id=a,b", "c", "d"),
    found("exclude_n=1,2", "c", "d"),
    found("like_s=APP", "a"),
    found("like_s=*pie", "c"),
    found("like_s=b*a", "b"),
    row(f"GET {R}?like_s=%25", 200, body={"data.length": 1, "data.0.id": "d"},
        kinto={"body": {"data.length": 4}}, why="a percent sign means itself"),
    found("has_deep=true", "a", "b"),
    found("has_deep=false", "c", "d"),
    found("contains_tags=[%22red%22]", "a"),
    found("contains_any_tags=[%22red%22,%22yellow%22]", "a", "b"),
    found("absent=1"),
    found("_unknown=1", "a", "b", "c", "d"),
    found("_expected=1", "a", "b", "c", "d"),
    refused("like_s=5"),
    refused("in_id=1"),
    refused("_since=abc"),
    refused("_since=-1"),
    row(f"GET {R}?_since=99999999999999", 400, 107, kinto14={"status": 200}),
    refused("_limit=abc"),
    refused("_limit=-1"),
    refused("_token=nonsense", "querystring: _token has invalid content"),
    row(f"GET {R}?_sort=-n,s", 200, body={"data.length": 4}),
    row(f"GET {R}?_sort=-id", 200, body={"data.0.id": "d", "data.3.id": "a"}),
    row(f"GET {R}", 200, body={"data.0.id": "d", "data.3.id": "a"}),
    row(f"GET {R}?_sort=id&_fields=n,deep.x", 200, body={
        "data.0.n": 1, "data.0.deep.x": 1, "data.0.s": None,
        "data.0.id": "a", "data.0.last_modified": re.compile(r"^\d+$")}),
    row(f"GET {R}?_sort=id&_limit=2", 200, body={"data.length": 2, "data.1.id": "b"},
        answers={"Next-Page": re.compile(r"^http://.*/v1/buckets/.*_token=")}),
    row(f"GET {R}?_limit=4", 200, body={"data.length": 4}, answers={"Next-Page": None}),
    row(f"GET {R}?_limit=0", 200, body={"data.length": 4}),
    row(f"GET {R}/b", 200, name="second"),
    row(f"GET {R}/d", 200, name="fourth"),
    found("_since=$second", "c", "d"),
    found("_since=%22$second%22", "c", "d"),
    found("_before=$second", "a"),
    found("_to=$second", "a"),
    found("gt_last_modified=$second", "c", "d"),
    row(f"GET {R}?_since=$fourth", 200, body={"data": []}, answers={"ETag": '"$fourth"'}),
    row(f"DELETE {R}/c", 200),
    found("", "a", "b", "d"),
    found("_since=$second", "c", "d"),
    row(f"GET {R}?_since=$fourth", 200, body={"data.0.id": "c", "data.0.deleted": True, "data.0.n": None}),
    row(f"HEAD {R}", 200, answers={"Total-Records": "3"}),
    row(f"PUT {R}/c", 201, json={"data": {"n": 9}}),
    row(f"GET {R}?_since=$fourth", 200, body={"data.length": 1, "data.0.deleted": None, "data.0.n": 9}),
    row(f"DELETE {R}?n=9", 200, body={"data.length": 1, "data.0.id": "c"}),
    row(f"DELETE {R}?_sort=id&_limit=2", 200, body={"data.length": 2, "data.0.id": "a"},
        answers={"Next-Page": re.compile("_token=")}),
    found("", "d"),
    row("GET /v1/permissions?nonsense=1", 400, 107, "Unknown filter field"),
    row("GET /v1/buckets/$b/history?nonsense=1", 400, 107, "Unknown filter field"),
    row("GET /v1/buckets/$b/history?action=create&resource_name=collection", 200, body={"data.length": 1}),
    row("GET /v1/buckets/$b/history?_sort=last_modified&target.data.id=a&resource_name=record", 200,
        body={"data.length": 2, "data.0.action": "create", "data.1.action": "delete"}),
]
