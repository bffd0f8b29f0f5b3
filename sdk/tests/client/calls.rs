//! What each call sends, and what it makes of the answer.

use std::sync::atomic::Ordering;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use notary_sdk::{Confirmation, Jwk, Kdf, Password, kid};
use serde_json::{Value, json};
use wiremock::{
    Mock, Request, ResponseTemplate,
    matchers::{method, path},
};

use crate::stand_in::*;

#[tokio::test]
async fn unlocking_gives_the_key_of_the_vectors() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let key = notary.unlock(" Foo@bar.com", &password()).await.unwrap();
    assert_eq!(key.key.public().thumbprint_base64url(), THUMBPRINT);
    assert_eq!(key.address, "foo@bar.com");
    assert_eq!(key.kid, kid("foo@bar.com", &SALT));
    assert_eq!(key.clock_offset, SERVER_NOW - OUR_NOW);
}

#[tokio::test]
async fn without_an_oprf_nothing_is_blinded() {
    let server = service(Kdf { oprf: None, ..cheap() }).await;
    let (notary, _) = client(&server);
    let key = notary.unlock("foo@bar.com", &password()).await.unwrap();
    assert_ne!(key.key.public().thumbprint_base64url(), THUMBPRINT);
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests.last().unwrap().body_json().unwrap();
    assert_eq!(body, json!({ "address": "foo@bar.com" }));
}

#[tokio::test]
async fn signing_up_sends_the_key_and_a_jwt_by_the_servers_clock() {
    let server = service(cheap()).await;
    let (notary, hands) = client(&server);
    let key = notary.choose("foo@bar.com", &password()).await.unwrap();
    hands.fetch_add(7, Ordering::SeqCst);
    let (result, body) =
        recorded(&server, ("POST", "/signup"), accepted(), notary.sign_up(&key)).await;
    result.unwrap();

    let jwk = Jwk::parse(&body["publicKey"].to_string()).unwrap();
    assert_eq!(jwk.kid(), key.kid);
    assert_eq!(jwk.public_key().unwrap(), key.key.public());
    let (header, claims) = sent(&body, &key);
    assert_eq!(header, json!({ "alg": "ES384", "kid": key.kid, "typ": "JWT" }));
    let jti = claims["jti"].as_str().unwrap();
    assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(jti).unwrap().len(), 16);
    assert_eq!(
        claims,
        json!({
            "sub": "foo@bar.com", "aud": PUBLIC_URI, "iat": SERVER_NOW + 7,
            "exp": SERVER_NOW + 7 + 120, "jti": jti,
            "htm": "POST", "htu": format!("{PUBLIC_URI}/signup")
        })
    );
}

#[tokio::test]
async fn a_confirmation_carries_the_token_and_may_need_another() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let key = notary.unlock("foo@bar.com", &password()).await.unwrap();

    let done = json!({ "address": "foo@bar.com", "kid": key.kid, "confirmed_at": 5 });
    let answer = ResponseTemplate::new(200).set_body_json(done);
    let (result, body) =
        recorded(&server, ("POST", "/confirm"), answer, notary.confirm(&key, "t0k3n")).await;
    let Confirmation::Active(confirmed) = result.unwrap() else { panic!("not active") };
    assert_eq!((confirmed.kid, confirmed.confirmed_at), (key.kid.clone(), 5));
    let (_, claims) = sent(&body, &key);
    assert_eq!(claims["token"], "t0k3n");
    assert_eq!(claims["htu"], format!("{PUBLIC_URI}/confirm"));
    assert_eq!(body.as_object().unwrap().len(), 1);

    let more = json!({ "status": "one_more_confirmation" });
    let answer = ResponseTemplate::new(202).set_body_json(more);
    let (result, _) =
        recorded(&server, ("POST", "/confirm"), answer, notary.confirm(&key, "t")).await;
    assert_eq!(result.unwrap(), Confirmation::OneMore);
}

#[tokio::test]
async fn changes_are_signed_by_the_new_key() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let new = notary.unlock("new@bar.com", &password()).await.unwrap();

    let (result, body) =
        recorded(&server, ("PATCH", "/signature"), accepted(), notary.change_password(&new)).await;
    result.unwrap();
    let (_, claims) = sent(&body, &new);
    assert_eq!((&claims["sub"], &claims["htm"]), (&json!("new@bar.com"), &json!("PATCH")));
    assert_eq!(claims.get("new_address"), None);

    let call = notary.change_address("OLD@bar.com", &new);
    let (result, body) = recorded(&server, ("PATCH", "/signature"), accepted(), call).await;
    result.unwrap();
    let (header, claims) = sent(&body, &new);
    assert_eq!(header["kid"], kid("new@bar.com", &SALT));
    assert_eq!(body["publicKey"]["kid"], header["kid"]);
    assert_eq!(claims["sub"], "old@bar.com");
    assert_eq!(claims["new_address"], "new@bar.com");
}

#[tokio::test]
async fn disabling_is_a_delete() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let key = notary.unlock("foo@bar.com", &password()).await.unwrap();
    let answer = ResponseTemplate::new(204);
    let (result, body) =
        recorded(&server, ("DELETE", "/signature"), answer, notary.disable(&key)).await;
    result.unwrap();
    let (_, claims) = sent(&body, &key);
    assert_eq!(claims["htm"], "DELETE");
}

#[tokio::test]
async fn an_older_derivation_is_tried_when_the_newest_is_refused() {
    let server = service(upgraded()).await;
    let (notary, _) = client(&server);
    let active = {
        let server = service(cheap()).await;
        client(&server).0.unlock("foo@bar.com", &password()).await.unwrap().key.public()
    };
    Mock::given(method("POST"))
        .and(path("/signature"))
        .respond_with(move |request: &Request| {
            let body: Value = request.body_json().unwrap();
            match open(body["jwt"].as_str().unwrap(), &active) {
                None => problem(400, "refused"),
                Some(_) => ResponseTemplate::new(200).set_body_json(json!({
                    "address": "foo@bar.com", "kid": "k", "confirmed_at": 5, "kdf_v": 1
                })),
            }
        })
        .mount(&server)
        .await;

    let newest = notary.unlock("foo@bar.com", &password()).await.unwrap();
    assert_eq!(newest.kdf.v, 2);
    assert!(notary.status(&newest).await.unwrap_err().is_refused());
    let (key, status) = notary.unlock_active("foo@bar.com", &password()).await.unwrap();
    assert_eq!((key.kdf, status.kdf_v), (cheap(), 1));
    assert_eq!(key.key.public(), active);

    let wrong = Password::new("another password").unwrap();
    let error = notary.unlock_active("foo@bar.com", &wrong).await.unwrap_err();
    assert!(error.is_refused(), "{error}");
}

#[tokio::test]
async fn claims_for_others_are_for_one_use() {
    let server = service(cheap()).await;
    let (notary, _) = client(&server);
    let key = notary.unlock("foo@bar.com", &password()).await.unwrap();
    let jwt = || key.sign(&notary.claims_for(&key, "https://shop.example", 60));
    let (_, one) = open(&jwt(), &key.key.public()).unwrap();
    let (_, two) = open(&jwt(), &key.key.public()).unwrap();
    assert_ne!(one["jti"], two["jti"]);
    assert_eq!((&one["iat"], &one["exp"]), (&json!(SERVER_NOW), &json!(SERVER_NOW + 60)));
    assert_eq!(one["aud"], "https://shop.example");
}
