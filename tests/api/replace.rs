//! `PATCH /signature`: a new password, a new address.

use crate::{
    answer::Answer,
    call::{CONFIRM, DISABLE, REPLACE, STATUS},
    harness::{PUBLIC_URI, Person, Service, token_in},
};
use serde_json::json;

async fn confirm(service: &Service, person: &Person, token: &str) -> Answer {
    person.call(service, CONFIRM, json!({ "token": token })).await
}

async fn is_active(service: &Service, person: &Person) -> bool {
    person.call(service, STATUS, json!({})).await.status == 200
}

/// Asks for `new` in the place of `old`; the answer never says more than this.
async fn move_to(service: &Service, old: &Person, new: &Person) {
    let more = json!({ "sub": old.address, "new_address": new.address });
    let answer = new.call(service, REPLACE, more).await;
    assert_eq!((answer.status, answer.text()), (202, r#"{"status":"confirmation_sent"}"#));
}

/// The keys' owner, and the person at the new address with the tokens of both mailboxes.
async fn moving(service: &Service) -> (Person, Person, [String; 2]) {
    let old = service.member("old@example.org").await;
    let new = service.person("new@example.net").await;
    move_to(service, &old, &new).await;
    let tokens = [
        service.token_for("old@example.org", 2).await,
        service.token_for("new@example.net", 1).await,
    ];
    (old, new, tokens)
}

fn failed() -> (u16, String) {
    (400, "confirmation_failed".to_owned())
}

/// The old password is nowhere asked for: the mailbox is the account.
#[tokio::test]
async fn a_new_password_counts_from_its_confirmation_on() {
    let service = Service::start().await;
    let old = service.member("ada@example.org").await;
    let new = old.with_new_key(&service);
    assert_eq!(new.call(&service, REPLACE, json!({})).await.status, 202);
    let token = service.token_for("ada@example.org", 2).await;
    assert!(is_active(&service, &old).await && !is_active(&service, &new).await);
    assert_eq!(confirm(&service, &old, &token).await.problem(), failed(), "not by the old key");

    let answer = confirm(&service, &new, &token).await;
    assert_eq!((answer.status, &answer.json()["kid"]), (200, &json!(old.kid)));
    assert!(is_active(&service, &new).await && !is_active(&service, &old).await);
    let notice = service.mail_for("ada@example.org", 3).await;
    assert!(!notice.text.unwrap().contains("token="));
    assert_eq!(service.count("outbox WHERE purpose = 'password_changed'"), 1);
    assert_eq!(service.count("keys WHERE ended_by = 'password'"), 1);
}

#[tokio::test]
async fn a_new_password_needs_an_account() {
    let service = Service::start().await;
    let nobody = service.person("nobody@example.org").await;
    assert_eq!(nobody.call(&service, REPLACE, json!({})).await.status, 202);
    let pending = service.count("signups WHERE state = 'pending'");
    assert_eq!((pending, service.count("outbox WHERE state = 'waiting'")), (0, 0));
    assert_eq!(service.count("outbox WHERE purpose = 'void'"), 1);
}

#[tokio::test]
async fn a_new_address_counts_once_both_mailboxes_have_confirmed() {
    for order in [[0, 1], [1, 0]] {
        let service = Service::start().await;
        let (old, new, tokens) = moving(&service).await;
        assert_ne!(tokens[0], tokens[1]);
        let first = confirm(&service, &new, &tokens[order[0]]).await;
        assert_eq!((first.status, first.text()), (202, r#"{"status":"one_more_confirmation"}"#));
        assert!(is_active(&service, &old).await && !is_active(&service, &new).await);
        let again = confirm(&service, &new, &tokens[order[0]]).await;
        assert_eq!(again.problem(), failed(), "one mailbox cannot confirm for both");

        let second = confirm(&service, &new, &tokens[order[1]]).await;
        assert_eq!((second.status, &second.json()["address"]), (200, &json!("new@example.net")));
        assert!(is_active(&service, &new).await && !is_active(&service, &old).await);
        let verified = Answer::to(service.verify(&old.token(&service, PUBLIC_URI))).await;
        assert_eq!(verified.problem(), (404, "not_active".to_owned()));

        let notice = service.mail_for("old@example.org", 3).await;
        assert!(notice.text.unwrap().contains("new@example.net"), "it names the new address");
        assert_eq!(service.count("keys WHERE ended_by = 'address'"), 1);
        assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
    }
}

#[tokio::test]
async fn both_mailboxes_at_once_are_enough_and_no_third_time() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    let (one, two) =
        tokio::join!(confirm(&service, &new, &tokens[0]), confirm(&service, &new, &tokens[1]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 202]);
    assert!(is_active(&service, &new).await && !is_active(&service, &old).await);
    for token in &tokens {
        assert_eq!(confirm(&service, &new, token).await.problem(), failed());
    }
}

#[tokio::test]
async fn the_old_address_can_sign_up_again() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    for token in &tokens {
        confirm(&service, &new, token).await;
    }
    let heir = old.with_new_key(&service);
    service.mail_for("old@example.org", 3).await;
    service.execute("DELETE FROM outbox");
    service.client().sign_up(&heir).await.unwrap();
    let token = service.token_for("old@example.org", 4).await;
    assert_eq!(confirm(&service, &heir, &token).await.status, 200);
    assert!(is_active(&service, &heir).await && is_active(&service, &new).await);
}

#[tokio::test]
async fn an_address_that_has_an_account_cannot_be_taken_over() {
    let service = Service::start().await;
    let (old, owner) =
        (service.member("old@example.org").await, service.member("new@example.net").await);
    let thief = owner.with_new_key(&service);
    move_to(&service, &old, &thief).await;
    let token = service.token_for("old@example.org", 2).await;
    let told = service.mail_for("new@example.net", 2).await;
    assert!(!told.text.unwrap().contains("token="), "only that somebody has tried");
    assert_eq!(confirm(&service, &thief, &token).await.status, 202, "half of it");
    assert!(is_active(&service, &old).await && is_active(&service, &owner).await);
    assert!(!is_active(&service, &thief).await);
}

/// The new address gets an account of its own while the change waits.
#[tokio::test]
async fn who_confirms_first_keeps_an_address() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    let rival = new.with_new_key(&service);
    service.client().sign_up(&rival).await.unwrap();
    let rivals = service.token_for("new@example.net", 2).await;
    assert_eq!(confirm(&service, &new, &tokens[0]).await.status, 202);
    assert_eq!(confirm(&service, &rival, &rivals).await.status, 200);
    assert_eq!(confirm(&service, &new, &tokens[1]).await.problem(), failed());
    assert!(is_active(&service, &old).await && is_active(&service, &rival).await);
    assert!(!is_active(&service, &new).await);
}

#[tokio::test]
async fn a_move_ends_what_waits_at_either_address() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    let rival = new.with_new_key(&service);
    service.client().sign_up(&rival).await.unwrap();
    let rivals = service.token_for("new@example.net", 2).await;
    let renewed = old.with_new_key(&service);
    service.client().change_password(&renewed).await.unwrap();
    let renewal = service.token_for("old@example.org", 3).await;
    assert_eq!(confirm(&service, &new, &tokens[0]).await.status, 202);
    assert_eq!(confirm(&service, &new, &tokens[1]).await.status, 200);
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
    assert_eq!(confirm(&service, &rival, &rivals).await.problem(), failed());
    assert_eq!(confirm(&service, &renewed, &renewal).await.problem(), failed());
    assert!(is_active(&service, &new).await);
}

#[tokio::test]
async fn the_new_address_must_be_another_one() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let before = service.tables();
    for new in
        [json!("ada@example.org"), json!("Ada@EXAMPLE.org"), json!("ada"), json!(1), json!("")]
    {
        let answer = ada.call(&service, REPLACE, json!({ "new_address": new })).await;
        assert_eq!(answer.problem(), (400, "invalid_jwt".to_owned()), "{new}");
    }
    // Key and kid are those of the new address, not of the current one.
    let answer = ada.call(&service, REPLACE, json!({ "new_address": "new@example.net" })).await;
    assert_eq!(answer.problem(), (400, "invalid_key".to_owned()));
    assert_eq!(service.growth(&before), [].into());
}

#[tokio::test]
async fn an_unknown_address_cannot_be_moved() {
    let service = Service::start().await;
    let (nobody, new) =
        (service.person("no@example.org").await, service.person("new@example.net").await);
    move_to(&service, &nobody, &new).await;
    assert_eq!(service.count("signups WHERE state = 'pending'"), 0);
    assert_eq!(service.count("outbox WHERE purpose <> 'void'"), 0, "neither mailbox hears of it");
}

#[tokio::test]
async fn confirmations_of_a_new_address_are_signed_by_its_key() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    for person in [&old, &old.with_new_key(&service), &new.with_new_key(&service)] {
        for token in &tokens {
            assert_eq!(confirm(&service, person, token).await.problem(), failed());
        }
    }
    let more = json!({ "token": tokens[0], "sub": "old@example.org" });
    assert_eq!(new.call(&service, CONFIRM, more).await.problem(), failed());
    assert_eq!(confirm(&service, &new, &tokens[0]).await.status, 202);
}

#[tokio::test]
async fn disabling_ends_what_is_under_way() {
    let service = Service::start().await;
    let (old, new, tokens) = moving(&service).await;
    let renewed = old.with_new_key(&service);
    assert_eq!(renewed.call(&service, REPLACE, json!({})).await.status, 202);
    let third = token_in(&service.mail_for("old@example.org", 3).await);
    assert_eq!(confirm(&service, &new, &tokens[1]).await.status, 202);
    assert_eq!(old.call(&service, DISABLE, json!({})).await.status, 204);
    assert_eq!(confirm(&service, &new, &tokens[0]).await.problem(), failed());
    assert_eq!(confirm(&service, &renewed, &third).await.problem(), failed());
    assert_eq!(service.count("keys WHERE ended_at IS NULL"), 0);
}
