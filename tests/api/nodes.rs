//! Several nodes on one database are one service.

use crate::{
    cluster,
    harness::{Person, Service, Settings},
    sql,
};
use notary::{
    domain::{address::Address, key::PublicKey, salt::Kid, salt::Salt, signup::Candidate},
    store::keys,
};
use notary_sdk::Account;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinSet;

/// Two nodes, each with connections for everybody who calls at once.
async fn two_nodes() -> (Service, Service) {
    let roomy = || Settings::default().set("NOTARY_DB_POOL_SIZE", "32");
    let one = roomy().start().await;
    let other = roomy().beside(&one).start().await;
    (one, other)
}

/// People with active keys, without the way there.
async fn members(service: &Service, count: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for n in 0..count {
        people.push(service.person(&format!("member{n}@example.org")).await);
    }
    let candidates: Vec<Candidate> =
        people.iter().map(|person| candidate(service, person)).collect();
    let activate = move |tx: &mut _| {
        candidates.iter().try_for_each(|candidate| keys::activate(tx, candidate).map(drop))
    };
    service.core.db.run("members", activate).await.unwrap();
    people
}

fn candidate(service: &Service, person: &Person) -> Candidate {
    let address = Address::parse(&person.address).unwrap();
    let kid = Kid::parse(&person.kid).unwrap();
    let jwk = notary_sdk::Jwk::new(&person.key.public(), &person.kid);
    Candidate {
        kid,
        salt: Salt::derive(&service.core.secrets, &address),
        key: PublicKey::from_jwk(&jwk, &kid).unwrap(),
        kdf_v: 1,
        address,
    }
}

#[tokio::test]
async fn of_fifty_confirmations_at_once_one_succeeds() {
    let (one, other) = two_nodes().await;
    let ada = one.person("ada@example.org").await;
    one.client().sign_up(&ada).await.unwrap();
    // Either node may have mailed it.
    let mailed = |node: &Service| node.mails_to("ada@example.org");
    sql::until(&one.db, "(SELECT state FROM outbox) = 'sent'").await;
    let mailer = if mailed(&one) == 1 { &one } else { &other };
    let token = mailer.token_for("ada@example.org", 1).await;
    let mut answers = JoinSet::new();
    for n in 0..50 {
        let node = if n % 2 == 0 { &one } else { &other };
        let mut claims = ada.claims(node, "POST", "/confirm");
        claims["token"] = json!(token);
        let body = json!({ "jwt": ada.sign(claims) });
        answers.spawn(node.public(Method::POST, "/confirm").json(&body).send());
    }
    let mut statuses: Vec<StatusCode> = Vec::new();
    while let Some(answer) = answers.join_next().await {
        statuses.push(answer.unwrap().unwrap().status());
    }
    statuses.sort();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 400), "{statuses:?}");
    assert_eq!(sql::number(&one.db, "SELECT count(*) FROM keys"), 1);
    let events = "SELECT count(*) FROM events WHERE kind = 'signup_confirmed'";
    assert_eq!(sql::number(&one.db, events), 1);
}

#[tokio::test]
async fn once_disabled_on_one_node_a_key_verifies_on_no_other() {
    let (one, other) = two_nodes().await;
    for few in members(&one, 300).await.chunks(10) {
        let races = few.iter().map(|person| async {
            let disabled = Arc::new(AtomicBool::new(false));
            let jwt = person.token(&other, crate::harness::PUBLIC_URI);
            let disable = async {
                one.client().disable(person).await.unwrap();
                disabled.store(true, Ordering::SeqCst);
            };
            let verify = async {
                let mut verified_before = 0;
                loop {
                    let was_disabled = disabled.load(Ordering::SeqCst);
                    let status = other.verify(&jwt).send().await.unwrap().status();
                    match (status.as_u16(), was_disabled) {
                        (200, false) => verified_before += 1,
                        (404, false) => {}
                        (404, true) => return verified_before,
                        (status, _) => panic!("{status} after the key was disabled"),
                    }
                }
            };
            tokio::join!(verify, disable).0
        });
        let verified_before = futures_util::future::join_all(races).await;
        assert!(verified_before.iter().sum::<i32>() > 0, "no race at all");
    }
}

#[tokio::test]
async fn a_confirmation_never_outlives_a_disabling() {
    let (one, other) = two_nodes().await;
    let mut confirmed = 0;
    for person in members(&one, 30).await {
        let renewed = person.with_new_key(&one);
        one.client().change_password(&renewed).await.unwrap();
        let mailed = format!(
            "(SELECT state FROM outbox WHERE recipient = '{}' AND purpose = 'password') = 'sent'",
            person.address
        );
        sql::until(&one.db, &mailed).await;
        let mailer = if one.mails_to(&person.address) == 1 { &one } else { &other };
        let token = mailer.token_for(&person.address, 1).await;
        let (client, verifier) = (one.client(), other.verifier());
        let (confirmation, disabling) = tokio::join!(
            client.confirm(&renewed, &token),
            verifier.disable(Account::Address(&person.address), false),
        );
        disabling.unwrap();
        confirmed += usize::from(confirmation.is_ok());
        for key in [person, renewed] {
            let jwt = key.token(&one, crate::harness::PUBLIC_URI);
            assert_eq!(one.verify(&jwt).send().await.unwrap().status(), 404);
        }
    }
    assert_eq!(sql::number(&one.db, "SELECT count(*) FROM keys WHERE ended_at IS NULL"), 0);
    let changed = "SELECT count(*) FROM events WHERE kind = 'password_changed'";
    assert_eq!(sql::number(&one.db, changed), confirmed as i64);
}

#[tokio::test]
async fn nodes_that_start_together_on_an_empty_database_all_come_up() {
    let db = cluster::fresh_database(None);
    let start = || Settings::default().on(db.clone()).start();
    let nodes: [Service; 4] = tokio::join!(start(), start(), start(), start()).into();
    let migrations = "SELECT count(*) = count(DISTINCT version) AND count(*) > 0 \
                      FROM __diesel_schema_migrations";
    assert_eq!(sql::text(&db, migrations), "true");
    assert_eq!(sql::number(&db, "SELECT count(*) FROM kdfs"), 1);
    for node in &nodes {
        assert_eq!(node.admin(Method::GET, "/readyz").send().await.unwrap().status(), 200);
    }
    let ada = nodes[0].person("ada@example.org").await;
    nodes[3].client().sign_up(&ada).await.unwrap();
}
