//! SIGTERM, and starts that are refused.

use crate::{
    cluster,
    node::{Node, command, settings},
    people::{client, person},
    sql,
};
use diesel::connection::SimpleConnection;
use std::time::Duration;

/// Nobody listens there.
const NO_SMTP: &str = "smtp://127.0.0.1:9";

async fn exit_code(node: &mut Node, limit: Duration) -> i32 {
    let ended = async {
        loop {
            if let Some(code) = node.exit_code() {
                return code;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(limit, ended).await.unwrap()
}

#[tokio::test]
async fn sigterm_lets_a_request_under_way_finish() {
    let db = cluster::fresh_database(None);
    let mut node = Node::start(&settings(&db, NO_SMTP));
    let client = client(&node);
    let ada = person(&client, "ada@example.org").await.unwrap();
    // The sign-up waits for us.
    let mut ours = sql::connect(&db);
    ours.batch_execute("SELECT pg_advisory_lock(hashtextextended('ada@example.org', 0))").unwrap();
    let rest = async {
        sql::until(
            &db,
            "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event = 'advisory')",
        )
        .await;
        node.signal("TERM");
        // Nobody new is let in.
        while tokio::net::TcpStream::connect(node.public).await.is_ok() {}
        drop(ours);
    };
    let (signed_up, ()) = tokio::join!(client.sign_up(&ada), rest);
    signed_up.unwrap();
    assert_eq!(exit_code(&mut node, Duration::from_secs(15)).await, 0);
    assert_eq!(sql::number(&db, "SELECT count(*) FROM signups"), 1);
}

#[tokio::test]
async fn a_database_that_never_answers_does_not_hold_up_the_end() {
    let db = cluster::fresh_database(None);
    let mut node = Node::start(&settings(&db, NO_SMTP));
    // Every transaction that takes mail, and with it the worker, waits for us.
    let mut ours = sql::connect(&db);
    ours.batch_execute("BEGIN; LOCK TABLE outbox").unwrap();
    sql::until(
        &db,
        "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() \
         AND wait_event_type = 'Lock')",
    )
    .await;
    node.signal("TERM");
    assert_eq!(exit_code(&mut node, Duration::from_secs(15)).await, 0);
}

#[tokio::test]
async fn another_secret_key_ends_the_start_with_78_and_names_the_setting() {
    let db = cluster::fresh_database(None);
    let mut settings = settings(&db, NO_SMTP);
    drop(Node::start(&settings));
    settings.insert("NOTARY_SECRET_KEY", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=".into());
    let refused = command(&settings).output().unwrap();
    assert_eq!(refused.status.code(), Some(78));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("NOTARY_SECRET_KEY"), "{words}");
    assert!(!words.contains("ZmVk"), "{words}");
}

#[tokio::test]
async fn a_schema_of_a_newer_binary_ends_the_start() {
    let db = cluster::fresh_database(None);
    let settings = settings(&db, NO_SMTP);
    drop(Node::start(&settings));
    sql::execute(&db, "INSERT INTO __diesel_schema_migrations VALUES ('99991231000000')");
    let refused = command(&settings).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("newer notary"));
}
