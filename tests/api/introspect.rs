//! `POST /introspect` (RFC 7662).

use crate::{
    answer::Answer,
    harness::{ADMIN_SECRET, PUBLIC_URI, Service},
    verify::claims,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A request without any authentication.
fn bare(service: &Service, token: &str) -> RequestBuilder {
    service.http.post(format!("http://{}/introspect", service.admin)).form(&[("token", token)])
}

async fn introspect(service: &Service, token: &str) -> Value {
    let answer = Answer::to(bare(service, token).basic_auth("app", Some(ADMIN_SECRET))).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn the_secret_comes_in_any_of_three_ways() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    for request in [
        bare(&service, &jwt).basic_auth("any id", Some(ADMIN_SECRET)),
        bare(&service, &jwt).basic_auth("", Some(ADMIN_SECRET)),
        bare(&service, &jwt).bearer_auth(ADMIN_SECRET),
        bare(&service, &jwt).header("Notary-Admin-Secret", ADMIN_SECRET),
    ] {
        let answer = Answer::to(request).await;
        assert_eq!((answer.status, &answer.json()["active"]), (200, &json!(true)));
    }
}

#[tokio::test]
async fn without_the_secret_nothing_is_told() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    let wrong = format!("{ADMIN_SECRET}x");
    for request in [
        bare(&service, &jwt),
        bare(&service, &jwt).basic_auth("app", Some(&wrong)),
        bare(&service, &jwt).basic_auth(ADMIN_SECRET, Some("")),
        bare(&service, &jwt).basic_auth("app", None::<&str>),
        bare(&service, &jwt).header("Authorization", "Basic !!!"),
        bare(&service, &jwt).header("Authorization", "Basic"),
        bare(&service, &jwt).bearer_auth(&wrong),
        bare(&service, &jwt).bearer_auth(&jwt),
        bare(&service, &jwt).header("Notary-Admin-Secret", &wrong),
        // The header is asked first, and decides.
        bare(&service, &jwt).header("Notary-Admin-Secret", &wrong).bearer_auth(ADMIN_SECRET),
    ] {
        assert_eq!(Answer::to(request).await.problem_of(401), "unauthorized");
    }
}

#[tokio::test]
async fn an_active_token_tells_its_claims_and_whose_it_is() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let claims = claims(&service, &ada, json!({ "jti": "1", "nbf": 1, "role": ["reader"] }));
    let mut expected = claims.clone();
    expected["active"] = json!(true);
    expected["token_type"] = json!("Bearer");
    expected["username"] = json!("ada@example.org");
    assert_eq!(introspect(&service, &ada.sign(claims)).await, expected);
}

#[tokio::test]
async fn users_cannot_speak_for_the_server() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let own = json!({
        "active": false, "username": "root", "token_type": "mac",
        "scope": "admin", "client_id": "root", "iss": "https://evil.example",
    });
    let answer = introspect(&service, &ada.sign(claims(&service, &ada, own))).await;
    assert_eq!(answer["active"], true);
    assert_eq!(answer["username"], "ada@example.org");
    assert_eq!(answer["token_type"], "Bearer");
    for name in ["scope", "client_id", "iss"] {
        assert_eq!(answer.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn anything_not_valid_is_inactive_and_nothing_more() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let nobody = service.person("nobody@example.org").await;
    let gone = service.member("gone@example.org").await;
    service.client().disable(&gone).await.unwrap();
    for token in [
        String::new(),
        "opaque".to_owned(),
        nobody.token(&service, PUBLIC_URI),
        gone.token(&service, PUBLIC_URI),
        ada.token(&service, "https://other.example"),
        ada.sign(claims(&service, &ada, json!({ "exp": 1, "iat": 0 }))),
        ada.sign(claims(&service, &ada, json!({ "token": "x" }))),
        ada.sign(ada.claims(&service, "DELETE", "/signature")),
        format!("{}A", ada.token(&service, PUBLIC_URI)),
    ] {
        assert_eq!(introspect(&service, &token).await, json!({ "active": false }), "{token}");
    }
}

#[tokio::test]
async fn the_query_names_the_audience_as_for_verify() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, "https://app.example");
    let path = "/introspect?aud=https://app.example";
    let request = service.admin(Method::POST, path).form(&[("token", &jwt)]);
    assert_eq!(Answer::to(request).await.json()["active"], true);
    assert_eq!(introspect(&service, &jwt).await["active"], false);
}

#[tokio::test]
async fn the_form_is_checked() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    let post = || service.admin(Method::POST, "/introspect");
    let form = "application/x-www-form-urlencoded";
    for (request, expected) in [
        (post().json(&json!({ "token": jwt })), (415, "unsupported_media_type")),
        (post(), (415, "unsupported_media_type")),
        (post().header("Content-Type", form).body(""), (400, "malformed_request")),
        (post().form(&[("token", "a"), ("token", "b")]), (400, "malformed_request")),
        (post().form(&[("token", "x".repeat(17_000))]), (413, "payload_too_large")),
    ] {
        let (status, name) = Answer::to(request).await.problem();
        assert_eq!((status, name.as_str()), expected);
    }
    let hinted = post().form(&[("token", jwt.as_str()), ("token_type_hint", "access_token")]);
    assert_eq!(Answer::to(hinted).await.json()["active"], true);
}
