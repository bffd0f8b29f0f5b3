//! `POST /signature`: is my key the active one?

use crate::{
    call::STATUS,
    harness::{PUBLIC_URI, Service},
};
use notary_sdk::kid;
use serde_json::json;

#[tokio::test]
async fn tells_the_holder_of_the_active_key_about_it() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let answer = ada.call(&service, STATUS, json!({ "sub": "Ada@Example.org" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut body = answer.json();
    assert!(body["confirmed_at"].take().is_i64());
    let kid = kid("ada@example.org", &ada.salt);
    let expected =
        json!({ "address": "ada@example.org", "kid": kid, "confirmed_at": null, "kdf_v": 1 });
    assert_eq!(body, expected);
    assert_eq!(answer.header("Cache-Control"), "no-store");
}

/// What is wrong with a JWT is told to whom the key belongs.
#[tokio::test]
async fn tells_the_holder_what_is_wrong_with_the_jwt() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let now = service.clock.now();
    for (more, word) in [
        (json!({ "iat": now - 200, "exp": now - 100 }), "xpired"),
        (json!({ "iat": now + 100, "exp": now + 200 }), "not valid yet"),
        (json!({ "exp": now + 301 }), "lifetime"),
        (json!({ "aud": "https://x.example" }), "aud"),
        (json!({ "htm": "PATCH" }), "htm"),
        (json!({ "htu": format!("{PUBLIC_URI}/signup") }), "htu"),
        (json!({ "jti": "" }), "jti"),
    ] {
        let answer = ada.call(&service, STATUS, more.clone()).await;
        assert_eq!(answer.problem(), (400, "invalid_jwt".to_owned()), "{more}");
        let detail = answer.json()["detail"].as_str().unwrap().to_lowercase();
        assert!(detail.contains(&word.to_lowercase()), "{more}: {detail}");
    }
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 200);
}
