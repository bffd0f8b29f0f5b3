//! Public keys that are refused wherever one is taken.

use crate::{
    call::{CALLS, REPLACE, SIGN_UP},
    harness::{Person, Service},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use data_encoding::HEXLOWER;
use notary_sdk::{PublicKey, SigningKey};
use p384::elliptic_curve::bigint::{Encoding, U384};
use serde_json::{Value, json};

const P: &str = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
                 ffffffff0000000000000000ffffffff";
const N_MINUS_2: &str = "ffffffffffffffffffffffffffffffffffffffffffffffff\
                         c7634d81f4372ddf581a0db248b0a77aecec196accc52971";

fn b64(bytes: impl AsRef<[u8]>) -> Value {
    URL_SAFE_NO_PAD.encode(bytes).into()
}

fn jwk(person: &Person) -> Value {
    serde_json::to_value(person.jwk()).unwrap()
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn without(mut jwk: Value, name: &str) -> Value {
    jwk.as_object_mut().unwrap().remove(name).unwrap();
    jwk
}

/// A point whose x is so small that x + p, too, fits into 48 bytes.
fn unreduced(person: &Person) -> Value {
    let (x, key) = (0_u32..100)
        .find_map(|x| {
            let point = [&[2][..], &[0; 44], &x.to_be_bytes()].concat();
            PublicKey::from_sec1(&point).ok().map(|key| (x, key))
        })
        .unwrap();
    let jwk = serde_json::to_value(notary_sdk::Jwk::new(&key, &person.kid)).unwrap();
    with(jwk, "x", b64(U384::from_be_hex(P).wrapping_add(&U384::from_u32(x)).to_be_bytes()))
}

fn refused(person: &Person) -> Vec<(&'static str, Value)> {
    let good = || jwk(person);
    let point = person.key.public().to_sec1_uncompressed();
    let (x, y) = (&point[1..49], &point[49..]);
    let both = |x: &[u8], y: &[u8]| with(with(good(), "x", b64(x)), "y", b64(y));
    let mut off_curve = y.to_vec();
    off_curve[47] ^= 1;
    let padded = |text: &Value, end: &str| Value::from(format!("{}{end}", text.as_str().unwrap()));
    vec![
        ("d", with(good(), "d", b64([1; 48]))),
        ("kty", with(good(), "kty", json!("OKP"))),
        ("kty oct", with(good(), "kty", json!("oct"))),
        ("kty ec", with(good(), "kty", json!("ec"))),
        ("crv P-256", with(good(), "crv", json!("P-256"))),
        ("crv secp384r1", with(good(), "crv", json!("secp384r1"))),
        ("alg", with(good(), "alg", json!("ES256"))),
        ("alg null", with(good(), "alg", Value::Null)),
        ("use", with(good(), "use", json!("enc"))),
        ("key_ops", with(good(), "key_ops", json!(["verify"]))),
        ("x5c", with(good(), "x5c", json!(["AAAA"]))),
        ("47 and 49 bytes", both(&point[1..48], &point[48..])),
        ("49 and 47 bytes", both(&point[1..50], &point[50..])),
        ("0 and 96 bytes", both(&[], &point[1..])),
        ("96 and 0 bytes", both(&point[1..], &[])),
        ("a zero in front", with(good(), "x", b64([&[0], x].concat()))),
        ("x padded", with(good(), "x", padded(&b64(x), "="))),
        ("y padded", with(good(), "y", padded(&b64(y), "=="))),
        ("x with a space", with(good(), "x", padded(&b64(x), " "))),
        ("off the curve", both(x, &off_curve)),
        ("x and y swapped", both(y, x)),
        ("zeros", both(&[0; 48], &[0; 48])),
        ("x = p", both(&HEXLOWER.decode(P.as_bytes()).unwrap(), y)),
        ("x + p", unreduced(person)),
        ("x of ones", both(&[0xff; 48], y)),
        ("kid of another", with(good(), "kid", json!("0".repeat(128)))),
        ("kid in upper case", with(good(), "kid", json!(person.kid.to_uppercase()))),
        ("no kid", without(good(), "kid")),
        ("no crv", without(good(), "crv")),
        ("no y", without(good(), "y")),
        ("a number", with(good(), "x", json!(1))),
        ("an array", json!(["EC", "P-384", b64(x), b64(y), person.kid])),
        ("a set", json!({ "keys": [good()] })),
        ("text", json!(good().to_string())),
        ("null", Value::Null),
    ]
}

#[tokio::test]
async fn keys_that_are_refused() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let before = service.tables();
    for call in [SIGN_UP, REPLACE] {
        let jwt = ada.sign(ada.claims_for(&service, call, json!({})));
        for (name, key) in refused(&ada) {
            let answer = service.send(call, &json!({ "jwt": jwt, "publicKey": key })).await;
            assert_eq!(answer.problem(), (400, "invalid_key".to_owned()), "{name} at {call:?}");
        }
        for twice in ["x", "kid", "kty"] {
            let key = jwk(&ada);
            let member = format!("{{\"{twice}\":{},", key[twice]);
            let key = key.to_string().replacen('{', &member, 1);
            let body = format!(r#"{{"jwt":"{jwt}","publicKey":{key}}}"#);
            let request = service.public(call.method(), call.1);
            let request = request.header("Content-Type", "application/json").body(body);
            let answer = crate::answer::Answer::to(request).await;
            assert_eq!(answer.problem(), (400, "invalid_key".to_owned()), "{twice} twice");
        }
    }
    assert_eq!(service.growth(&before), [].into());
}

#[tokio::test]
async fn the_two_keys_without_a_secret_are_refused() {
    let service = Service::start().await;
    let mut uniform = [0; 72];
    uniform[24..].copy_from_slice(&HEXLOWER.decode(N_MINUS_2.as_bytes()).unwrap());
    for uniform in [[0; 72], uniform] {
        let mut ada = service.person("ada@example.org").await;
        ada.0.key = SigningKey::from_uniform(&uniform);
        for call in [SIGN_UP, REPLACE] {
            let answer = ada.call(&service, call, json!({})).await;
            assert_eq!(answer.problem(), (400, "invalid_key".to_owned()), "{call:?}");
        }
    }
}

#[tokio::test]
async fn what_a_strict_jwk_may_leave_out() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    for key in [jwk(&ada), without(jwk(&ada), "alg"), without(jwk(&ada), "use")] {
        let jwt = ada.sign(ada.claims_for(&service, SIGN_UP, json!({})));
        let answer = service.send(SIGN_UP, &json!({ "jwt": jwt, "publicKey": key })).await;
        assert_eq!(answer.status, 202, "{key}");
    }
}

/// A caller cannot smuggle a key in where none is taken.
#[tokio::test]
async fn calls_that_take_no_key_refuse_one() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    for call in CALLS.into_iter().filter(|call| ![SIGN_UP, REPLACE].contains(call)) {
        let jwt = ada.sign(ada.claims_for(&service, call, json!({})));
        let answer = service.send(call, &json!({ "jwt": jwt, "publicKey": jwk(&ada) })).await;
        assert_eq!(answer.problem(), (400, "malformed_request".to_owned()), "{call:?}");
    }
}
