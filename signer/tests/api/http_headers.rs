//! Header fields that all answers carry, and what pages of other origins may do.

use crate::harness::{Service, Settings, service::reply};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn every_answer_is_json_that_nothing_is_made_of() {
    let service = Service::start().await;
    for path in ["/", "/nope", "/buckets/b"] {
        let reply = service.get("", path).await;
        assert_eq!(reply.header("Content-Type"), "application/json");
        assert_eq!(reply.header("X-Content-Type-Options"), "nosniff");
        assert_eq!(
            reply.header("Content-Security-Policy"),
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        );
        assert_eq!(reply.header("Cache-Control"), "no-cache, no-store");
        assert!(reply.headers.get("Backoff").is_none() && reply.headers.get("Alert").is_none());
    }
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let service = Service::start().await;
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    let get = service.get("alice", "/buckets/b").await.expect(200);
    let head = reply(service.request(Method::HEAD, "/buckets/b", "alice")).await.expect(200);
    assert_eq!(head.body, Value::Null);
    for name in ["ETag", "Last-Modified", "Content-Type", "Cache-Control"] {
        assert_eq!(head.header(name), get.header(name));
    }
    assert_eq!(head.headers.get("Content-Length"), None);
    let missing = reply(service.request(Method::HEAD, "/nope", "alice")).await.expect(404);
    assert_eq!(missing.body, Value::Null);
}

#[tokio::test]
async fn what_is_unchanged_has_no_body() {
    let service = Service::start().await;
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    let etag = service.get("alice", "/buckets/b").await.header("ETag").to_owned();
    let request = service.request(Method::GET, "/buckets/b", "alice");
    let unchanged = reply(request.header("If-None-Match", &etag)).await.expect(304);
    assert_eq!((unchanged.header("ETag"), &unchanged.body), (etag.as_str(), &Value::Null));
    for name in ["Cache-Control", "Content-Type", "Content-Length"] {
        assert_eq!(unchanged.headers.get(name), None);
    }
}

#[tokio::test]
async fn pages_of_all_origins_may_call() {
    let service = Service::start().await;
    for path in ["/", "/nope", "/buckets/b"] {
        let request = service.request(Method::GET, path, "").header("Origin", "https://a.example");
        let reply = reply(request).await;
        assert_eq!(reply.header("Access-Control-Allow-Origin"), "*");
        let exposed = reply.header("Access-Control-Expose-Headers");
        for name in ["Backoff", "Retry-After", "Alert", "ETag", "Next-Page", "Total-Records"] {
            assert!(exposed.contains(name), "{exposed}");
        }
    }
}

#[tokio::test]
async fn a_preflight_allows_what_the_path_has() {
    let service = Service::start().await;
    let preflight = service
        .request(Method::OPTIONS, "/buckets/b", "")
        .header("Origin", "https://a.example")
        .header("Access-Control-Request-Method", "PATCH")
        .header("Access-Control-Request-Headers", "authorization,if-match");
    let reply = reply(preflight).await.expect(200);
    assert_eq!(reply.header("Access-Control-Allow-Origin"), "*");
    assert_eq!(reply.header("Access-Control-Allow-Headers"), "authorization,if-match");
    assert_eq!(reply.header("Access-Control-Max-Age"), "3600");
    assert_eq!(reply.headers.get("Content-Type"), None);
    let methods = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
    assert_eq!(reply.header("Access-Control-Allow-Methods"), methods);
}

#[tokio::test]
async fn origins_can_be_named() {
    let service =
        Settings::default().set("kinto.cors_origins", "https://*.a.example").start().await;
    for (origin, allowed) in [("https://x.a.example", true), ("https://b.example", false)] {
        let request = service.request(Method::GET, "/", "").header("Origin", origin);
        let reply = reply(request).await.expect(200);
        let shown = reply.headers.get("Access-Control-Allow-Origin");
        assert_eq!(shown.is_some_and(|shown| shown == origin), allowed, "{origin}");
        assert_eq!(reply.header("Vary"), "Origin");
    }
}

#[tokio::test]
async fn clients_can_be_told_to_slow_down() {
    let service = Settings::default().set("kinto.backoff", "10").start().await;
    assert_eq!(service.get("", "/").await.header("Backoff"), "10");
    assert_eq!(service.get("", "/nope").await.header("Backoff"), "10");
}

#[tokio::test]
async fn the_end_is_announced_and_then_it_is_the_end() {
    let settings = || Settings::default().set("kinto.eos_message", "moving house");
    let soon = settings().set("kinto.eos", "2999-12-31").start().await;
    let hello = soon.get("", "/").await.expect(200);
    let alert: Value = serde_json::from_str(hello.header("Alert")).unwrap();
    assert_eq!((&alert["code"], &alert["message"]), (&json!("soft-eol"), &json!("moving house")));
    assert_eq!(hello.body["eos"], "2999-12-31T00:00:00+00:00");
    let over = settings().set("kinto.eos", "2020-01-01").start().await;
    let gone = over.get("", "/buckets").await;
    let gone = gone.expect_error(410, 202, "The service you are trying to connect");
    over.get("", "/nope").await.expect(410);
    let alert: Value = serde_json::from_str(gone.header("Alert")).unwrap();
    assert_eq!(alert["code"], "hard-eol");
}

#[tokio::test]
async fn the_service_can_be_told_its_name() {
    let settings = Settings::default().set("kinto.http_scheme", "https");
    let service = settings.set("kinto.http_host", "signer.example").start().await;
    let hello = service.get("", "/").await.body;
    assert_eq!(hello["url"], "https://signer.example/v1/");
}

#[tokio::test]
async fn who_takes_no_json_gets_none() {
    let service = Service::start().await;
    let request = |accept| service.request(Method::GET, "/buckets", "a").header("Accept", accept);
    let words = "Accept header should be one of ['application/json']";
    reply(request("text/html")).await.expect_error(406, 107, words);
    assert_eq!(reply(request("text/html, */*;q=0.1")).await.status, StatusCode::OK);
}
