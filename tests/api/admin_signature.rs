//! `DELETE /signature` on the admin listener, and the addresses it blocks.

use crate::{
    answer::Answer,
    harness::{PUBLIC_URI, Person, Service},
};
use notary_sdk::{Expect, VerifyError};
use reqwest::Method;
use serde_json::{Value, json};

async fn disable(service: &Service, body: Value) -> Answer {
    Answer::to(service.admin(Method::DELETE, "/signature").json(&body)).await
}

async fn is_active(service: &Service, person: &Person) -> bool {
    let jwt = person.token(service, PUBLIC_URI);
    match service.verifier().verify(&jwt, &Expect::default()).await {
        Ok(_) => true,
        Err(VerifyError::NotActive) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn an_account_is_disabled_by_its_address_in_any_spelling() {
    let service = Service::start().await;
    let ada = service.member("ada@bücher.example").await;
    let answer = disable(&service, json!({ "address": "Ada@BÜCHER.example" })).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(!is_active(&service, &ada).await);
}

#[tokio::test]
async fn an_account_is_disabled_by_its_kid_and_others_are_left_alone() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.member("bob@example.org").await;
    assert_eq!(disable(&service, json!({ "kid": ada.kid })).await.status, 204);
    assert!(!is_active(&service, &ada).await);
    assert!(is_active(&service, &bob).await);
}

#[tokio::test]
async fn the_owner_is_told_once_and_can_sign_up_again() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    for _ in 0..3 {
        assert_eq!(disable(&service, json!({ "address": ada.address })).await.status, 204);
    }
    let notice = service.mail_for(&ada.address, 2).await;
    assert!(!notice.text.unwrap().contains("#token="), "a notice carries no token");
    // The next mail after the one notice is the sign-up's.
    service.client().sign_up(&ada).await.unwrap();
    let token = service.token_for(&ada.address, 3).await;
    service.client().confirm(&ada, &token).await.unwrap();
    assert!(is_active(&service, &ada).await);
}

#[tokio::test]
async fn pending_signups_end_with_the_account() {
    let service = Service::start().await;
    let (client, ada) = (service.client(), service.member("ada@example.org").await);
    let renewed = ada.with_new_key(&service);
    client.change_password(&renewed).await.unwrap();
    let token = service.token_for(&ada.address, 2).await;
    assert_eq!(disable(&service, json!({ "kid": ada.kid })).await.status, 204);
    assert!(client.confirm(&renewed, &token).await.unwrap_err().is_refused());
    assert!(!is_active(&service, &renewed).await);

    let new = service.person("new@example.org").await;
    client.sign_up(&new).await.unwrap();
    let token = service.token_for(&new.address, 1).await;
    assert_eq!(disable(&service, json!({ "address": new.address })).await.status, 204);
    assert!(client.confirm(&new, &token).await.unwrap_err().is_refused());
}

#[tokio::test]
async fn a_blocked_address_gets_the_same_answer_and_no_mail_until_it_is_unblocked() {
    let service = Service::start().await;
    let (client, ada) = (service.client(), service.member("ada@example.org").await);
    let body = json!({ "address": ada.address, "block": true });
    assert_eq!(disable(&service, body).await.status, 204);
    service.mail_for(&ada.address, 2).await;

    let sign_up = |person: &Person| {
        let claims = person.claims(&service, "POST", "/signup");
        let key = notary_sdk::Jwk::new(&person.key.public(), &person.kid);
        let body = json!({ "jwt": person.sign(claims), "publicKey": key });
        service.public(Method::POST, "/signup").json(&body)
    };
    let blocked = Answer::to(sign_up(&ada)).await;
    let free = Answer::to(sign_up(&service.person("new@example.org").await)).await;
    assert_eq!((blocked.status, blocked.body), (free.status, free.body));
    service.mail_for("new@example.org", 1).await;
    let account = Answer::to(service.admin(Method::GET, &format!("/accounts/{}", ada.kid))).await;
    assert_eq!(account.json()["status"], "disabled", "no signup waits");

    let block = "/blocks/addresses/Ada@Example.org";
    assert_eq!(Answer::to(service.admin(Method::DELETE, block)).await.status, 204);
    assert_eq!(Answer::to(service.admin(Method::DELETE, block)).await.problem_of(404), "not_found");
    client.sign_up(&ada).await.unwrap();
    // The third mail is this signup's: the blocked one sent none.
    let token = service.token_for(&ada.address, 3).await;
    client.confirm(&ada, &token).await.unwrap();
    assert!(is_active(&service, &ada).await);
}

#[tokio::test]
async fn an_address_can_be_blocked_before_it_ever_signs_up() {
    let service = Service::start().await;
    let body = json!({ "address": "spam@example.org", "block": true });
    assert_eq!(disable(&service, body.clone()).await.status, 204);
    assert_eq!(disable(&service, body).await.status, 204);
    let unblock = service.admin(Method::DELETE, "/blocks/addresses/spam@example.org");
    assert_eq!(Answer::to(unblock).await.status, 204);
}

#[tokio::test]
async fn who_is_unknown_is_404() {
    let service = Service::start().await;
    let nobody = service.person("nobody@example.org").await;
    for body in [
        json!({ "address": nobody.address }),
        json!({ "kid": nobody.kid }),
        json!({ "kid": nobody.kid, "block": true }),
    ] {
        assert_eq!(disable(&service, body.clone()).await.problem_of(404), "not_found", "{body}");
    }
}

#[tokio::test]
async fn exactly_one_of_address_and_kid_is_named() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    for (body, expected) in [
        (json!({}), "malformed_request"),
        (json!({ "block": true }), "malformed_request"),
        (json!({ "address": ada.address, "kid": ada.kid }), "malformed_request"),
        (json!({ "address": ada.address, "blok": true }), "malformed_request"),
        (json!({ "address": ada.address, "block": "yes" }), "malformed_request"),
        (json!({ "address": "ada" }), "invalid_address"),
        (json!({ "kid": "0a" }), "malformed_request"),
        (json!([ada.address]), "malformed_request"),
    ] {
        assert_eq!(disable(&service, body.clone()).await.problem_of(400), expected, "{body}");
    }
    let twice = format!(r#"{{"address":"{0}","address":"{0}"}}"#, ada.address);
    let request = service.admin(Method::DELETE, "/signature");
    let request = request.header("Content-Type", "application/json").body(twice);
    assert_eq!(Answer::to(request).await.problem_of(400), "malformed_request");
    assert!(is_active(&service, &ada).await);
}
