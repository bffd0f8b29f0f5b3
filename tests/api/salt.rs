//! `POST /salt`: the same for everybody, always, and no row for it.

use crate::{
    answer::Answer,
    call::{REPLACE, STATUS},
    harness::{NOW, Service, Settings},
    sql,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, stream};
use notary_sdk::{Blinding, Password, PublicKey, derive_key, kid};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use serde_json::{Value, json};
use std::time::Duration;

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

/// Blinds a password afresh: the state to finish with, and what to send.
fn blind(text: &str) -> (Blinding, String) {
    let (blinding, point) = Blinding::start(&password(text), &mut UnwrapErr(SysRng)).unwrap();
    (blinding, URL_SAFE_NO_PAD.encode(point))
}

async fn evaluate(service: &Service, address: &str) -> Answer {
    service.salt(&json!({ "address": address, "blinded": blind("correct horse").1 })).await
}

/// The OPRF's output for a password, from a whole exchange.
async fn output(service: &Service, address: &str, text: &str) -> Vec<u8> {
    let (blinding, blinded) = blind(text);
    let answer = service.salt(&json!({ "address": address, "blinded": blinded })).await.json();
    let evaluated = URL_SAFE_NO_PAD.decode(answer["evaluated"].as_str().unwrap()).unwrap();
    blinding.finish(&evaluated.try_into().unwrap()).unwrap().to_vec()
}

#[tokio::test]
async fn tells_how_to_make_a_key_and_nothing_of_accounts() {
    let service = Service::start().await;
    let answer = service.salt(&json!({ "address": "Foo@Bar.COM" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut body = answer.json();
    let salt = body["salt"].take();
    assert_eq!(STANDARD.decode(salt.as_str().unwrap()).unwrap().len(), 16);
    let kdf = json!({ "v": 1, "oprf": "P384-SHA384", "argon2id": { "m": 65_536, "t": 3, "p": 1 } });
    let expected = json!({ "address": "foo@bar.com", "salt": null, "kdf": kdf, "now": NOW });
    assert_eq!(body, expected, "without `blinded` nothing is evaluated");
    assert_eq!(answer.header("Cache-Control"), "no-store");

    service.clock.advance(Duration::from_secs(7));
    let later = service.salt(&json!({ "address": "foo@bar.com" })).await.json();
    assert_eq!((&later["now"], &later["salt"]), (&json!(NOW + 7), &salt));
}

#[tokio::test]
async fn every_spelling_is_one_address_with_one_salt() {
    let service = Service::start().await;
    let mut salts = Vec::new();
    for (spellings, canonical) in [
        (&["foo@bar.com", "FOO@bar.com", "foo@BAR.com"][..], "foo@bar.com"),
        (&["foo+x@bar.com", "Foo+X@bar.com"], "foo+x@bar.com"),
        (
            &["a@bücher.example", "a@BU\u{308}CHER.example", "a@xn--bcher-kva.example"],
            "a@xn--bcher-kva.example",
        ),
        (&["a@\u{212a}elvin.example", "a@ｋelvin．example"], "a@kelvin.example"),
        (&["a@straße.example"], "a@xn--strae-oqa.example"),
        (&["a@strasse.example"], "a@strasse.example"),
    ] {
        let mut found = Vec::new();
        for spelling in spellings {
            let answer = service.salt(&json!({ "address": spelling })).await.json();
            assert_eq!(answer["address"], canonical, "{spelling}");
            found.push(answer["salt"].as_str().unwrap().to_owned());
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{canonical} has one salt");
        salts.extend(found);
    }
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), 6, "each address has its own");
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let service = Service::start().await;
    for address in [
        "",
        "foo",
        "@bar.com",
        "foo@",
        "\"a b\"@bar.com",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@localhost",
        "a@b.com\r\nBcc: x@y.zz",
        "a\r\nBcc: x@y.zz\r\n@b.com",
        "a%0d%0aBcc:x@b.com ",
        "a\0@b.com",
        "\u{131}@bar.com",
        "\u{212a}@bar.com",
        "e\u{301}@bar.com",
    ] {
        let answer = service.salt(&json!({ "address": address })).await;
        assert_eq!(answer.problem(), (400, "invalid_address".to_owned()), "{address:?}");
        assert!(address.len() < 4 || !answer.text().contains(address), "says nothing back");
    }
    let long = format!("{}@bar.com", "a".repeat(10_000));
    assert_eq!(service.salt(&json!({ "address": long })).await.problem().0, 400);
}

#[tokio::test]
async fn an_account_keeps_the_salt_that_it_was_made_with() {
    let service = Service::start().await;
    let mut ada = service.member("ada@example.org").await;
    let derived = ada.salt;
    // As if the account were from before a change of NOTARY_SECRET_KEY.
    ada.0.salt = [42; 16];
    ada.0.kid = kid(&ada.address, &ada.salt);
    let (salt, kid) = (HEXLOWER.encode(&ada.salt), &ada.kid);
    service.execute(&format!("UPDATE keys SET salt = '\\x{salt}', kid = '\\x{kid}'"));

    let answer = service.salt(&json!({ "address": "ada@example.org" })).await.json();
    assert_eq!(answer["salt"], STANDARD.encode([42; 16]));
    assert_ne!(derived, ada.salt);
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 200);

    // A new password keeps to it, and so does an account that has ended.
    let renewed = ada.with_new_key(&service);
    assert_eq!(renewed.call(&service, REPLACE, json!({})).await.status, 202);
    let token = service.token_for("ada@example.org", 2).await;
    service.client().confirm(&renewed, &token).await.unwrap();
    service.client().disable(&renewed).await.unwrap();
    let answer = service.salt(&json!({ "address": "ada@example.org" })).await.json();
    assert_eq!(answer["salt"], STANDARD.encode([42; 16]));
}

#[tokio::test]
async fn one_password_and_address_give_one_output_however_blinded() {
    let service = Service::start().await;
    let ada = output(&service, "ada@example.org", "correct horse").await;
    assert_eq!(ada.len(), 48);
    assert_eq!(output(&service, "Ada@Example.ORG", "correct horse").await, ada);
    assert_ne!(output(&service, "ada@example.org", "Correct horse").await, ada);
    assert_ne!(output(&service, "bob@example.org", "correct horse").await, ada);
    assert_ne!(blind("correct horse").1, blind("correct horse").1, "blinded anew each time");
}

#[tokio::test]
async fn what_is_no_point_is_not_evaluated() {
    let service = Service::start().await;
    let off_curve = [&[2][..], &[0; 47], &[1]].concat();
    let beyond_p = [&[2][..], &[0xff; 48]].concat();
    let (_, good) = blind("correct horse");
    let uncompressed = [&[4][..], &[1; 96]].concat();
    let mut bad: Vec<Value> =
        [&[][..], &[0], &[0; 48], &[0; 49], &[2; 50], &off_curve, &beyond_p, &uncompressed]
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes).into())
            .into();
    bad.extend(
        [format!("{good}="), format!("{good}=="), format!(" {good}"), "%%%".to_owned()]
            .map(Value::from),
    );
    for blinded in bad {
        let answer = service.salt(&json!({ "address": "a@b.org", "blinded": blinded })).await;
        assert_eq!(answer.problem(), (400, "malformed_request".to_owned()), "{blinded}");
    }
    for blinded in [json!(1), json!([good]), json!({})] {
        let answer = service.salt(&json!({ "address": "a@b.org", "blinded": blinded })).await;
        assert_eq!(answer.problem(), (400, "malformed_request".to_owned()), "{blinded}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_salts_leave_no_row() {
    const SALTS: usize = 100_000;
    let service = Service::start().await;
    let before = service.tables();
    let asked = stream::iter(0..SALTS).map(|n| {
        let body = match n % 500 {
            0 => json!({ "address": format!("u{n}@example.org"), "blinded": blind("x").1 }),
            _ => json!({ "address": format!("u{n}@example.org") }),
        };
        let service = &service;
        async move { service.salt(&body).await.status }
    });
    let statuses: Vec<u16> = asked.buffer_unordered(16).collect().await;
    assert_eq!(statuses, [200; SALTS]);
    assert_eq!(service.growth(&before), [].into());
}

#[tokio::test]
async fn guessing_is_slowed_down_for_one_address_and_never_locks_it_out() {
    let service = Settings::default().set("NOTARY_MAX_EVALUATIONS_PER_HOUR", "3").start().await;
    for spelling in ["ada@example.org", "Ada@example.org", "ada@EXAMPLE.org"] {
        assert_eq!(evaluate(&service, spelling).await.status, 200);
    }
    for wait in ["1", "2", "4"] {
        let answer = evaluate(&service, "ada@example.org").await;
        assert_eq!(answer.problem(), (429, "too_many_evaluations".to_owned()));
        assert_eq!(answer.header("Retry-After"), wait, "short, and growing");
        assert_eq!(answer.header("RateLimit"), format!(r#""hour";r=0;t={wait}"#));
        assert_eq!(answer.header("RateLimit-Policy"), r#""hour";q=3;w=3600"#);
    }
    assert_eq!(evaluate(&service, "bob@example.org").await.status, 200, "only that address");
    let plain = service.salt(&json!({ "address": "ada@example.org" })).await;
    assert_eq!(plain.status, 200, "a salt alone is no guess");
    service.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(evaluate(&service, "ada@example.org").await.status, 200);
    assert_eq!(evaluate(&service, "ada@example.org").await.status, 429);
}

#[tokio::test]
async fn without_the_oprf_nothing_is_announced_or_evaluated() {
    let service = Settings::default()
        .set("NOTARY_OPRF", "off")
        .set("NOTARY_MAX_EVALUATIONS_PER_HOUR", "1")
        .start()
        .await;
    for _ in 0..3 {
        let answer = evaluate(&service, "ada@example.org").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json().get("evaluated"), None);
        assert_eq!(answer.json()["kdf"].get("oprf"), None);
    }
}

/// What a thief of the database, and of every JWT, can compute from the right password.
#[tokio::test]
async fn a_stolen_database_does_not_tell_a_right_password() {
    const PASSWORD: &str = "correct horse battery staple";
    let service = Service::start().await;
    let right = password(PASSWORD);
    let ada = service.client().choose("ada@example.org", &right).await.unwrap();
    service.client().sign_up(&ada).await.unwrap();
    let token = service.token_for("ada@example.org", 1).await;
    service.client().confirm(&ada, &token).await.unwrap();

    let stored = sql::text(&service.db, "SELECT encode(public_key, 'hex') FROM keys");
    let stored = PublicKey::from_sec1(&HEXLOWER.decode(stored.as_bytes()).unwrap()).unwrap();
    let key = |y: &[u8]| derive_key(&right, &ada.salt, &ada.kdf.argon2id, y).unwrap().public();
    let thieves = Settings::default()
        .set("NOTARY_SECRET_KEY", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
        .start()
        .await;
    assert_ne!(key(&[]), stored);
    assert_ne!(key(&output(&thieves, "ada@example.org", PASSWORD).await), stored);
    assert_eq!(key(&output(&service, "ada@example.org", PASSWORD).await), stored);
}
