//! Bodies that are too much, too slow, or no JSON.

use crate::harness::{PATIENCE, Service, service::reply};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Sends text as it is, and gives what comes until the connection ends.
async fn raw(service: &Service, text: &str) -> String {
    let address = service.url.trim_start_matches("http://").trim_end_matches("/v1");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end").unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn what_is_no_json_is_said_so() {
    let service = Service::start().await;
    let send = |body: &'static str| {
        let request = service.request(Method::PUT, "/buckets/b", "alice");
        reply(request.header("Content-Type", "application/json").body(body))
    };
    let words = "Invalid JSON: error at line 1 column 2";
    let refused = send("{x").await.expect_error(400, 107, words);
    assert_eq!(
        refused.body["details"],
        json!([{"location": "body", "name": "", "description": words}])
    );
    send("3").await.expect_error(400, 107, "Should be a JSON object or an array");
    send("{\"data\":{\"a\":\"\\u0000\"}}").await.expect_error(400, 107, "Texts with a NUL");
    send("").await.expect(201);
}

#[tokio::test]
async fn bodies_are_of_the_types_that_the_method_takes() {
    let service = Service::start().await;
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    let send = |method, content_type: &'static str, body: &'static str| {
        let request = service.request(method, "/buckets/b", "alice");
        reply(request.header("Content-Type", content_type).body(body))
    };
    let words = "Content-Type header should be one of ['application/json']";
    send(Method::PUT, "text/plain", "{}").await.expect_error(415, 107, words);
    send(Method::PUT, "application/merge-patch+json", "{}").await.expect_error(415, 107, words);
    let words = "Content-Type header should be one of ['application/json', \
                 'application/merge-patch+json', 'application/json-patch+json']";
    send(Method::PATCH, "text/plain", "{}").await.expect_error(415, 107, words);
    let json = "application/json; charset=utf-8";
    send(Method::PATCH, json, "{\"data\":{\"a\":1}}").await.expect(200);
    send(Method::PATCH, "application/merge-patch+json", "{\"data\":{\"a\":null}}")
        .await
        .expect(200);
    let patch = "[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":2}]";
    let patched = send(Method::PATCH, "application/json-patch+json", patch).await.expect(200);
    assert_eq!(patched.body["data"]["b"], 2);
    // py's client sends an empty object with every DELETE.
    send(Method::DELETE, json, "{}").await.expect(200);
}

#[tokio::test]
async fn nobody_sends_more_than_ten_mebibytes() {
    let service = Service::start().await;
    let filler = " ".repeat(10 * 1024 * 1024 + 1);
    let request = service.request(Method::PUT, "/buckets/b", "alice");
    let refused = reply(request.header("Content-Type", "application/json").body(filler)).await;
    refused.expect_error(413, 113, "The body of a request is limited to 10485760 bytes.");
}

#[tokio::test]
async fn a_body_that_stalls_ends_with_its_connection() {
    let service = Service::start().await;
    let answer = raw(
        &service,
        "PUT /v1/buckets/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n5\r\n{\"dat",
    );
    let answer = timeout(Duration::from_secs(30), answer).await.expect("an answer in time");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_nobody_wants_ends_with_its_connection() {
    let service = Service::start().await;
    let answer = raw(
        &service,
        "POST /v1/nope HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"dat",
    );
    let answer = timeout(Duration::from_secs(30), answer).await.expect("an answer in time");
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}
