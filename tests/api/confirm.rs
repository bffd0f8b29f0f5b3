//! `POST /confirm`: the mailbox and the password together, once.

use crate::{
    answer::Answer,
    call::{CONFIRM, Call, REPLACE, SIGN_UP, STATUS},
    harness::{NOW, PUBLIC_URI, Person, Service},
};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};
use std::time::Duration;

async fn sign_up(service: &Service, person: &Person) -> String {
    let before = service.mails_to(&person.address);
    assert_eq!(person.call(service, SIGN_UP, json!({})).await.status, 202);
    service.token_for(&person.address, before + 1).await
}

async fn confirm(service: &Service, person: &Person, token: &str) -> Answer {
    person.call(service, CONFIRM, json!({ "token": token })).await
}

fn failed() -> (u16, String) {
    (400, "confirmation_failed".to_owned())
}

#[tokio::test]
async fn makes_the_key_active() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let token = sign_up(&service, &ada).await;
    let jwt = ada.sign(ada.claims_for(&service, CONFIRM, json!({ "token": token })));
    let answer = service.send(CONFIRM, &json!({ "jwt": jwt, "kid": ada.kid })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut body = answer.json();
    let confirmed_at = body["confirmed_at"].take();
    assert_eq!(body, json!({ "address": ada.address, "kid": ada.kid, "confirmed_at": null }));
    assert_eq!(service.count("keys WHERE ended_at IS NULL"), 1);
    let status = ada.call(&service, STATUS, json!({})).await.json();
    assert_eq!(status["confirmed_at"], confirmed_at);
    assert!(confirmed_at.as_i64().is_some_and(|at| at > 1_700_000_000), "{confirmed_at}");
}

/// Whatever is wrong with it: the same bytes.
#[tokio::test]
async fn every_failure_is_one_and_the_same() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let (other_key, bob) = (ada.with_new_key(&service), service.person("bob@example.org").await);
    let token = sign_up(&service, &ada).await;
    let tokens_key = sign_up(&service, &other_key).await;
    let bobs = sign_up(&service, &bob).await;
    let before = service.tables();

    let mut bodies = Vec::new();
    let mut flawed = |name: &'static str, person: &Person, more: Value| {
        let jwt = person.sign(person.claims_for(&service, CONFIRM, more));
        bodies.push((name, json!({ "jwt": jwt })));
    };
    flawed("no token", &ada, json!({}));
    for bad in [
        json!(""),
        json!("x"),
        json!(1),
        json!([token]),
        json!("A".repeat(43)),
        json!(format!("{token}=")),
        json!(format!(" {token}")),
    ] {
        flawed("a token that is none", &ada, json!({ "token": bad }));
    }
    flawed("another's token", &ada, json!({ "token": bobs }));
    flawed("a token for another key", &ada, json!({ "token": tokens_key }));
    flawed("another key", &ada.with_new_key(&service), json!({ "token": token }));
    flawed("another's key", &bob, json!({ "token": token }));
    flawed("another subject", &ada, json!({ "token": token, "sub": bob.address }));
    flawed("no subject", &ada, json!({ "token": token, "sub": null }));
    flawed("another audience", &ada, json!({ "token": token, "aud": "https://x.example" }));
    flawed(
        "another endpoint",
        &ada,
        json!({ "token": token, "htu": format!("{PUBLIC_URI}/signup") }),
    );
    flawed("another method", &ada, json!({ "token": token, "htm": "GET" }));
    flawed("expired", &ada, json!({ "token": token, "iat": NOW - 200, "exp": NOW - 100 }));
    flawed("too long", &ada, json!({ "token": token, "exp": NOW + 301 }));
    flawed("no jti", &ada, json!({ "token": token, "jti": null }));
    let good = || ada.sign(ada.claims_for(&service, CONFIRM, json!({ "token": token })));
    for kid in [bob.kid.clone(), ada.kid.to_uppercase(), "x".to_owned(), String::new()] {
        bodies.push(("another kid in the body", json!({ "jwt": good(), "kid": kid })));
    }
    let claims = ada.claims_for(&service, CONFIRM, json!({ "token": token }));
    let claims = claims.as_object().unwrap().clone().into();
    let foreign_kid = notary_sdk::sign(&ada.key, &bob.kid, &claims);
    bodies.push(("another kid in the header", json!({ "jwt": foreign_kid })));
    bodies.push(("no JWT", json!({ "jwt": "x" })));
    bodies.push(("a cut JWT", json!({ "jwt": good().split_at(200).0 })));

    let mut faces = Vec::new();
    for (name, body) in &bodies {
        let answer = service.send(CONFIRM, body).await;
        assert_eq!(answer.problem(), failed(), "{name}");
        faces.push(answer.face());
    }
    assert_eq!(service.growth(&before), [].into(), "nothing came of any of them");
    assert_eq!(service.count("keys"), 0);

    assert_eq!(confirm(&service, &ada, &token).await.status, 200);
    for (person, token) in [(&ada, &token), (&other_key, &tokens_key)] {
        faces.push(confirm(&service, person, token).await.face());
    }
    service.execute(
        "UPDATE signups SET expires_at = now() - interval '1 second' WHERE state = 'pending'",
    );
    faces.push(confirm(&service, &bob, &bobs).await.face());
    faces.dedup();
    assert_eq!(faces.len(), 1, "{faces:#?}");
}

#[tokio::test]
async fn a_token_ends_with_its_time_by_the_databases_clock() {
    let service = Service::start().await;
    let [ada, bob] =
        [service.person("ada@example.org").await, service.person("bob@example.org").await];
    let tokens = [sign_up(&service, &ada).await, sign_up(&service, &bob).await];
    service.clock.advance(Duration::from_secs(86_400));
    assert_eq!(confirm(&service, &ada, &tokens[0]).await.status, 200, "ours does not matter");
    service.execute("UPDATE signups SET expires_at = now() - interval '1 second'");
    assert_eq!(confirm(&service, &bob, &tokens[1]).await.problem(), failed());
    let again = sign_up(&service, &bob).await;
    assert_eq!(confirm(&service, &bob, &again).await.status, 200, "a new mail helps");
}

#[tokio::test]
async fn of_fifty_at_once_one_confirms() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let token = sign_up(&service, &ada).await;
    let answers = join_all((0..50).map(|_| confirm(&service, &ada, &token))).await;
    let confirmed = answers.iter().filter(|answer| answer.status == 200).count();
    let refused =
        answers.iter().filter(|answer| answer.status == 400 && answer.problem() == failed());
    assert_eq!((confirmed, refused.count()), (1, 49));
    assert_eq!(service.count("keys"), 1);
    assert_eq!(service.count("events WHERE kind = 'signup_confirmed'"), 1);
}

#[tokio::test]
async fn of_two_signups_of_one_address_one_wins_for_good() {
    let service = Service::start().await;
    for n in 0..20 {
        let one = service.person(&format!("u{n}@example.org")).await;
        let two = one.with_new_key(&service);
        let tokens = [sign_up(&service, &one).await, sign_up(&service, &two).await];
        let (first, second) =
            tokio::join!(confirm(&service, &one, &tokens[0]), confirm(&service, &two, &tokens[1]));
        let mut outcome = [(first.status, &one, &tokens[0]), (second.status, &two, &tokens[1])];
        outcome.sort_by_key(|(status, ..)| *status);
        let [(200, winner, _), (400, loser, token)] = outcome else {
            panic!("{} and {}", first.status, second.status)
        };
        assert_eq!(confirm(&service, loser, token).await.problem(), failed(), "it is ended");
        for (person, status) in [(winner, 200), (loser, 422)] {
            let verified =
                service.verify(&person.token(&service, PUBLIC_URI)).send().await.unwrap();
            assert_eq!(verified.status().as_u16(), status);
        }
    }
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
    assert_eq!(service.count("keys"), 20, "a losing key was never active");
}

/// The database itself holds what the locks are for.
#[tokio::test]
async fn a_second_active_key_cannot_be_stored() {
    let service = Service::start().await;
    service.member("ada@example.org").await;
    let copy = |thumbprint: &str, kid: &str, address: &str| {
        format!(
            "DO $$ BEGIN INSERT INTO keys (address, kid, salt, public_key, thumbprint, kdf_v) \
             SELECT {address}, {kid}, salt, public_key, {thumbprint}, kdf_v FROM keys; \
             RAISE EXCEPTION 'stored'; EXCEPTION WHEN unique_violation THEN NULL; END $$"
        )
    };
    let (hash, kid) = ("sha256('x')", "sha512('x')");
    service.execute(&copy(hash, kid, "address"));
    service.execute(&copy("thumbprint", kid, "'bob@example.org'"));
    service.execute(&copy(hash, "kid", "'bob@example.org'"));
    assert_eq!(service.count("keys"), 1);
}

#[tokio::test]
async fn ten_thousand_guesses_leave_nothing_and_open_nothing() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let token = sign_up(&service, &ada).await;
    let before = service.tables();
    let guesses = stream::iter(0..10_000_u32).map(|n| {
        let (service, ada) = (&service, &ada);
        let guess = format!("{n:043}");
        async move { confirm(service, ada, &guess).await.face() }
    });
    let mut faces: Vec<_> = guesses.buffer_unordered(8).collect().await;
    faces.dedup();
    assert_eq!(faces.len(), 1);
    assert_eq!(faces[0].0, 400);
    assert_eq!(service.growth(&before), [].into());
    assert_eq!(confirm(&service, &ada, &token).await.status, 200, "nobody is locked out");
}

/// A mail scanner opens every link, and sends what forms it finds.
#[tokio::test]
async fn opening_the_link_changes_nothing() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let token = sign_up(&service, &ada).await;
    let before = service.tables();
    let link = format!("/confirm?token={token}&address=ada@example.org&purpose=signup");
    for method in ["GET", "HEAD", "GET"] {
        let answer = Answer::to(service.public(Call(method, "").method(), &link)).await;
        assert!(answer.status < 500, "{answer:?}");
    }
    let form = service.public(CONFIRM.method(), "/confirm").form(&[("token", token.as_str())]);
    assert_eq!(Answer::to(form).await.status, 415);
    assert_eq!(service.send(CONFIRM, &json!({ "token": token })).await.status, 400);
    assert_eq!(service.growth(&before), [].into());
    assert_eq!(confirm(&service, &ada, &token).await.status, 200);
}

#[tokio::test]
async fn confirming_ends_every_other_request_of_the_address() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let (one, two) = (ada.with_new_key(&service), ada.with_new_key(&service));
    assert_eq!(one.call(&service, REPLACE, json!({})).await.status, 202);
    let first = service.token_for("ada@example.org", 2).await;
    assert_eq!(two.call(&service, REPLACE, json!({})).await.status, 202);
    let second = service.token_for("ada@example.org", 3).await;
    assert_eq!(confirm(&service, &two, &second).await.status, 200);
    assert_eq!(confirm(&service, &one, &first).await.problem(), failed());
    assert_eq!(two.call(&service, STATUS, json!({})).await.status, 200);
}
