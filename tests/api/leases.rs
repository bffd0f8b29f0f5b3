//! What a node answers from memory, and what makes it forget.

use crate::{
    harness::{PUBLIC_URI, Person, Service, Settings},
    sql,
    wire::Wire,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use notary::store::lookup::LEASE_LASTS;
use notary_sdk::Account;
use reqwest::StatusCode;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use tokio::time::Instant;

async fn status(node: &Service, jwt: &str) -> StatusCode {
    node.verify(jwt).send().await.unwrap().status()
}

fn token(node: &Service, person: &Person) -> String {
    person.token(node, PUBLIC_URI)
}

/// Asks so often that there are as many verifiers as there should be with this node, and at last
/// about this token. Returns the answer.
async fn warm(node: &Service, jwt: &str, verifiers: i64) -> StatusCode {
    while sql::number(&node.db, "SELECT count(*) FROM verifiers") != verifiers {
        join_all((0..50).map(|_| status(node, jwt))).await;
    }
    status(node, jwt).await
}

/// A token under a kid that nobody has, each number another one.
fn made_up(jwt: &str, number: usize) -> String {
    let header = json!({ "alg": "ES384", "kid": format!("{number:0128x}"), "typ": "JWT" });
    let (_, rest) = jwt.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

/// Either of them sends the mail of both.
async fn two_nodes() -> (Service, Service) {
    let one = Service::start().await;
    let smtp = format!("smtp://127.0.0.1:{}", one.sink.port());
    let other = Settings::default().beside(&one).set("NOTARY_SMTP_URI", &smtp).start().await;
    (one, other)
}

#[tokio::test]
async fn what_a_node_knows_it_need_not_read_again() {
    let service = Service::start().await;
    let ada = token(&service, &service.member("ada@example.org").await);
    let bob = token(&service, &service.person("bob@example.org").await);
    let eve = token(&service, &service.person("eve@example.org").await);
    assert_eq!(warm(&service, &ada, 1).await, 200);
    assert_eq!(status(&service, &bob).await, 404);
    // Nobody can read a key any more.
    let mut ours = sql::connect(&service.db);
    ours.batch_execute("BEGIN; LOCK TABLE keys").unwrap();
    let began = Instant::now();
    while began.elapsed() < 2 * LEASE_LASTS {
        assert_eq!(status(&service, &ada).await, 200);
        assert_eq!(status(&service, &bob).await, 404);
    }
    assert_eq!(status(&service, &eve).await, 503, "nothing is known of her");
}

#[tokio::test]
async fn a_flood_of_made_up_kids_is_answered_from_memory_and_who_signs_up_meanwhile_is_known() {
    let (one, other) = two_nodes().await;
    let ada = token(&other, &one.member("ada@example.org").await);
    let newcomer = one.person("bob@example.org").await;
    let bob = token(&other, &newcomer);
    assert_eq!(warm(&other, &ada, 1).await, 200);
    let flood = async |numbers: std::ops::Range<usize>| {
        join_all(numbers.map(|n| made_up(&ada, n)).map(async |jwt| status(&other, &jwt).await))
            .await
    };
    assert!(flood(0..100).await.iter().all(|status| *status == 404));
    let mut ours = sql::connect(&other.db);
    ours.batch_execute("BEGIN; LOCK TABLE keys").unwrap();
    assert!(flood(100..200).await.iter().all(|status| *status == 404), "nobody can read a key");
    assert_eq!(status(&other, &bob).await, 404, "he was never asked about before");
    ours.batch_execute("ROLLBACK").unwrap();

    one.client().sign_up(&newcomer).await.unwrap();
    one.client().confirm(&newcomer, &one.token_for("bob@example.org", 1).await).await.unwrap();
    assert_eq!(status(&other, &bob).await, 200);
    assert_eq!(status(&other, &ada).await, 200);
}

#[tokio::test]
async fn a_node_that_is_hardly_asked_has_no_lease() {
    let service = Service::start().await;
    let ada = token(&service, &service.member("ada@example.org").await);
    for _ in 0..20 {
        assert_eq!(status(&service, &ada).await, 200);
    }
    assert_eq!(service.count("verifiers"), 0);
    assert_eq!(warm(&service, &ada, 1).await, 200);
    sql::until(&service.db, "NOT EXISTS (SELECT FROM verifiers)").await;
    assert_eq!(status(&service, &ada).await, 200);
}

#[tokio::test]
async fn a_node_that_stops_is_waited_for_by_nobody() {
    let (one, other) = two_nodes().await;
    let ada = one.member("ada@example.org").await;
    assert_eq!(warm(&other, &token(&other, &ada), 1).await, 200);
    other.stop().await;
    assert_eq!(one.count("verifiers"), 0);
    let began = Instant::now();
    one.client().disable(&ada).await.unwrap();
    assert!(began.elapsed() < LEASE_LASTS, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_change_on_one_node_is_known_to_the_other_when_it_is_answered() {
    let (one, other) = two_nodes().await;
    let ada = one.person("ada@example.org").await;
    let renewed = ada.with_new_key(&one);
    let [old, new] = [&ada, &renewed].map(|person| token(&other, person));
    assert_eq!(warm(&other, &old, 1).await, 404);

    one.client().sign_up(&ada).await.unwrap();
    let code = one.token_for("ada@example.org", 1).await;
    assert_eq!(warm(&other, &old, 1).await, 404);
    one.client().confirm(&ada, &code).await.unwrap();
    assert_eq!(status(&other, &old).await, 200);

    one.client().change_password(&renewed).await.unwrap();
    let code = one.token_for("ada@example.org", 2).await;
    assert_eq!(warm(&other, &old, 1).await, 200);
    one.client().confirm(&renewed, &code).await.unwrap();
    assert_eq!([status(&other, &old).await, status(&other, &new).await], [422, 200]);

    assert_eq!(warm(&other, &new, 1).await, 200);
    one.verifier().disable(Account::Address("ada@example.org"), false).await.unwrap();
    assert_eq!(status(&other, &new).await, 404);
}

/// The one who ended the key was quicker than its answer; the one who asks again is answered at
/// once, and may rely on it as well.
#[tokio::test]
async fn whoever_disables_what_somebody_is_just_disabling_waits_as_well() {
    let one = Service::start().await;
    let wire = Wire::to(&one.db);
    let other = Settings::default().beside(&one).on(wire.uri()).start().await;
    let ada = one.member("ada@example.org").await;
    let jwt = token(&other, &ada);
    assert_eq!(warm(&other, &jwt, 1).await, 200);
    wire.cut();
    let verifier = one.verifier();
    let disable = async || {
        verifier.disable(Account::Address("ada@example.org"), false).await.unwrap();
        assert_ne!(status(&other, &jwt).await, 200);
    };
    tokio::join!(disable(), disable(), disable());
}

#[tokio::test]
async fn a_change_by_the_operators_own_hand_is_noticed() {
    let service = Service::start().await;
    let ada = token(&service, &service.member("ada@example.org").await);
    assert_eq!(warm(&service, &ada, 1).await, 200);
    service.execute("UPDATE keys SET ended_at = now(), ended_by = 'admin'");
    let changed = Instant::now();
    while status(&service, &ada).await == 200 {
        assert!(changed.elapsed() < LEASE_LASTS);
    }
}

#[tokio::test]
async fn a_kid_that_the_operator_changes_is_noticed_under_both_names() {
    let service = Service::start().await;
    let ada = token(&service, &service.member("ada@example.org").await);
    assert_eq!(warm(&service, &ada, 1).await, 200);
    let strangers: Vec<String> = (0..100).map(|n| made_up(&ada, n)).collect();
    for stranger in &strangers {
        assert_eq!(status(&service, stranger).await, 404);
    }
    service.execute("UPDATE keys SET kid = decode(lpad('', 128, '0'), 'hex')");
    let changed = Instant::now();
    // Under the new kid it is Ada's key, and it has not signed this header.
    while (status(&service, &ada).await, status(&service, &strangers[0]).await)
        != (StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY)
    {
        assert!(changed.elapsed() < LEASE_LASTS);
    }
}

#[tokio::test]
async fn a_node_that_is_cut_off_is_waited_for_until_its_lease_has_run_out() {
    let one = Service::start().await;
    let wire = Wire::to(&one.db);
    let other = Settings::default().beside(&one).on(wire.uri()).start().await;
    let [ada, bob] = [one.member("ada@example.org").await, one.member("bob@example.org").await];
    let [of_ada, of_bob] = [&ada, &bob].map(|person| token(&other, person));
    assert_eq!(warm(&other, &of_bob, 1).await, 200);
    assert_eq!(status(&other, &of_ada).await, 200);

    wire.cut();
    let ended = AtomicBool::new(false);
    let asking = async {
        let mut answers = 0;
        loop {
            let had_ended = ended.load(SeqCst);
            match (status(&other, &of_ada).await.as_u16(), had_ended) {
                (200, false) => answers += 1,
                (503, false) => {}
                (503, true) => return answers,
                (status, _) => panic!("{status} after the key had ended: {had_ended}"),
            }
        }
    };
    let disabling = async {
        let began = Instant::now();
        one.client().disable(&ada).await.unwrap();
        ended.store(true, SeqCst);
        began.elapsed()
    };
    let (answers, took) = tokio::join!(asking, disabling);
    assert!(answers > 0, "it had a lease");
    assert!((LEASE_LASTS..4 * LEASE_LASTS).contains(&took), "{took:?}");
    assert_eq!(one.count("verifiers"), 0, "struck out");
    assert_eq!(one.core.metrics.nodes_struck_out.get(), 1);

    wire.mend();
    while status(&other, &of_ada).await != 404 {}
    assert_eq!(warm(&other, &of_bob, 1).await, 200);
    let began = Instant::now();
    one.client().disable(&bob).await.unwrap();
    assert!(began.elapsed() < LEASE_LASTS, "{:?}", began.elapsed());
    assert_eq!(status(&other, &of_bob).await, 404);
}

#[tokio::test]
async fn without_a_database_what_is_known_counts_no_longer_than_the_lease() {
    let service = Service::start().await;
    let wire = Wire::to(&service.db);
    let node = Settings::default().beside(&service).on(wire.uri()).start().await;
    let ada = token(&node, &service.member("ada@example.org").await);
    assert_eq!(warm(&node, &ada, 1).await, 200);
    wire.cut();
    let cut = Instant::now();
    while status(&node, &ada).await == 200 {
        assert!(cut.elapsed() < 2 * LEASE_LASTS);
    }
    assert_eq!(status(&node, &ada).await, 503);
}
