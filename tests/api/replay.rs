//! A JWT is good for one call, once, and only as it was signed.

use crate::{
    answer::Answer,
    call::{CALLS, CONFIRM, Call, DISABLE, REPLACE, SIGN_UP, STATUS},
    harness::{PUBLIC_URI, Person, Service},
};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use p384::ecdsa::Signature;
use serde_json::{Value, json};

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn invalid_jwt() -> (u16, String) {
    (400, "invalid_jwt".to_owned())
}

/// (r, n − s), which ES384 takes for (r, s).
fn twin(jwt: &str) -> String {
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let twin = Signature::from_scalars(*signature.r(), -*signature.s()).unwrap();
    format!("{message}.{}", b64(twin.to_bytes()))
}

/// Somebody for whom every call would succeed with one and the same key: a member who has asked
/// for the key that is active already. Also the token that confirms it.
async fn ready_for_all(service: &Service) -> (Person, String) {
    let ada = service.member("ada@example.org").await;
    assert_eq!(ada.call(service, REPLACE, json!({})).await.status, 202);
    let token = service.token_for("ada@example.org", 2).await;
    (ada, token)
}

#[tokio::test]
async fn a_jwt_for_one_call_is_refused_at_every_other() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    let before = service.tables();
    let jwt = |call: Call| ada.sign(ada.claims_for(&service, call, json!({ "token": token })));
    for made_for in CALLS {
        for called in CALLS.into_iter().filter(|called| *called != made_for) {
            let answer = service.send(called, &ada.body(called, &jwt(made_for))).await;
            let expected = match called {
                CONFIRM => (400, "confirmation_failed".to_owned()),
                _ => invalid_jwt(),
            };
            assert_eq!(answer.problem(), expected, "{made_for:?} at {called:?}");
        }
        for more in [json!({ "token": token }), json!({})] {
            let jwt = ada.sign(ada.claims_for(&service, made_for, more));
            let answer = Answer::to(service.verify(&jwt)).await;
            assert_eq!(answer.problem(), (422, "not_for_services".to_owned()), "{made_for:?}");
        }
    }
    assert_eq!(service.growth(&before), [].into(), "nothing came of it");

    // With the endpoint's own JWT each of them goes through.
    for (call, status) in
        [(STATUS, 200), (SIGN_UP, 202), (CONFIRM, 200), (REPLACE, 202), (DISABLE, 204)]
    {
        let answer = service.send(call, &ada.body(call, &jwt(call))).await;
        assert_eq!(answer.status, status, "{call:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_jwt_for_another_service_is_refused_at_every_call() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    let before = service.tables();
    for call in CALLS {
        let unbound = json!({ "htm": null, "htu": null, "token": token });
        let other_audience = json!({ "aud": "https://shop.example", "token": token });
        let lives_long = json!({ "exp": service.clock.now() + 301, "token": token });
        let without_jti = json!({ "jti": null, "token": token });
        for more in [unbound, other_audience, lives_long, without_jti] {
            let answer = ada.call(&service, call, more.clone()).await;
            assert_eq!(answer.problem().0, 400, "{call:?} {more}");
        }
        let plain = ada.token(&service, PUBLIC_URI);
        assert_eq!(service.send(call, &ada.body(call, &plain)).await.problem().0, 400);
    }
    assert_eq!(service.growth(&before), [].into());
}

#[tokio::test]
async fn a_used_jwt_and_its_twin_are_refused() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    for (call, status, again) in [
        (STATUS, 200, "invalid_jwt"),
        (SIGN_UP, 202, "invalid_jwt"),
        (REPLACE, 202, "invalid_jwt"),
        (CONFIRM, 200, "confirmation_failed"),
        (DISABLE, 204, "signature_refused"),
    ] {
        let jwt = ada.sign(ada.claims_for(&service, call, json!({ "token": token })));
        assert_ne!(jwt, twin(&jwt));
        let first = service.send(call, &ada.body(call, &jwt)).await;
        assert_eq!(first.status, status, "{call:?}: {first:?}");
        let before = service.tables();
        for used in [jwt.clone(), twin(&jwt)] {
            let answer = service.send(call, &ada.body(call, &used)).await;
            assert_eq!(answer.problem(), (400, again.to_owned()), "{call:?}");
        }
        assert_eq!(service.growth(&before), [].into(), "{call:?}");
    }
}

/// The twin comes first, as from a thief who is faster.
#[tokio::test]
async fn the_twin_of_a_jwt_uses_it_up() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let jwt = ada.sign(ada.claims_for(&service, STATUS, json!({})));
    assert_eq!(service.send(STATUS, &json!({ "jwt": twin(&jwt) })).await.status, 200);
    assert_eq!(service.send(STATUS, &json!({ "jwt": jwt })).await.problem(), invalid_jwt());
}

#[tokio::test]
async fn a_jti_is_used_up_at_every_call_of_its_key_and_of_no_other() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    let bob = service.member("bob@example.org").await;
    let once = json!({ "jti": "once", "token": token });
    assert_eq!(ada.call(&service, STATUS, once.clone()).await.status, 200);
    for call in CALLS {
        assert_eq!(ada.call(&service, call, once.clone()).await.problem().0, 400, "{call:?}");
    }
    assert_eq!(bob.call(&service, STATUS, once).await.status, 200, "another's jti is another");
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 200, "the account is untouched");
}

#[tokio::test]
async fn of_twenty_at_once_one_is_served() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let body = json!({ "jwt": ada.sign(ada.claims_for(&service, STATUS, json!({}))) });
    let answers = join_all((0..20).map(|_| service.send(STATUS, &body))).await;
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 400).count();
    assert_eq!((served, refused), (1, 19));
}

#[tokio::test]
async fn clocks_may_differ_by_half_a_minute_at_every_call() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    let at = |offset: i64| {
        let now = service.clock.now() + offset;
        json!({ "iat": now, "exp": now + 120, "token": token })
    };
    let ended = |ago: i64| {
        let now = service.clock.now();
        json!({ "iat": now - ago - 100, "exp": now - ago, "token": token })
    };
    for call in CALLS {
        for more in [at(35), ended(35)] {
            let answer = ada.call(&service, call, more.clone()).await;
            assert_eq!(answer.problem().0, 400, "{call:?} {more}");
        }
    }
    for more in [at(25), ended(25)] {
        assert_eq!(ada.call(&service, STATUS, more).await.status, 200);
    }
    assert_eq!(ada.call(&service, SIGN_UP, at(-25)).await.status, 202);
    assert_eq!(ada.call(&service, CONFIRM, ended(25)).await.status, 200);
    assert_eq!(ada.call(&service, DISABLE, at(25)).await.status, 204);
}

/// JWTs that weak verifiers take for signed, made from a good one.
fn forgeries(ada: &Person, claims: &Value) -> Vec<(&'static str, String)> {
    let jwk = serde_json::to_string(&ada.jwk()).unwrap();
    let point = ada.key.public().to_sec1_uncompressed();
    let payload = b64(claims.to_string());
    let head = |alg: &str, more: Value| {
        let mut header = json!({ "alg": alg, "kid": ada.kid });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{}.{payload}", b64(header.to_string()))
    };
    let good = head("ES384", json!({}));
    let sign = |message: String| format!("{message}.{}", b64(ada.key.sign(message.as_bytes())));
    let mac = |secret: &[u8]| {
        let message = head("HS384", json!({}));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA384, secret), message.as_bytes());
        format!("{message}.{}", b64(tag))
    };
    let thief = notary_sdk::SigningKey::from_uniform(&[9; 72]);
    let embedded = notary_sdk::Jwk::new(&thief.public(), &ada.kid);
    let by_thief = |message: String| format!("{message}.{}", b64(thief.sign(message.as_bytes())));
    let raw = ada.key.sign(good.as_bytes());
    let der = Signature::from_slice(&raw).unwrap().to_der();
    vec![
        ("alg none", format!("{}.", head("none", json!({})))),
        ("alg none, signed", sign(head("none", json!({})))),
        ("alg None", format!("{}.", head("None", json!({})))),
        ("HS384 keyed with the JWK", mac(jwk.as_bytes())),
        ("HS384 keyed with the point", mac(&point)),
        ("ES256", sign(head("ES256", json!({})))),
        ("RS256", sign(head("RS256", json!({})))),
        ("es384", sign(head("es384", json!({})))),
        ("embedded jwk", by_thief(head("ES384", json!({ "jwk": embedded })))),
        ("jku", by_thief(head("ES384", json!({ "jku": "https://evil.example/jwks" })))),
        ("x5u", by_thief(head("ES384", json!({ "x5u": "https://evil.example/x5u" })))),
        ("x5c", by_thief(head("ES384", json!({ "x5c": ["AAAA"] })))),
        ("crit", sign(head("ES384", json!({ "crit": ["exp"], "exp": 1 })))),
        ("b64", sign(head("ES384", json!({ "b64": false, "crit": ["b64"] })))),
        ("kid of SQL", sign(head("ES384", json!({ "kid": "' OR 1=1 --" })))),
        ("kid of a path", sign(head("ES384", json!({ "kid": "../../dev/null" })))),
        ("kid in upper case", sign(head("ES384", json!({ "kid": ada.kid.to_uppercase() })))),
        ("kid of 127", sign(head("ES384", json!({ "kid": ada.kid[1..] })))),
        ("kid of 129", sign(head("ES384", json!({ "kid": format!("{}0", ada.kid) })))),
        ("duplicate header", {
            let header = format!(r#"{{"alg":"none","alg":"ES384","kid":"{}"}}"#, ada.kid);
            sign(format!("{}.{payload}", b64(header)))
        }),
        ("duplicate claim", {
            let claims = claims.to_string().replacen('{', r#"{"sub":"bob@example.org","#, 1);
            let (header, _) = good.split_once('.').unwrap();
            sign(format!("{header}.{}", b64(claims)))
        }),
        ("all-zero signature", format!("{good}.{}", b64([0; 96]))),
        ("no signature", format!("{good}.")),
        ("DER", format!("{good}.{}", b64(der.as_bytes()))),
        ("95 bytes", format!("{good}.{}", b64(&raw[..95]))),
        ("97 bytes", format!("{good}.{}A", b64([&raw[..], &[0]].concat()))),
        ("padding", format!("{}=", sign(good.clone()))),
        ("another key", by_thief(good.clone())),
    ]
}

#[tokio::test]
async fn forgeries_are_refused_at_every_call() {
    let service = Service::start().await;
    let (ada, token) = ready_for_all(&service).await;
    let before = service.tables();
    for call in CALLS {
        let claims = ada.claims_for(&service, call, json!({ "token": token }));
        for (name, jwt) in forgeries(&ada, &claims) {
            let answer = service.send(call, &ada.body(call, &jwt)).await;
            assert_eq!(answer.problem().0, 400, "{name} at {call:?}");
        }
    }
    assert_eq!(service.growth(&before), [].into());
}

#[tokio::test]
async fn forgeries_are_refused_by_verify() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let now = service.clock.now();
    let claims = json!({ "sub": ada.address, "aud": PUBLIC_URI, "iat": now, "exp": now + 60 });
    for (name, jwt) in forgeries(&ada, &claims) {
        let answer = Answer::to(service.verify(&jwt)).await;
        assert_eq!(answer.problem().0, 422, "{name}");
    }
    assert_eq!(
        Answer::to(service.verify(&ada.sign(claims.clone()))).await.text(),
        claims.to_string()
    );
    let unknown = "0".repeat(128);
    let stranger =
        notary_sdk::sign(&ada.key, &unknown, &claims.as_object().unwrap().clone().into());
    assert_eq!(
        Answer::to(service.verify(&stranger)).await.problem(),
        (404, "not_active".to_owned())
    );
}
