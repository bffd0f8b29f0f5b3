//! Batches over HTTP.

use crate::harness::{Service, Settings, service::Reply};
use reqwest::Method;
use serde_json::{Value, json};

async fn batch(service: &Service, body: Value) -> Reply {
    service.call("alice", Method::POST, "/batch", body).await
}

async fn responses(service: &Service, requests: Value) -> Vec<Value> {
    let reply = batch(service, json!({ "requests": requests })).await.expect(200);
    reply.body["responses"].as_array().unwrap().clone()
}

#[tokio::test]
async fn answers_come_in_order_each_as_if_it_were_alone() {
    let service = Service::start().await;
    let all = responses(
        &service,
        json!([
            {"method": "PUT", "path": "/buckets/b"},
            {"method": "PUT", "path": "/buckets/b/collections/c", "body": {"data": {"a": 1}}},
            {"path": "/v1/buckets/b/collections/c/"},
            {"path": "/buckets/b/collections/c", "method": "HEAD"},
            {"path": "/nope"},
            {"path": "/buckets/%62?_fields=id"},
            {"path": "/buckets", "method": "PUT"},
            {"path": "/buckets/-"},
        ]),
    )
    .await;
    let statuses: Vec<&Value> = all.iter().map(|response| &response["status"]).collect();
    assert_eq!(statuses, [201, 201, 200, 200, 404, 200, 405, 400]);
    let paths: Vec<&Value> = all.iter().map(|response| &response["path"]).collect();
    assert_eq!(
        paths,
        [
            "/v1/buckets/b",
            "/v1/buckets/b/collections/c",
            "/v1/buckets/b/collections/c",
            "/v1/buckets/b/collections/c",
            "/v1/nope",
            "/v1/buckets/b",
            "/v1/buckets",
            "/v1/buckets/-",
        ]
    );
    assert_eq!(all[2]["body"]["data"]["a"], 1);
    assert_eq!(all[3]["body"], "");
    assert_eq!(all[2]["headers"]["ETag"], all[3]["headers"]["ETag"]);
    assert_eq!(all[4]["body"]["errno"], 111);
    assert_eq!(all[6]["headers"]["Allow"], "GET, HEAD, POST, DELETE, OPTIONS");
    let alone = service.get("alice", "/buckets/b/collections/c").await.expect(200);
    assert_eq!(all[2]["body"], alone.body);
}

#[tokio::test]
async fn what_is_wrong_with_a_batch_is_said_before_anything_is_done() {
    let service = Service::start().await;
    let put = json!({"method": "PUT", "path": "/buckets/b"});
    for (body, words) in [
        (json!({}), "requests in body: Required"),
        (json!({"requests": [put, {}]}), "requests.1.path in body: Required"),
        (json!({"requests": vec![put.clone(); 26]}), "Number of requests is limited to 25"),
        (
            json!({"requests": [put, {"path": "/batch", "method": "POST"}]}),
            "requests in body: Recursive call on /batch endpoint is forbidden.",
        ),
    ] {
        batch(&service, body).await.expect_error(400, 107, words);
    }
    service.get("alice", "/buckets/b").await.expect(403);
}

#[tokio::test]
async fn the_limit_can_be_set() {
    let service = Settings::default().set("kinto.batch_max_requests", "2").start().await;
    assert_eq!(service.get("", "/").await.body["settings"]["batch_max_requests"], 2);
    let many = |count| json!({ "requests": vec![json!({"path": "/"}); count] });
    batch(&service, many(2)).await.expect(200);
    batch(&service, many(3)).await.expect_error(400, 107, "Number of requests is limited to 2");
}

#[tokio::test]
async fn a_refused_part_leaves_the_others_alone() {
    let service = Service::start().await;
    let all = responses(
        &service,
        json!([
            {"method": "PUT", "path": "/buckets/b"},
            {"method": "PUT", "path": "/buckets/b", "headers": {"If-None-Match": "*"}},
            {"method": "PATCH", "path": "/buckets/b", "body": {"data": {"a": 1}}},
        ]),
    )
    .await;
    let statuses: Vec<&Value> = all.iter().map(|response| &response["status"]).collect();
    assert_eq!(statuses, [201, 412, 200]);
    let bucket = service.get("alice", "/buckets/b").await.expect(200);
    assert_eq!(bucket.body["data"]["a"], 1);
}

#[tokio::test]
async fn what_the_workflow_refuses_undoes_all_of_it() {
    let service = Service::start().await;
    service.put("alice", "/buckets/stage", json!({})).await.expect(201);
    let collection = "/buckets/stage/collections/c";
    service.put("alice", collection, json!({})).await.expect(201);
    let refused = batch(
        &service,
        json!({"requests": [
            {"method": "PUT", "path": "/buckets/other"},
            {"method": "PATCH", "path": collection, "body": {"data": {"status": "nonsense"}}},
        ]}),
    )
    .await;
    refused.expect_error(400, 109, "Invalid status 'nonsense'");
    service.get("alice", "/buckets/other").await.expect(403);
}
