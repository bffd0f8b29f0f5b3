//! `GET /events`: the audit log.

use crate::{
    answer::Answer,
    harness::{Service, Settings},
    sql,
};
use diesel::{Connection, RunQueryDsl, connection::SimpleConnection};
use futures_util::future::join_all;
use notary::{
    domain::address::Address,
    store::events::{self, Kind},
};
use notary_sdk::Confirmation;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

async fn page(service: &Service, query: &str) -> Value {
    let answer = Answer::to(service.admin(Method::GET, &format!("/events?{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Reads on from a cursor until so many events have come. Those of other databases of the cluster
/// can hold them up for as long as their transactions last.
async fn read(service: &Service, mut cursor: String, count: usize, limit: usize) -> Vec<Value> {
    let mut seen = Vec::new();
    let reading = async {
        while seen.len() < count {
            let page = page(service, &format!("after={cursor}&limit={limit}")).await;
            let events = page["events"].as_array().unwrap();
            assert!(events.len() <= limit);
            seen.extend(events.iter().cloned());
            cursor = page["cursor"].as_str().unwrap().to_owned();
        }
    };
    timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("some events never came"));
    seen
}

async fn record(service: &Service, name: String) {
    let address = Address::parse(&format!("{name}@example.org")).unwrap();
    let write = move |tx: &mut _| {
        events::record(tx, Kind::SignupRequested, &address, None, json!({}))?;
        diesel::select(sleep(0.005)).execute(tx)?;
        events::record(tx, Kind::SignupConfirmed, &address, None, json!({}))
    };
    service.core.db.run("write events", write).await.unwrap();
}

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "pg_sleep"]
    fn sleep(seconds: diesel::sql_types::Double) -> diesel::sql_types::Bool;
}

#[tokio::test]
async fn every_kind_tells_who_and_what() {
    let service = Settings::default().set("NOTARY_MAX_CALLS_PER_MINUTE", "20").start().await;
    let client = service.client();
    let ada = service.member("ada@example.org").await;
    let renewed = ada.with_new_key(&service);
    client.change_password(&renewed).await.unwrap();
    let token = service.token_for("ada@example.org", 2).await;
    client.confirm(&renewed, &token).await.unwrap();
    service.mail_for("ada@example.org", 3).await;
    let moved = service.person("bob@example.org").await;
    client.change_address("ada@example.org", &moved).await.unwrap();
    let tokens = [
        service.token_for("ada@example.org", 4).await,
        service.token_for("bob@example.org", 1).await,
    ];
    assert_eq!(client.confirm(&moved, &tokens[0]).await.unwrap(), Confirmation::OneMore);
    client.confirm(&moved, &tokens[1]).await.unwrap();
    client.disable(&moved).await.unwrap();
    service.mail_for("bob@example.org", 2).await;
    client.sign_up(&moved).await.unwrap();
    let token = service.token_for("bob@example.org", 3).await;
    client.confirm(&moved, &token).await.unwrap();
    let disable = service.admin(Method::DELETE, "/signature");
    let disable = disable.json(&json!({ "kid": moved.kid, "block": true }));
    assert_eq!(Answer::to(disable).await.status, 204);
    let unblock = service.admin(Method::DELETE, "/blocks/addresses/bob@example.org");
    assert_eq!(Answer::to(unblock).await.status, 204);
    while Answer::to(service.public(Method::POST, "/salt")).await.status != 429 {}
    let lift = service.admin(Method::DELETE, "/blocks/127.0.0.1");
    assert_eq!(Answer::to(lift).await.status, 204);

    let [first, second, third] =
        [&ada, &renewed, &moved].map(|person| json!(person.key.public().thumbprint_base64url()));
    let (a, b) = (json!("ada@example.org"), json!("bob@example.org"));
    let (new, ip) = (json!({ "new_address": b }), json!({ "ip": "127.0.0.1/32" }));
    let (none, nil) = (json!({}), Value::Null);
    let expected = [
        ("signup_requested", &a, &first, &none),
        ("signup_confirmed", &a, &first, &none),
        ("password_requested", &a, &second, &none),
        ("password_changed", &a, &second, &none),
        ("address_requested", &a, &third, &new),
        ("address_changed", &a, &third, &new),
        ("disabled_by_user", &b, &third, &none),
        ("signup_requested", &b, &third, &none),
        ("signup_confirmed", &b, &third, &none),
        ("address_blocked", &b, &nil, &none),
        ("disabled_by_admin", &b, &third, &none),
        ("address_unblocked", &b, &nil, &none),
        ("ip_blocked", &nil, &nil, &ip),
        ("ip_unblocked", &nil, &nil, &ip),
    ];
    let events = read(&service, "0-0".to_owned(), expected.len(), 100).await;
    let told: Vec<_> = events
        .iter()
        .map(|e| (e["kind"].as_str().unwrap(), &e["address"], &e["thumbprint"], &e["detail"]))
        .collect();
    assert_eq!(told, expected);
    assert!(events.iter().all(|event| event["at"].as_i64() > Some(1_600_000_000)));
}

#[tokio::test]
async fn a_reader_that_goes_on_from_its_cursor_sees_every_event_of_200_writers_once() {
    let service = Settings::default().set("NOTARY_DB_POOL_SIZE", "16").start().await;
    let writing = async {
        for wave in 0..4 {
            join_all((0..50).map(|n| record(&service, format!("w{}", wave * 50 + n)))).await;
        }
    };
    let ((), events) = tokio::join!(writing, read(&service, "0-0".to_owned(), 400, 7));
    let mut seen: Vec<_> = events.iter().map(|event| (&event["address"], &event["kind"])).collect();
    seen.sort_by_key(|(address, kind)| (address.to_string(), kind.to_string()));
    seen.dedup();
    assert_eq!((seen.len(), events.len()), (400, 400), "each once");
    let rest = page(&service, &format!("after={}", events[399]["cursor"].as_str().unwrap())).await;
    assert_eq!(rest["events"], json!([]));
}

#[tokio::test]
async fn a_transaction_that_commits_late_is_waited_for() {
    let service = Service::start().await;
    let mut late = sql::connect(&service.db);
    late.batch_execute("BEGIN").unwrap();
    let slow = Address::parse("late@example.org").unwrap();
    events::record(&mut late, Kind::SignupRequested, &slow, None, json!({})).unwrap();
    record(&service, "early".to_owned()).await;
    let nothing = page(&service, "").await;
    assert_eq!(nothing, json!({ "events": [], "cursor": "0-0" }), "it would overtake the other");
    late.batch_execute("COMMIT").unwrap();
    let events = read(&service, "0-0".to_owned(), 3, 100).await;
    let addresses: Vec<_> = events.iter().map(|event| event["address"].as_str().unwrap()).collect();
    assert_eq!(addresses, ["late@example.org", "early@example.org", "early@example.org"]);
}

#[tokio::test]
async fn the_database_lets_nobody_change_what_was_written() {
    let service = Service::start().await;
    record(&service, "ada".to_owned()).await;
    let mut database = sql::connect(&service.db);
    for statement in [
        "UPDATE events SET kind = 'nothing'",
        "UPDATE events SET kind = kind WHERE false",
        "DELETE FROM events",
        "DELETE FROM events WHERE id = 1",
        "TRUNCATE events",
        "TRUNCATE events CASCADE",
        "INSERT INTO events (id, kind) VALUES (1, 'again')",
    ] {
        let refused = database.transaction(|tx| tx.batch_execute(statement));
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(sql::number(&service.db, "SELECT count(*) FROM events"), 2);
}

#[tokio::test]
async fn pages_are_cut_anywhere_and_the_end_can_be_asked_again() {
    let service = Service::start().await;
    for name in ["a", "b", "c"] {
        record(&service, name.to_owned()).await;
    }
    let whole = read(&service, "0-0".to_owned(), 6, 100).await;
    for limit in 1..=6 {
        assert_eq!(read(&service, "0-0".to_owned(), 6, limit).await, whole, "{limit}");
    }
    let end = whole[5]["cursor"].as_str().unwrap();
    let after = page(&service, &format!("after={end}")).await;
    assert_eq!(after, json!({ "events": [], "cursor": end }));
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_refused() {
    let service = Service::start().await;
    for query in [
        "after=",
        "after=1",
        "after=x-y",
        "after=1-",
        "after=-1",
        "after=1-2-3",
        "after=%00-1",
        "after=99999999999999999999-1",
        "limit=0",
        "limit=1001",
        "kind=ip_blocked",
        "after=1-1&after=2-2",
    ] {
        let answer = Answer::to(service.admin(Method::GET, &format!("/events?{query}"))).await;
        assert_eq!(answer.problem_of(400), "malformed_request", "{query}");
    }
}

/// A dump carries the numbers of transactions over to a cluster that has not reached them yet.
#[tokio::test]
async fn after_a_dump_into_another_cluster_the_manual_s_statements_bring_the_log_back() {
    let manual = include_str!("../../docs/operations.md");
    let statements = manual.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next());
    let statements = statements.unwrap();
    let service = Service::start().await;
    record(&service, "before".to_owned()).await;
    record(&service, "later".to_owned()).await;
    let written = read(&service, "0-0".to_owned(), 4, 100).await;

    sql::execute(&service.db, &statements.replace("txid = 0", "txid = txid + 1000000000"));
    assert_eq!(page(&service, "").await["events"], json!([]));

    sql::execute(&service.db, statements);
    let last = written[3]["cursor"].as_str().unwrap().split_once('-').unwrap().1.to_owned();
    record(&service, "after".to_owned()).await;
    let restored = read(&service, "0-0".to_owned(), 6, 100).await;
    let told = |events: &[Value]| -> Vec<Value> {
        events.iter().map(|event| json!([event["kind"], event["address"]])).collect()
    };
    assert_eq!(told(&restored[..4]), told(&written));
    let new = read(&service, format!("0-{last}"), 2, 100).await;
    assert_eq!(told(&new), told(&restored[4..]));
}
