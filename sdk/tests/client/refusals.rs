//! What the client does not put up with, and how it says so.

use notary_sdk::{Argon2id, Error, Kdf, KdfError, Notary, Password, PasswordError, TransportError};
use serde_json::json;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::path};

use crate::stand_in::*;

#[tokio::test]
async fn other_errors_end_the_search_for_the_key() {
    let server = service(upgraded()).await;
    let (notary, _) = client(&server);
    let answer = problem(429, "slow-down").insert_header("Retry-After", "3");
    let (result, _) = recorded(
        &server,
        ("POST", "/signature"),
        answer,
        notary.unlock_active("foo@bar.com", &password()),
    )
    .await;
    let Error::Problem(problem) = result.unwrap_err() else { panic!("no problem") };
    assert_eq!((problem.status, problem.retry_after), (429, Some(3)));
    assert_eq!(problem.name(), Some("slow-down"));
    assert_eq!(problem.to_string(), "No: Try something else. (try again in 3 s)");
}

#[tokio::test]
async fn a_password_too_short_to_choose_leaves_no_trace() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let short = Password::new("12345678").unwrap();
    let error = notary.choose("foo@bar.com", &short).await.unwrap_err();
    assert_eq!(error, Error::Password(PasswordError::TooShort { min: 9 }));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn weak_parameters_are_refused() {
    let costs = Argon2id { m: 1_024, t: 2, p: 1 };
    let server = service(Kdf { argon2id: costs, ..cheap() }).await;
    let error = client(&server).0.unlock("foo@bar.com", &password()).await.unwrap_err();
    assert_eq!(error, Error::Derivation(KdfError::TooCheap(costs).into()));
}

#[tokio::test]
async fn another_service_than_the_expected_is_refused() {
    for (name, value) in [
        ("public_uri", json!("https://notary.example")),
        ("public_uri", json!("https://bank.example/sub")),
        ("public_uri", json!("nonsense")),
        ("password", json!({ "min_length": 9, "normalization": "NFC" })),
        ("kdf", json!(null)),
    ] {
        let server = MockServer::start().await;
        let mut body = discovery(&cheap());
        body[name] = value;
        mount_discovery(&server, body).await;
        let error = client(&server).0.discover().await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{name}: {error}");
    }
}

#[tokio::test]
async fn answers_to_salt_of_another_shape_are_refused() {
    for (name, value) in [
        ("salt", json!("AAEC")),
        ("salt", json!("not base64 at all, 24 c.")),
        ("evaluated", json!(null)),
        ("evaluated", json!("AAEC")),
        ("now", json!("noon")),
        ("address", json!(null)),
    ] {
        let server = MockServer::start().await;
        mount_discovery(&server, discovery(&cheap())).await;
        Mock::given(path("/salt"))
            .respond_with(move |request: &Request| {
                let mut answer = salt_answer(request, &cheap());
                answer[name] = value.clone();
                ResponseTemplate::new(200).set_body_json(answer)
            })
            .mount(&server)
            .await;
        let error = client(&server).0.unlock("foo@bar.com", &password()).await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{name}: {error}");
    }
}

#[tokio::test]
async fn errors_without_a_problem_document_still_say_their_status() {
    let server = MockServer::start().await;
    mount_discovery(&server, discovery(&cheap())).await;
    let answer = ResponseTemplate::new(502).set_body_raw("<html>", "text/html");
    Mock::given(path("/salt")).respond_with(answer).mount(&server).await;
    let Error::Problem(problem) = client(&server).0.salt("a@b.c", None).await.unwrap_err() else {
        panic!("no problem")
    };
    assert_eq!((problem.status, problem.name()), (502, None));
    assert_eq!(problem.to_string(), "Bad Gateway");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = MockServer::start().await;
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(307).insert_header("Location", elsewhere.uri());
    Mock::given(path("/salt")).respond_with(answer).mount(&server).await;
    let error = client(&server).0.salt("a@b.c", None).await.unwrap_err();
    assert!(matches!(error, Error::Problem(problem) if problem.status == 307));
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_listening_is_a_transport_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let notary = Notary::new(format!("http://{free}").parse().unwrap()).unwrap();
    let error = notary.discover().await.unwrap_err();
    assert_eq!(error, Error::Transport(TransportError::Connect));
}
