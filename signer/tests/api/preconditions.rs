//! `If-Match` and `If-None-Match` (KINTO 2.4).

use crate::harness::{
    Service,
    service::{Reply, reply},
};
use reqwest::Method;
use serde_json::{Value, json};

const RECORDS: &str = "/buckets/b/collections/c/records";
const THERE: &str = "/buckets/b/collections/c/records/there";
const MISSING: &str = "/buckets/b/collections/c/records/missing";

async fn started() -> Service {
    let service = Service::start().await;
    for path in ["/buckets/b", "/buckets/b/collections/c", THERE] {
        service.put("alice", path, json!({"n": 1})).await.expect(201);
    }
    service
}

/// The same with a header, `IM` or `INM` for short; `ts` stands for the timestamp of what is there.
async fn call(service: &Service, method: Method, path: &str, header: &str) -> Reply {
    let (name, value) = header.split_once(": ").unwrap();
    let name = if name == "IM" { "If-Match" } else { "If-None-Match" };
    let now = service.get("alice", if path == RECORDS { RECORDS } else { THERE }).await.etag();
    let value = value.replace("ts", &format!("\"{now}\"")).replace("other", "\"1\"");
    let body = json!({"data": {"n": 1}});
    let mut request = service.request(method.clone(), path, "alice").header(name, value);
    if [Method::PUT, Method::POST, Method::PATCH].contains(&method) {
        request = request.json(&body);
    }
    reply(request).await
}

#[tokio::test]
async fn the_table() {
    let service = started().await;
    let (get, put, patch) = (Method::GET, Method::PUT, Method::PATCH);
    let (head, post, delete) = (Method::HEAD, Method::POST, Method::DELETE);
    for (method, path, header, status) in [
        (&get, THERE, "INM: ts", 304),
        (&head, THERE, "INM: ts", 304),
        (&get, THERE, "INM: other", 200),
        (&put, THERE, "INM: ts", 200),
        (&patch, THERE, "INM: ts", 200),
        (&get, THERE, "INM: *", 412),
        (&put, THERE, "INM: *", 412),
        (&patch, THERE, "INM: *", 412),
        (&delete, THERE, "INM: *", 412),
        (&get, THERE, "IM: other", 412),
        (&put, THERE, "IM: other", 412),
        (&patch, THERE, "IM: other", 412),
        (&delete, THERE, "IM: other", 412),
        (&get, THERE, "IM: ts", 200),
        (&put, THERE, "IM: ts", 200),
        (&patch, THERE, "IM: *", 200),
        (&put, MISSING, "IM: ts", 412),
        (&put, MISSING, "IM: *", 412),
        (&get, MISSING, "IM: ts", 404),
        (&patch, MISSING, "IM: ts", 404),
        (&delete, MISSING, "IM: ts", 404),
        (&get, RECORDS, "INM: ts", 304),
        (&get, RECORDS, "INM: other", 200),
        (&get, RECORDS, "INM: *", 412),
        (&get, RECORDS, "IM: other", 412),
        (&get, RECORDS, "IM: ts", 200),
        (&delete, RECORDS, "INM: *", 412),
        (&delete, RECORDS, "IM: other", 412),
        (&post, RECORDS, "IM: ts", 412),
        (&post, RECORDS, "INM: *", 201),
        // What is there by now goes at the end.
        (&put, MISSING, "INM: *", 201),
        (&delete, THERE, "IM: ts", 200),
    ] {
        let answer = call(&service, method.clone(), path, header).await;
        assert_eq!(answer.status, status, "{method} {path} {header}: {:#}", answer.body);
    }
    let ts = service.get("alice", RECORDS).await.etag();
    let request = service.request(delete, RECORDS, "alice").header("If-Match", format!("\"{ts}\""));
    assert_eq!(reply(request).await.expect(200).body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_refusal_shows_what_is_there() {
    let service = started().await;
    let there = service.get("alice", THERE).await;
    for header in ["IM: other", "INM: *"] {
        let refused = call(&service, Method::PUT, THERE, header).await;
        let refused = refused.expect_error(412, 114, "Resource was modified meanwhile");
        assert_eq!(refused.body["details"], json!({"existing": there.body["data"]}));
        assert_eq!(refused.etag(), there.etag());
        assert_eq!(refused.header("Last-Modified"), there.header("Last-Modified"));
    }
    let list = call(&service, Method::GET, RECORDS, "IM: other").await.expect(412);
    assert_eq!(list.body["details"]["existing"], Value::Null);
    assert_eq!(list.etag(), service.get("alice", RECORDS).await.etag());
}

#[tokio::test]
async fn not_modified_says_only_when() {
    let service = started().await;
    let there = service.get("alice", THERE).await;
    let same = call(&service, Method::GET, THERE, "INM: ts").await.expect(304);
    assert_eq!((same.body.clone(), same.etag()), (Value::Null, there.etag()));
    assert_eq!(same.header("Last-Modified"), there.header("Last-Modified"));
}

#[tokio::test]
async fn other_values_are_refused() {
    let service = started().await;
    for bad in ["7", "\"x\"", "W/\"7\"", "\"\"", "\"1\", \"2\""] {
        for name in ["If-Match", "If-None-Match"] {
            for method in [Method::GET, Method::DELETE] {
                let request = service.request(method, THERE, "alice").header(name, bad);
                let words =
                    format!("{name} in header: The value should be integer between double quotes.");
                reply(request).await.expect_error(400, 107, &words);
            }
        }
    }
    service.get("alice", THERE).await.expect(200);
}

/// A safe creation needs the right to create, whatever is there.
#[tokio::test]
async fn who_may_create_learns_of_what_is_there() {
    let service = started().await;
    let request = |user: &str| {
        let request = service.request(Method::PUT, "/buckets/b", user);
        reply(request.header("If-None-Match", "*").json(&json!({"data": {}})))
    };
    request("bob").await.expect_error(412, 114, "Resource was modified meanwhile");
    request("").await.expect(401);
    service.put("bob", "/buckets/b", json!({})).await.expect(403);
}
