//! What is over goes away, a little at a time; what is not stays.

use crate::{
    harness::{Service, Settings, fresh_database},
    sql,
};
use notary::store::sweep;
use reqwest::Method;
use serde_json::json;
use std::{num::NonZeroU32, time::Duration};
use tokio::time::Instant;

/// `count` rows of every kind that are over, and one of each that only just is not.
fn fill(db: &str, count: usize) {
    sql::execute(
        db,
        &format!(
            r#"INSERT INTO kdfs VALUES (1,
                 '{{"oprf": "P384-SHA384", "argon2id": {{"m": 65536, "t": 3, "p": 1}}}}');

             INSERT INTO spent_jtis SELECT sha256(n::text::bytea), now() - interval '1 hour'
             FROM generate_series(1, {count}) AS n;
             INSERT INTO spent_jtis VALUES
                 (sha256('live'), now() + interval '1 minute'),
                 (sha256('by another clock'), now() - interval '2 minutes');

             INSERT INTO signups (id, request, address, kid, salt, public_key, thumbprint, kdf_v,
                                  state, created_at, expires_at)
             SELECT gen_random_uuid(), 'signup', 'over' || n || '@example.org',
                    sha512(n::text::bytea), substr(sha512('s'), 1, 16),
                    substr(sha512('a') || sha512('b'), 1, 97), sha256('t'), 1, 'pending',
                    now() - interval '26 hours', now() - interval '25 hours'
             FROM generate_series(1, {count}) AS n;
             INSERT INTO confirmations
             SELECT gen_random_uuid(), id, substr(sha512('n'), 1, 16),
                    sha512(id::text::bytea), NULL FROM signups;
             UPDATE signups SET state = 'void' WHERE address LIKE '%7@example.org';
             INSERT INTO signups (id, request, address, kid, salt, public_key, thumbprint, kdf_v,
                                  state, created_at, expires_at)
             SELECT gen_random_uuid(), request, 'live@example.org', kid, salt, public_key,
                    thumbprint, 1, 'pending', now(), now() + interval '1 minute'
             FROM signups LIMIT 1;

             INSERT INTO outbox (id, purpose, recipient, account, state, created_at, settled_at)
             SELECT gen_random_uuid(), 'disabled', 'over@example.org', 'over@example.org',
                    CASE WHEN n % 2 = 0 THEN 'sent' ELSE 'dropped' END,
                    now() - interval '26 hours', now() - interval '26 hours'
             FROM generate_series(1, {count}) AS n;
             INSERT INTO outbox (id, purpose, recipient, account, state, created_at, settled_at,
                                 due_at)
             VALUES (gen_random_uuid(), 'disabled', 'live', 'live', 'sent',
                     now(), now() - interval '24 hours', now()),
                    (gen_random_uuid(), 'disabled', 'live', 'live', 'failed',
                     now(), now() - interval '6 days', now()),
                    (gen_random_uuid(), 'disabled', 'live', 'live', 'waiting',
                     now() - interval '9 days', NULL, now() + interval '1 hour'),
                    (gen_random_uuid(), 'disabled', 'over', 'over', 'failed',
                     now(), now() - interval '8 days', now());

             INSERT INTO blocks (ip, until, created_at, changed_at)
             SELECT '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256 || '/32',
                    now() - interval '1 hour', now() - interval '2 hours', now() - interval '2 hours'
             FROM generate_series(1, {count}) AS n;
             INSERT INTO blocks (ip, until) VALUES ('192.0.2.1/32', now() + interval '1 minute');"#
        ),
    );
}

/// How many rows there are of each kind.
fn rows(db: &str) -> [i64; 5] {
    ["spent_jtis", "signups", "confirmations", "outbox", "blocks"]
        .map(|table| sql::number(db, &format!("SELECT count(*) FROM {table}")))
}

#[tokio::test]
async fn a_round_deletes_one_batch_and_says_whether_there_may_be_more() {
    let db = fresh_database();
    fill(&db, 2_500);
    let door = notary::store::db::Db::new(&db, NonZeroU32::MIN);
    let round = async || door.run("sweep", sweep::round).await.unwrap();
    assert_eq!(rows(&db), [2_502, 2_501, 2_500, 2_504, 2_501]);
    assert!(round().await);
    assert_eq!(rows(&db), [1_502, 1_501, 1_500, 1_504, 1_501]);
    assert!(round().await);
    assert_eq!(rows(&db), [502, 501, 500, 504, 501]);
    assert!(!round().await);
    assert_eq!(rows(&db), [2, 1, 0, 3, 1], "what is not over stays");
    assert!(!round().await);
    assert_eq!(rows(&db), [2, 1, 0, 3, 1]);
    assert_eq!(sql::text(&db, "SELECT state FROM signups"), "pending");
}

#[tokio::test]
async fn a_signup_whose_time_is_over_ends() {
    let db = fresh_database();
    fill(&db, 3);
    sql::execute(&db, "UPDATE signups SET expires_at = now() - interval '1 second'");
    let door = notary::store::db::Db::new(&db, NonZeroU32::MIN);
    door.run("sweep", sweep::round).await.unwrap();
    assert_eq!(sql::number(&db, "SELECT count(*) FROM signups WHERE state = 'ended'"), 4);
}

#[tokio::test]
async fn a_large_backlog_holds_up_no_request() {
    let db = fresh_database();
    fill(&db, 50_000);
    let service = Settings::default().on(db).start().await;
    let mut during = 0;
    let mut slowest = Duration::ZERO;
    while rows(&service.db) != [2, 1, 0, 3, 1] {
        let began = Instant::now();
        salt(&service).await;
        slowest = slowest.max(began.elapsed());
        during += 1;
    }
    assert!(during > 1, "the backlog was gone before anybody called");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

async fn salt(service: &Service) {
    let body = json!({ "address": "ada@example.org" });
    let answer = service.public(Method::POST, "/salt").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}
