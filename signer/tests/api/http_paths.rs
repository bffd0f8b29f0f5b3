//! Paths that are not quite right, and methods that they do not have.

use crate::harness::{Service, Settings, service::reply};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn paths_are_corrected_by_redirects() {
    let service = Service::start().await;
    let root = service.url.trim_end_matches("/v1");
    for (path, location) in [
        ("/v1?a=1", "/v1/?a=1"),
        ("/", "/v1/"),
        ("/buckets?_limit=1&x=%20", "/v1/buckets?_limit=1&x=%20"),
        ("/v1/buckets/b/", "/v1/buckets/b"),
        ("/__heartbeat__", "/v1/__heartbeat__"),
        ("//elsewhere.example/x", "/v1//elsewhere.example/x"),
    ] {
        let reply = reply(service.http.get(format!("{root}{path}"))).await.expect(307);
        assert_eq!(reply.header("Location"), location, "{path}");
        assert_eq!(reply.header("Access-Control-Allow-Origin"), "*");
    }
}

#[tokio::test]
async fn unknown_paths_and_versions() {
    let service = Service::start().await;
    let not_found = "The resource you are looking for could not be found.";
    service.get("", "/nope").await.expect_error(404, 111, not_found);
    let other = service.url.replace("/v1", "/v2/buckets");
    let version = "The requested API version is not available on this server.";
    reply(service.http.get(other)).await.expect_error(404, 116, version);
    service.get("alice", "/buckets/-b").await.expect_error(400, 107, "path: Invalid object id");
}

#[tokio::test]
async fn methods_that_a_path_does_not_have() {
    let service = Service::start().await;
    for (method, path, allowed) in [
        (Method::PUT, "/buckets", "GET, HEAD, POST, DELETE, OPTIONS"),
        (Method::POST, "/buckets/b", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        (Method::GET, "/batch", "POST, OPTIONS"),
        (Method::TRACE, "/", "GET, HEAD, OPTIONS"),
        (Method::from_bytes(b"BREW").unwrap(), "/", "GET, HEAD, OPTIONS"),
    ] {
        let refused = reply(service.request(method, path, "alice")).await;
        let refused = refused.expect_error(405, 115, "Method not allowed on this endpoint.");
        assert_eq!(refused.header("Allow"), allowed);
    }
}

#[tokio::test]
async fn a_service_that_only_reads() {
    let writable = Service::start().await;
    writable.put("alice", "/buckets/b", json!({})).await.expect(201);
    let service =
        Settings::default().on(&writable.database).set("kinto.readonly", "true").start().await;
    service.get("alice", "/buckets/b").await.expect(200);
    let words = "Method not allowed on this endpoint.";
    let refused = service.put("alice", "/buckets/b", json!({})).await.expect_error(405, 115, words);
    assert_eq!(refused.header("Allow"), "GET, HEAD, OPTIONS");
    let batch = json!({"requests": [{"path": "/buckets/b"},
                                    {"path": "/buckets/b", "method": "DELETE"}]});
    let responses = service.call("alice", Method::POST, "/batch", batch).await.expect(200).body;
    assert_eq!(responses["responses"][0]["status"], 200);
    assert_eq!(responses["responses"][1]["status"], 405);
}
