//! What one caller cannot do to the others.

use crate::harness::{Service, service::reply};
use reqwest::Method;
use serde_json::{Value, json};

async fn with_collection() -> Service {
    let service = Service::start().await;
    for path in ["/buckets/b", "/buckets/b/collections/c", "/buckets/b/collections/c/records/r"] {
        service.put("alice", path, json!({})).await.expect(201);
    }
    service
}

async fn json_patch(service: &Service, operations: Value) -> crate::harness::service::Reply {
    let request = service.request(Method::PATCH, "/buckets/b/collections/c/records/r", "alice");
    let request = request.header("Content-Type", "application/json-patch+json");
    reply(request.body(operations.to_string())).await
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

#[tokio::test]
async fn nobody_moves_a_clock_into_a_time_that_never_comes() {
    let service = with_collection().await;
    let now = service.get("alice", "/buckets/b").await.etag();
    let hour = 60 * 60 * 1000;
    let soon = service.put("alice", "/buckets/soon", json!({"last_modified": now + hour})).await;
    assert_eq!(soon.expect(201).etag(), now + hour, "a clock that is ahead is followed");
    for far in [now + 25 * hour, 253_402_300_799_999, (1 << 53) - 1] {
        let path = format!("/buckets/b{far}");
        let made = service.put("mallory", &path, json!({"last_modified": far})).await.expect(201);
        assert!(made.etag() < now + 2 * hour, "{far}");
        let record = format!("/buckets/b/collections/c/records/n{far}");
        let made = service.put("alice", &record, json!({"last_modified": far})).await.expect(201);
        assert!(made.etag() < now + hour, "{far}");
        let patched = service.patch("alice", &record, json!({"last_modified": far})).await;
        assert!(patched.expect(200).etag() < now + hour, "{far}");
        let gone = service.delete("alice", &format!("{record}?last_modified={far}")).await;
        assert!(gone.expect(200).etag() < now + hour, "{far}");
    }
    service.put("bob", "/buckets/others", json!({})).await.expect(201);
}

#[tokio::test]
async fn nothing_is_stored_so_deep_that_nobody_can_read_it() {
    let service = with_collection().await;
    let words = "data in body: Nested more than 100 levels deep";
    let record = "/buckets/b/collections/c/records/r";
    service.put("alice", record, json!({"a": nested(99)})).await.expect(200);
    for path in [record, "/buckets/b", "/buckets/b/collections/c"] {
        let deep = json!({"a": nested(100)});
        service.put("alice", path, deep.clone()).await.expect_error(400, 107, words);
        service.patch("alice", path, deep).await.expect_error(400, 107, words);
    }
    let deepest = json!([{"op": "add", "path": "/data/a", "value": nested(99)}]);
    json_patch(&service, deepest).await.expect(200);
    let deeper = json!([
        {"op": "add", "path": "/data/b", "value": nested(60)},
        {"op": "move", "from": "/data/b", "path": "/data/a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0\
            /0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/-"},
    ]);
    json_patch(&service, deeper).await.expect_error(
        400,
        107,
        "body: JSON Patch operation failed: something is nested more than 100 levels",
    );
    // As deep as may be, it can be read and deleted, in a batch and in the history, too.
    for path in [record, "/buckets/b/history", "/buckets/b/collections/c/changeset?_expected=0"] {
        service.get("alice", path).await.expect(200);
    }
    let requests = json!([{"path": record}, {"path": "/buckets/b/history"}]);
    let body = json!({ "requests": requests });
    let reply = service.call("alice", Method::POST, "/batch", body).await.expect(200);
    assert_eq!(reply.body["responses"][1]["status"], 200);
    service.delete("alice", record).await.expect(200);
}

#[tokio::test]
async fn a_patch_grows_no_further_than_its_bytes() {
    let service = with_collection().await;
    let many = vec![json!({"op": "test", "path": "/data/id", "value": "r"}); 1_001];
    json_patch(&service, many.into()).await.expect_error(
        400,
        107,
        "body: JSON Patch operation failed: there are more than 1000 operations",
    );
    let double = json!({"op": "copy", "from": "/data/a", "path": "/data/a/-"});
    let mut doubling = vec![json!({"op": "add", "path": "/data/a", "value": ["x"]})];
    doubling.extend(vec![double; 30]);
    json_patch(&service, doubling.into()).await.expect_error(
        400,
        107,
        "body: JSON Patch operation failed: more than 10485760 bytes are copied and moved",
    );
    // Each level within the last one, again and again.
    let inward = [
        json!({"op": "add", "path": "/data/c", "value": {}}),
        json!({"op": "move", "from": "/data/a", "path": "/data/c/x"}),
        json!({"op": "move", "from": "/data/c", "path": "/data/a"}),
    ];
    let mut nesting = vec![json!({"op": "add", "path": "/data/a", "value": {}})];
    nesting.extend(std::iter::repeat_n(inward, 300).flatten());
    json_patch(&service, nesting.into()).await.expect_error(
        400,
        107,
        "body: JSON Patch operation failed: something is nested more than 100 levels",
    );
}

#[tokio::test]
async fn defaults_make_no_batch_larger_than_a_body() {
    let service = Service::start().await;
    let text = "x".repeat(1 << 20);
    let batch = |requests: usize| {
        let defaults =
            json!({"method": "PUT", "path": "/buckets/b", "body": {"data": {"a": text}}});
        let body = json!({"defaults": defaults, "requests": vec![json!({}); requests]});
        service.call("alice", Method::POST, "/batch", body)
    };
    batch(3).await.expect(200);
    batch(20).await.expect_error(
        400,
        107,
        "requests in body: With their defaults they have more than",
    );
    batch(26).await.expect_error(400, 107, "Number of requests is limited to 25");
}

#[tokio::test]
async fn the_answers_of_a_batch_are_bounded_together() {
    let service = with_collection().await;
    let text = "x".repeat(3 << 20);
    let record = "/buckets/b/collections/c/records/r";
    service.put("alice", record, json!({ "text": text })).await.expect(200);
    let batch = |reads: usize| {
        let body = json!({"requests": vec![json!({ "path": record }); reads]});
        service.call("alice", Method::POST, "/batch", body)
    };
    batch(21).await.expect(200);
    let words = "requests in body: The answers have more than 67108864 bytes: ask less";
    batch(22).await.expect_error(400, 107, words);
}

#[tokio::test]
async fn what_no_index_holds_is_refused() {
    let service = with_collection().await;
    let long = "x".repeat(256);
    let path = format!("/buckets/{long}");
    service.put("alice", &path, json!({})).await.expect_error(400, 107, "path: Invalid object id");
    service.put("alice", &path[..path.len() - 1], json!({})).await.expect(201);
    let group = json!({"members": ["x".repeat(1_001)]});
    let words = "data.members.0 in body: Longer than 1000 bytes";
    service.put("alice", "/buckets/b/groups/g", group).await.expect_error(400, 107, words);
    for name in ["", "gt_", "_sort="] {
        let deep = ["a"; 2_000].join(".");
        let query =
            if name == "_sort=" { format!("{name}{deep}") } else { format!("{name}{deep}=1") };
        let path = format!("/buckets/b/collections/c/records?{query}");
        service.get("alice", &path).await.expect_error(
            400,
            107,
            "querystring: A field is up to 100 levels deep",
        );
    }
}

#[tokio::test]
async fn who_may_create_records_reads_none() {
    let service = with_collection().await;
    let bob = service.user_id("bob").await;
    let permissions = json!({"permissions": {"record:create": [bob]}});
    service.call("alice", Method::PATCH, "/buckets/b/collections/c", permissions).await.expect(200);
    service.get("bob", "/buckets/b/collections/c").await.expect(200);
    let changeset = "/buckets/b/collections/c/changeset?_expected=0";
    service.get("bob", changeset).await.expect(403);
    service.get("alice", changeset).await.expect(200);
    let put = |user| {
        let request = service.request(Method::PUT, "/buckets/b/collections/c/records/r", user);
        reply(request.header("If-None-Match", "*"))
    };
    let hidden = put("bob").await.expect_error(412, 114, "");
    assert_eq!(hidden.body.get("details"), None, "{:#}", hidden.body);
    let shown = put("alice").await.expect_error(412, 114, "");
    assert_eq!(shown.body["details"]["existing"]["id"], "r");
}
