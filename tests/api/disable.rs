//! `DELETE /signature` by the user: at once, and against whatever goes on meanwhile.

use crate::{
    answer::Answer,
    call::{CONFIRM, DISABLE, REPLACE, SIGN_UP, STATUS},
    harness::{PUBLIC_URI, Person, Service},
};
use data_encoding::HEXLOWER;
use futures_util::{StreamExt, stream};
use notary::domain::token::PlainToken;
use serde_json::json;
use uuid::Uuid;

async fn verify(service: &Service, person: &Person) -> u16 {
    Answer::to(service.verify(&person.token(service, PUBLIC_URI))).await.status
}

#[tokio::test]
async fn ends_the_account_at_once_and_says_so_by_mail() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    assert_eq!(verify(&service, &ada).await, 200);
    let answer = ada.call(&service, DISABLE, json!({})).await;
    assert_eq!((answer.status, answer.text()), (204, ""));
    assert_eq!(verify(&service, &ada).await, 404);
    assert_eq!(ada.call(&service, STATUS, json!({})).await.status, 400);
    let notice = service.mail_for("ada@example.org", 2).await;
    assert!(notice.text.unwrap().contains("disabled"));
    assert_eq!(service.count("keys WHERE ended_by = 'user'"), 1);
    assert_eq!(service.count("events WHERE kind = 'disabled_by_user'"), 1);
}

#[tokio::test]
async fn signing_up_again_works_later_with_the_same_key_or_another() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let mut active = ada.clone();
    for (again, mails) in [(ada.clone(), 3), (ada.with_new_key(&service), 5)] {
        assert_eq!(active.call(&service, DISABLE, json!({})).await.status, 204);
        service.mail_for("ada@example.org", mails - 1).await;
        service.execute("DELETE FROM outbox");
        assert_eq!(again.call(&service, SIGN_UP, json!({})).await.status, 202);
        let token = service.token_for("ada@example.org", mails).await;
        assert_eq!(again.call(&service, CONFIRM, json!({ "token": token })).await.status, 200);
        assert_eq!(verify(&service, &again).await, 200);
        active = again;
    }
    assert_eq!(verify(&service, &ada).await, 422, "the first key is none any more");
}

#[tokio::test]
async fn ends_a_signup_that_waits() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let renewed = ada.with_new_key(&service);
    assert_eq!(renewed.call(&service, REPLACE, json!({})).await.status, 202);
    let token = service.token_for("ada@example.org", 2).await;
    assert_eq!(ada.call(&service, DISABLE, json!({})).await.status, 204);
    assert_eq!(renewed.call(&service, CONFIRM, json!({ "token": token })).await.status, 400);
    assert_eq!(verify(&service, &renewed).await, 404);
}

#[tokio::test]
async fn of_twenty_at_once_one_disables() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let calls = (0..20).map(|_| ada.call(&service, DISABLE, json!({})));
    let answers = futures_util::future::join_all(calls).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 400).count(), 19);
    assert_eq!(service.count("outbox WHERE purpose = 'disabled'"), 1, "one notice");
}

/// The token of an address's pending signup, as the mail worker would make it.
fn token(service: &Service, address: &str) -> String {
    let query = format!(
        "SELECT signups.id || ' ' || encode(nonce, 'hex') FROM confirmations \
         JOIN signups ON signups.id = signup_id WHERE state = 'pending' AND address = '{address}'"
    );
    let row = crate::sql::text(&service.db, &query);
    let (signup, nonce) = row.split_once(' ').unwrap();
    let signup: Uuid = signup.parse().unwrap();
    let nonce = HEXLOWER.decode(nonce.as_bytes()).unwrap().try_into().unwrap();
    PlainToken::derive(&service.core.secrets, signup, &nonce).reveal()
}

async fn confirmed(service: &Service, person: &Person) -> u16 {
    let token = token(service, &person.address);
    person.call(service, CONFIRM, json!({ "token": token })).await.status
}

/// Who wins does not matter; that it is one of the two, and that disabled is disabled, does.
#[tokio::test]
async fn two_hundred_races_against_a_confirmation_never_revive_an_account() {
    let service = Service::start().await;
    let race = async |n: u32| {
        let old = service.person(&format!("u{n}@example.org")).await;
        assert_eq!(old.call(&service, SIGN_UP, json!({})).await.status, 202);
        assert_eq!(confirmed(&service, &old).await, 200);
        let new = old.with_new_key(&service);
        assert_eq!(new.call(&service, REPLACE, json!({})).await.status, 202);
        let token = token(&service, &old.address);

        let disable = async {
            let status = old.call(&service, DISABLE, json!({})).await.status;
            // From here on nobody may see an active key, whatever is still under way.
            let seen = (verify(&service, &old).await, verify(&service, &new).await);
            (status, seen)
        };
        let confirm = new.call(&service, CONFIRM, json!({ "token": token }));
        let ((disabled, seen), confirmed) = if n.is_multiple_of(2) {
            tokio::join!(disable, confirm)
        } else {
            let (confirmed, disabled) = tokio::join!(confirm, disable);
            (disabled, confirmed)
        };
        let afterwards = (verify(&service, &old).await, verify(&service, &new).await);
        match (disabled, confirmed.status) {
            (204, 400) => assert_eq!((seen, afterwards), ((404, 404), (404, 404)), "race {n}"),
            (400, 200) => assert_eq!(afterwards, (422, 200), "race {n}"),
            other => panic!("race {n}: {other:?}"),
        }
        disabled
    };
    let outcomes: Vec<u16> = stream::iter(0..200).map(race).buffer_unordered(4).collect().await;
    assert_eq!(outcomes.len(), 200);
}
