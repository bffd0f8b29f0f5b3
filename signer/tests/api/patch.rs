//! The three kinds of PATCH (KINTO 2.7).

use crate::harness::{
    Service,
    service::{Reply, reply},
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

const RECORD: &str = "/buckets/b/collections/c/records/r";

async fn started() -> Service {
    let service = Service::start().await;
    for path in ["/buckets/b", "/buckets/b/collections/c"] {
        service.put("alice", path, json!({})).await.expect(201);
    }
    let record = json!({"data": {"n": 1, "o": {"a": 1, "b": 2}}, "permissions": {"read": ["r"]}});
    service.call("alice", Method::PUT, RECORD, record).await.expect(201);
    service
}

async fn patch(service: &Service, kind: &str, body: Value) -> Reply {
    let request = service.request(Method::PATCH, RECORD, "alice");
    reply(request.header(CONTENT_TYPE, format!("application/{kind}")).body(body.to_string())).await
}

/// The members without id and time.
fn members(reply: &Reply) -> Value {
    let mut data = reply.body["data"].clone();
    let members = data.as_object_mut().unwrap();
    assert_eq!(members.remove("id").unwrap(), "r");
    assert_eq!(members.remove("last_modified").unwrap(), reply.etag());
    data
}

#[tokio::test]
async fn each_kind_does_what_its_type_says() {
    let service = started().await;
    let alice = service.user_id("alice").await;
    let first = service.get("alice", RECORD).await.etag();
    let body = json!({"data": {"n": null, "o": {"c": 3}}});
    let plain = patch(&service, "json", body).await.expect(200);
    assert_eq!(members(&plain), json!({"n": null, "o": {"c": 3}}));
    assert!(plain.etag() > first);
    let body = json!({"data": {"n": null, "o": {"c": null, "d": 4}}});
    let merged = patch(&service, "merge-patch+json", body).await.expect(200);
    assert_eq!(members(&merged), json!({"o": {"d": 4}}));
    let body = json!([
        {"op": "test", "path": "/data/o/d", "value": 4},
        {"op": "move", "from": "/data/o/d", "path": "/data/d"},
        {"op": "remove", "path": "/permissions/read/r"},
        {"op": "add", "path": "/permissions/read/s"},
    ]);
    let moved = patch(&service, "json-patch+json", body).await.expect(200);
    assert_eq!(members(&moved), json!({"o": {}, "d": 4}));
    assert_eq!(moved.body["permissions"], json!({"read": ["s"], "write": [alice]}));
    let kept = service.get("alice", RECORD).await;
    assert_eq!((&kept.body, kept.etag()), (&moved.body, moved.etag()));
}

#[tokio::test]
async fn permissions_alone_are_enough() {
    let service = started().await;
    let alice = service.user_id("alice").await;
    for (kind, body, after) in [
        ("json", json!({"write": ["w"]}), json!({"read": ["r"], "write": [alice, "w"]})),
        ("json", json!({"read": null}), json!({"read": ["r"], "write": [alice, "w"]})),
        ("merge-patch+json", json!({"read": null}), json!({"write": [alice, "w"]})),
        ("json", json!({"write": []}), json!({"write": [alice]})),
    ] {
        let answer = patch(&service, kind, json!({"permissions": body})).await.expect(200);
        assert_eq!(answer.body["permissions"], after, "{kind} {body}");
        assert_eq!(members(&answer), json!({"n": 1, "o": {"a": 1, "b": 2}}));
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let service = started().await;
    let before = service.get("alice", RECORD).await;
    for (kind, body, message) in [
        ("json", json!({}), "Provide at least one of data or permissions"),
        ("merge-patch+json", json!({}), "Provide at least one of data or permissions"),
        ("json", json!({"data": {"id": "x"}}), "Object id does not match existing object"),
        ("json", json!({"data": []}), "data in body: \"[]\" is not a mapping type"),
        ("json", json!({"foo": 1}), "Unrecognized keys in mapping"),
        ("json", json!({"permissions": {"foo": []}}), "permissions in body: \"foo\" is not one of"),
        ("json", json!([]), "\"[]\" is not a mapping type"),
        ("json-patch+json", json!({}), "\"{}\" is not iterable"),
        ("json-patch+json", json!([{"op": "add"}]), "0.path in body: Required"),
        (
            "json-patch+json",
            json!([{"op": "remove", "path": "/data/n"}, {"op": "test", "path": "/data/o", "value": 1}]),
            "body: JSON Patch operation failed",
        ),
    ] {
        let words = body.to_string();
        let refused = patch(&service, kind, body).await.expect_error(400, 107, message);
        assert_eq!(refused.body["details"][0]["location"], "body", "{words}");
    }
    let request =
        service.request(Method::PATCH, RECORD, "alice").header(CONTENT_TYPE, "text/plain");
    reply(request.body("{}")).await.expect(415);
    let after = service.get("alice", RECORD).await;
    assert_eq!((after.body, after.headers.get("ETag")), (before.body, before.headers.get("ETag")));
}

#[tokio::test]
async fn what_is_not_there_cannot_be_patched() {
    let service = started().await;
    let missing = "/buckets/b/collections/c/records/x";
    let body = json!({"n": 1});
    let refused = service.patch("alice", missing, body.clone()).await.expect_error(404, 110, "");
    assert_eq!(refused.body["details"], json!({"id": "x", "resource_name": "record"}));
    service.patch("bob", missing, body.clone()).await.expect(403);
    service.patch("bob", RECORD, body).await.expect(403);
}

#[tokio::test]
async fn a_patch_that_changes_nothing_is_a_change() {
    let service = started().await;
    let before = service.get("alice", RECORD).await;
    let after = service.patch("alice", RECORD, json!({})).await.expect(200);
    assert!(after.etag() > before.etag());
    assert_eq!(members(&after), members(&before));
    let list = service.get("alice", "/buckets/b/collections/c/records").await;
    assert_eq!(list.etag(), after.etag());
}
