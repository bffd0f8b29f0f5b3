"""KINTO.md 2.9: many requests in one."""

from .place import B, C, R, made
from .row import row


def batch(status, requests, errno=None, *, defaults=None, **more):
    json = {"requests": requests, **({"defaults": defaults} if defaults else {})}
    return row("POST /v1/batch", status, errno, json=json, **more)


def put(number):
    return {"method": "PUT", "path": f"{R}/r{number}", "body": {"data": {"n": number}}}


ROWS = [
    *made({"id": "one"}),
    batch(200, [{"path": R}], body={"responses.0.status": 200, "responses.0.body.data.length": 1}),
    batch(200, [{"path": R.removeprefix("/v1")}], body={
        "responses.0.status": 200, "responses.0.path": R}),
    batch(200, [put(1), put(2), {"method": "GET", "path": f"{R}/r1"}], body={
        "responses.0.status": 201, "responses.1.body.data.n": 2, "responses.2.body.data.n": 1}),
    batch(200, [{"method": "PUT", "path": f"{R}/one", "headers": {"If-None-Match": "*"}}, put(3)],
          body={"responses.0.status": 412, "responses.0.body.errno": 114, "responses.1.status": 201}),
    row(f"GET {R}/r3", 200),
    batch(200, [{"method": "HEAD", "path": R}], body={
        "responses.0.status": 200, "responses.0.headers.Total-Records": "4"}),
    batch(200, [{"path": f"{B}/"}], body={"responses.0.status": 200, "responses.0.body.data.id": "$b"}),
    batch(200, [{"path": "/v1/nothing"}], body={"responses.0.status": 404}),
    batch(200, [{"method": "DELETE", "path": f"{R}/r3", "body": {}}], body={
        "responses.0.body.data.deleted": True}),
    batch(200, [{"path": f"{R}/a1"}, {"path": f"{R}/a2"}],
          defaults={"method": "PUT", "body": {"data": {"d": 1}}},
          body={"responses.0.status": 201, "responses.1.body.data.d": 1}),
    batch(200, [{"path": "/buckets/$b", "headers": {"Authorization": "Nonsense x"}}], body={
        "responses.0.status": 401}),
    batch(200, [{"path": "/"}], caller=None, body={"responses.0.status": 200}),
    batch(200, [{"method": "PATCH", "path": f"{R}/one", "body": {"data": {"p": 1}}}], body={
        "responses.0.body.data.p": 1}),
    batch(200, [{"path": R, "headers": {"If-None-Match": '"1111111111111"'}}], body={
        "responses.0.status": 200}),
    batch(400, [put(n) for n in range(26)], 107),
    batch(200, [put(n) for n in range(25)], body={"responses.24.status": 201}),
    batch(400, [{"path": "/batch"}], 107),
    batch(400, [{"path": "/v1/batch", "method": "POST"}], 107),
    batch(400, [{"path": "no-slash"}], 107),
    batch(400, [{"method": "FLY", "path": R}], 107),
    batch(400, [{"method": "GET"}], 107),
    batch(400, [{"path": R, "nonsense": 1}], 107),
    batch(400, [{"path": R, "headers": {"A": 1}}], 107),
    batch(400, "text", 107),
    row("POST /v1/batch", 400, 107, json={}),
    row("POST /v1/batch", 400, 107, json={"requests": [], "nonsense": 1}),
    row("POST /v1/batch", 400, 107, headers={"Content-Type": "application/json"}, raw=b"{"),
    row("POST /v1/batch", 415, 107, headers={"Content-Type": "text/plain"}, raw=b"{}",
        kinto14={"status": 500}),
    batch(200, [], body={"responses": []}),
    batch(200, [{"method": "PUT", "path": C, "body": {"data": {"schema": 7}}}], body={
        "responses.0.status": 400, "responses.0.body.errno": 107}),
]
