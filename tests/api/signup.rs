//! `POST /signup`: a key for an address, the mail for it, and no more mail than is good.

use crate::{
    answer::Answer,
    call::{CONFIRM, REPLACE, SIGN_UP, STATUS},
    harness::{Person, Service, token_in},
    sql,
};
use futures_util::{StreamExt, future::join_all, stream};
use notary::core::MOST_PENDING;
use notary_sdk::Confirmation;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

async fn sign_up(service: &Service, person: &Person) {
    let answer = person.call(service, SIGN_UP, json!({})).await;
    let sent = (202, r#"{"status":"confirmation_sent"}"#);
    assert_eq!((answer.status, answer.text()), sent);
}

/// Lets every mail be this much older.
fn age_mail(service: &Service, by: &str) {
    service.execute(&format!("UPDATE outbox SET created_at = created_at - interval '{by}'"));
}

fn mails_written(service: &Service) -> i64 {
    service.count("outbox WHERE purpose <> 'void'")
}

#[tokio::test]
async fn sends_a_token_for_the_key_that_signed() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    sign_up(&service, &ada).await;
    let mail = service.mail_for("ada@example.org", 1).await;
    assert_eq!(mail.to, ["ada@example.org"]);
    assert_eq!(token_in(&mail).len(), 43);
    assert_eq!(service.count("keys"), 0, "nothing is active before the mailbox has confirmed");
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 400);
    let ttl = sql::text(&service.db, "SELECT (expires_at - created_at)::text FROM signups");
    assert_eq!(ttl, "00:10:00", "by the database's clock");
}

#[tokio::test]
async fn mail_goes_to_the_canonical_address() {
    let service = Service::start().await;
    let ada = service.person("Ada+News@BÜCHER.example").await;
    let spelled = json!({ "sub": "ADA+news@bu\u{308}cher.example" });
    assert_eq!(ada.call(&service, SIGN_UP, spelled).await.status, 202);
    let mail = service.mail_for("ada+news@xn--bcher-kva.example", 1).await;
    let Confirmation::Active(confirmed) =
        service.client().confirm(&ada, &token_in(&mail)).await.unwrap()
    else {
        panic!("one mailbox is enough");
    };
    assert_eq!(confirmed.address, "ada+news@xn--bcher-kva.example");
}

#[tokio::test]
async fn asking_again_sends_another_token_and_either_works() {
    let service = Service::start().await;
    for (address, chosen) in [("ada@example.org", 0), ("bob@example.org", 1)] {
        let person = service.person(address).await;
        sign_up(&service, &person).await;
        sign_up(&service, &person).await;
        let tokens = [service.token_for(address, 1).await, service.token_for(address, 2).await];
        assert_ne!(tokens[0], tokens[1]);
        service.client().confirm(&person, &tokens[chosen]).await.unwrap();
        assert!(service.client().confirm(&person, &tokens[1 - chosen]).await.is_err());
    }
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
}

#[tokio::test]
async fn an_address_has_three_signups_pending_at_most() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let mut asked = Vec::new();
    for count in 1..=4 {
        age_mail(&service, "61 minutes");
        let person = ada.with_new_key(&service);
        sign_up(&service, &person).await;
        asked.push((person, service.token_for("ada@example.org", count).await));
    }
    assert_eq!(service.count("signups WHERE state = 'pending'"), 3);
    let oldest = service.client().confirm(&asked[0].0, &asked[0].1).await.unwrap_err();
    assert!(oldest.is_refused(), "the oldest had to go");
    service.client().confirm(&asked[1].0, &asked[1].1).await.unwrap();
}

#[tokio::test]
async fn mail_stops_at_three_an_hour_and_ten_a_day() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    for _ in 0..50 {
        sign_up(&service, &ada).await;
    }
    assert_eq!(mails_written(&service), 3);
    assert_eq!(service.count("signups"), 3, "nothing else is kept of the other 47");
    for (hours, total) in [(1, 6), (2, 9), (3, 10), (4, 10)] {
        age_mail(&service, "61 minutes");
        for _ in 0..5 {
            sign_up(&service, &ada).await;
        }
        assert_eq!(mails_written(&service), total, "after {hours} hours");
    }
    // The first three are more than a day old now.
    age_mail(&service, "20 hours");
    for _ in 0..5 {
        sign_up(&service, &ada).await;
    }
    assert_eq!(mails_written(&service), 13);
    let bob = service.person("bob@example.org").await;
    sign_up(&service, &bob).await;
    assert_eq!(mails_written(&service), 14, "only that address");
}

#[tokio::test]
async fn ten_thousand_signups_leave_three_for_each_address() {
    const PEOPLE: usize = 10;
    const SIGNUPS: usize = 10_000;
    let service = Service::start().await;
    let people = (0..PEOPLE).map(|n| format!("u{n}@example.org"));
    let people = join_all(people.map(async |address| service.person(&address).await)).await;
    let before = service.tables();
    let signups = (0..SIGNUPS).map(|n| sign_up(&service, &people[n % PEOPLE]));
    stream::iter(signups).buffer_unordered(PEOPLE).collect::<Vec<()>>().await;
    let growth = service.growth(&before);
    // What is spent is kept until it expires, for five minutes.
    assert_eq!(growth["spent_jtis"], SIGNUPS as i64);
    for (table, rows) in growth.iter().filter(|(table, _)| *table != "spent_jtis") {
        assert!(*rows <= 3 * PEOPLE as i64, "{rows} in {table}");
    }
}

#[tokio::test]
async fn every_kind_of_mail_but_a_notice_counts() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let renewed = ada.with_new_key(&service);
    for person in [&ada, &renewed, &ada, &renewed] {
        assert_eq!(person.call(&service, REPLACE, json!({})).await.status, 202);
        sign_up(&service, person).await;
    }
    assert_eq!(mails_written(&service), 3, "a signup, a new password, an existing account");
    service.mail_for("ada@example.org", 3).await;
    service.client().disable(&ada).await.unwrap();
    let notice = service.mail_for("ada@example.org", 4).await;
    assert!(notice.text.unwrap().contains("disabled"));
}

#[tokio::test]
async fn an_address_with_an_account_is_told_so_by_mail_alone() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let thief = ada.with_new_key(&service);
    sign_up(&service, &thief).await;
    let mail = service.mail_for("ada@example.org", 2).await;
    let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
    assert!(!text.contains("token=") && !html.contains("token="), "{text}");
    assert!(text.contains("already"), "{text}");
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 200);
}

#[tokio::test]
async fn a_blocked_address_gets_no_mail_until_the_block_is_lifted() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let body = json!({ "address": "ada@example.org", "block": true });
    let answer = Answer::to(service.admin(Method::DELETE, "/signature").json(&body)).await;
    assert_eq!(answer.status, 204);
    sign_up(&service, &ada).await;
    assert_eq!(mails_written(&service), 0);
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);

    let lift = service.admin(Method::DELETE, "/blocks/addresses/ada@example.org");
    assert_eq!(Answer::to(lift).await.status, 204);
    sign_up(&service, &ada).await;
    let token = service.token_for("ada@example.org", 1).await;
    service.client().confirm(&ada, &token).await.unwrap();
}

/// Nobody can fill the disk, not even with requests for accounts that do not exist.
#[tokio::test]
async fn too_many_signups_turn_new_ones_away() {
    let service = Service::start().await;
    let (ada, bob) =
        (service.person("ada@example.org").await, service.person("bob@example.org").await);
    sign_up(&service, &ada).await;
    assert_eq!(ada.call(&service, REPLACE, json!({})).await.status, 202);
    // Housekeeping counts them; after that nothing overwrites the count for a while.
    let counted = async {
        while service.core.pending_signups() != 2 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), counted).await.unwrap();
    service.core.set_pending_signups(MOST_PENDING);
    let before = service.tables();
    for call in [SIGN_UP, REPLACE] {
        let answer = bob.call(&service, call, json!({})).await;
        assert_eq!(answer.problem(), (503, "overloaded".to_owned()));
        assert_eq!(answer.header("Retry-After"), "1");
    }
    assert_eq!(service.growth(&before), [].into());
    let token = service.token_for("ada@example.org", 1).await;
    assert_eq!(ada.call(&service, CONFIRM, json!({ "token": token })).await.status, 200);
    service.core.set_pending_signups(MOST_PENDING - 1);
    sign_up(&service, &bob).await;
}

#[tokio::test]
async fn only_the_keys_owner_can_sign_it_up() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let (bob, eve) =
        (service.person("bob@example.org").await, service.person("eve@example.org").await);
    let before = service.tables();
    let jwt = bob.sign(bob.claims_for(&service, SIGN_UP, json!({})));

    let foreign_key = notary_sdk::Jwk::new(&ada.key.public(), &bob.kid);
    let answer = service.send(SIGN_UP, &json!({ "jwt": jwt, "publicKey": foreign_key })).await;
    assert_eq!(answer.problem(), (400, "invalid_jwt".to_owned()), "another account's key");
    let answer = service.send(SIGN_UP, &json!({ "jwt": jwt, "publicKey": ada.jwk() })).await;
    assert_eq!(answer.problem(), (400, "invalid_key".to_owned()), "and its kid");

    let for_eve = json!({ "sub": eve.address });
    let answer = bob.call(&service, SIGN_UP, for_eve.clone()).await;
    assert_eq!(answer.problem(), (400, "invalid_key".to_owned()), "another one's address");
    let claims = bob.claims_for(&service, SIGN_UP, for_eve).as_object().unwrap().clone();
    let jwk = notary_sdk::Jwk::new(&bob.key.public(), &eve.kid);
    let jwt = notary_sdk::sign(&bob.key, &bob.kid, &claims.into());
    let answer = service.send(SIGN_UP, &json!({ "jwt": jwt, "publicKey": jwk })).await;
    assert_eq!(answer.problem(), (400, "invalid_jwt".to_owned()), "a kid that is not sub's");
    for sub in [json!("eve"), json!(1), json!(null)] {
        let answer = bob.call(&service, SIGN_UP, json!({ "sub": sub })).await;
        assert_eq!(answer.problem(), (400, "invalid_jwt".to_owned()), "{sub}");
    }
    assert_eq!(service.growth(&before), [].into(), "the signature comes first");
}

#[tokio::test]
async fn a_key_belongs_to_one_account() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let mut bob = service.person("bob@example.org").await;
    bob.0.key = ada.key.clone();
    sign_up(&service, &bob).await;
    let token = service.token_for("bob@example.org", 1).await;
    let answer = bob.call(&service, CONFIRM, json!({ "token": token })).await;
    assert_eq!(answer.problem(), (400, "confirmation_failed".to_owned()));
    assert_eq!(service.count("keys WHERE ended_at IS NULL"), 1);
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 200);
}

/// Quotes, comment signs and wildcards are good characters in an address.
#[tokio::test]
async fn an_address_is_never_sql() {
    let service = Service::start().await;
    service.member("victim@example.org").await;
    for address in [
        "o'neil@example.org",
        "x'/**/or/**/'1'='1@example.org",
        "x'--@example.org",
        "%@example.org",
        "victi_@example.org",
        "$1@example.org",
        "{x}&'or''='@example.org",
    ] {
        let person = service.member(address).await;
        assert_eq!(person.call(&service, STATUS, json!({})).await.status, 200, "{address}");
        service.client().disable(&person).await.unwrap();
        let active = sql::text(
            &service.db,
            "SELECT string_agg(address, ' ') FROM keys WHERE ended_at IS NULL",
        );
        assert_eq!(active, "victim@example.org", "{address}");
    }
}
