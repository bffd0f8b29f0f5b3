//! The verify client against a stand-in for the admin listener.

#![expect(clippy::unwrap_used, reason = "a test's helpers may panic as its tests may")]

use std::time::Duration;

use notary_sdk::{
    Account, Cause, Expect, SetupError, TransportError, VerifyClient, VerifyError, digest,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, body_json, header, method, path},
};

const SECRET: &str = "an admin secret of 32 characters";

fn client(url: &str) -> VerifyClient {
    VerifyClient::new(url.parse().unwrap(), SECRET, Duration::from_secs(5)).unwrap()
}

fn yes() -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({ "sub": "foo@bar.com", "role": "admin" }))
        .insert_header("Notary-Address", "foo@bar.com")
        .insert_header("Notary-Kid", "k1d")
        .insert_header("Notary-Key-Thumbprint", "thumb")
}

fn problem(status: u16, name: &str) -> ResponseTemplate {
    let body = json!({
        "type": format!("urn:notary:problem:{name}"), "title": "No", "status": status,
        "detail": "Because."
    });
    ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/problem+json")
}

async fn answering(answer: ResponseTemplate) -> (MockServer, VerifyClient) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = client(&server.uri());
    (server, client)
}

async fn error_of(answer: ResponseTemplate) -> VerifyError {
    let (_server, client) = answering(answer).await;
    client.verify("a.b.c", &Expect::audience("https://a.example")).await.unwrap_err()
}

#[tokio::test]
async fn a_yes_says_whose_token_it_is() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/verify"))
        .and(header("Authorization", "Bearer a.b.c"))
        .and(header("Notary-Admin-Secret", SECRET))
        .respond_with(yes())
        .expect(1)
        .mount(&server)
        .await;
    let mut expect = Expect::audience("https://a.example/?x=1&y")
        .request("POST", "https://a.example/pay")
        .body(b"{}");
    expect.audiences.push("https://b.example".to_owned());
    let verified = client(&server.uri()).verify("a.b.c", &expect).await.unwrap();
    assert_eq!(verified.address, "foo@bar.com");
    assert_eq!((verified.kid.as_str(), verified.thumbprint.as_str()), ("k1d", "thumb"));
    assert_eq!(Value::from(verified.claims), json!({ "sub": "foo@bar.com", "role": "admin" }));

    let request = &server.received_requests().await.unwrap()[0];
    let query: Vec<_> = request.url.query_pairs().into_owned().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        query,
        [
            pair("aud", "https://a.example/?x=1&y"),
            pair("aud", "https://b.example"),
            pair("method", "POST"),
            pair("uri", "https://a.example/pay"),
            pair("digest", &digest(b"{}")),
        ]
    );
}

#[tokio::test]
async fn without_expectations_the_query_is_empty() {
    let (server, client) = answering(yes()).await;
    client.verify("a.b.c", &Expect::default()).await.unwrap();
    assert_eq!(server.received_requests().await.unwrap()[0].url.query().unwrap_or(""), "");
}

#[tokio::test]
async fn every_other_answer_has_its_error() {
    let VerifyError::Invalid(invalid) = error_of(problem(422, "expired")).await else {
        panic!("not invalid")
    };
    assert_eq!((invalid.name(), invalid.detail.as_str()), (Some("expired"), "Because."));
    assert_eq!(error_of(problem(404, "not-active")).await, VerifyError::NotActive);
    assert_eq!(error_of(problem(401, "secret")).await, VerifyError::Unauthorized);
    assert_eq!(error_of(ResponseTemplate::new(401)).await, VerifyError::Unauthorized);

    let away = problem(503, "database").insert_header("Retry-After", "2");
    let retry_after = Some(Duration::from_secs(2));
    let expected = VerifyError::Unavailable { cause: Cause::Status(503), retry_after };
    assert_eq!(error_of(away).await, expected);
    for status in [204, 302, 400, 403, 429, 500, 502] {
        let expected = VerifyError::from(Cause::Status(status));
        assert_eq!(error_of(ResponseTemplate::new(status)).await, expected, "{status}");
    }
}

#[tokio::test]
async fn a_web_server_that_is_not_notary_says_nothing_about_tokens() {
    for status in [404, 422] {
        let page = ResponseTemplate::new(status).set_body_raw("<html>", "text/html");
        assert_eq!(error_of(page).await, VerifyError::from(Cause::Status(status)), "{status}");
    }
    let welcome = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    assert_eq!(error_of(welcome).await, VerifyError::from(Cause::NotNotary));
    let nameless = ResponseTemplate::new(200).set_body_json(json!({ "sub": "foo@bar.com" }));
    assert_eq!(error_of(nameless).await, VerifyError::from(Cause::NotNotary));
}

#[tokio::test]
async fn silence_is_a_timeout_and_nobody_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hasty = VerifyClient::new(url.parse().unwrap(), SECRET, Duration::from_millis(50)).unwrap();
    let error = hasty.verify("a.b.c", &Expect::default()).await.unwrap_err();
    assert_eq!(error, VerifyError::from(Cause::Transport(TransportError::Timeout)));
    drop(listener);
    let error = client(&url).verify("a.b.c", &Expect::default()).await.unwrap_err();
    assert_eq!(error, VerifyError::from(Cause::Transport(TransportError::Connect)));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let error = error_of(ResponseTemplate::new(200).set_body_bytes(vec![b' '; (1 << 20) + 1]));
    assert_eq!(error.await, VerifyError::from(Cause::Transport(TransportError::TooLarge)));
}

#[tokio::test]
async fn a_token_that_cannot_stand_in_a_header_is_not_sent() {
    let (server, client) = answering(yes()).await;
    for jwt in ["a\r\nNotary-Admin-Secret: x", "a\0"] {
        let error = client.verify(jwt, &Expect::default()).await.unwrap_err();
        assert!(matches!(error, VerifyError::Invalid(_)), "{error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn disabling_names_the_account() {
    for (account, block, body) in [
        (Account::Address("foo@bar.com"), false, json!({ "address": "foo@bar.com" })),
        (Account::Kid("k1d"), true, json!({ "kid": "k1d", "block": true })),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("DELETE"))
            .and(path("/signature"))
            .and(header("Notary-Admin-Secret", SECRET))
            .and(body_json(body))
            .respond_with(ResponseTemplate::new(204))
            .expect(1)
            .mount(&server)
            .await;
        client(&server.uri()).disable(account, block).await.unwrap();
    }
    let (_server, client) = answering(problem(404, "unknown")).await;
    let error = client.disable(Account::Kid("k1d"), false).await.unwrap_err();
    assert_eq!(error, VerifyError::NotActive);
}

#[tokio::test]
async fn readiness_needs_no_secret() {
    let (server, client) = answering(ResponseTemplate::new(200)).await;
    client.ready().await.unwrap();
    let request = &server.received_requests().await.unwrap()[0];
    assert_eq!(request.url.path(), "/readyz");
    assert!(!request.headers.contains_key("notary-admin-secret"));
    let (_server, client) = answering(problem(503, "database")).await;
    let error = client.ready().await.unwrap_err();
    assert_eq!(error, VerifyError::from(Cause::Status(503)));
}

#[tokio::test]
async fn calls_share_one_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    // Accepts once and answers twice: a second connection would wait until the timeout.
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        }
    });
    client.ready().await.unwrap();
    client.clone().ready().await.unwrap();
    server.await.unwrap();
}

#[test]
fn the_secret_never_shows() {
    let shown = format!("{:?}", client("http://127.0.0.1:1"));
    assert_eq!(shown, "VerifyClient(http://127.0.0.1:1/, ..)");
    let url = "http://127.0.0.1:1".parse().unwrap();
    let error = VerifyClient::new(url, "secret\n", Duration::from_secs(1)).unwrap_err();
    assert_eq!(error, SetupError::Secret);
}
