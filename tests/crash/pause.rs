//! A node that stands still while a key ends.

use crate::{
    cluster,
    node::{Node, settings},
    people::{client, is_taken, jwt, member, verifier},
    sql,
};
use notary::demo::smtp_sink::{SmtpSink, Verdict};
use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    time::{Duration, Instant},
};

/// Callers of one token that are under way when the node is paused.
const CALLERS: usize = 8;

#[tokio::test]
async fn a_node_that_was_paused_while_a_key_ended_refuses_it_when_it_goes_on() {
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let settings = settings(&db, &format!("smtp://127.0.0.1:{}", sink.port()));
    let (one, other) = (Node::start(&settings), Node::start(&settings));
    let client = client(&one);
    let mut ended_ones = Vec::new();
    for round in 0..5 {
        let ada = member(&client, &sink, &format!("ada{round}@example.org")).await;
        let (jwt, verifier) = (jwt(&ada), verifier(&other));
        let (taken, ended) = (AtomicU32::new(0), AtomicBool::new(false));
        let callers = (0..CALLERS).map(async |_| {
            loop {
                let had_ended = ended.load(SeqCst);
                match (is_taken(&verifier, &jwt).await, had_ended) {
                    (true, false) => _ = taken.fetch_add(1, SeqCst),
                    (false, false) => {}
                    (false, true) => break,
                    (true, true) => panic!("a key that has ended still verifies"),
                }
            }
        });
        let pause = async {
            while taken.load(SeqCst) < 50 {
                tokio::task::yield_now().await;
            }
            sql::until(&db, "EXISTS (SELECT FROM verifiers)").await;
            other.signal("STOP");
            // The paused node may answer from memory until its lease has run out.
            client.disable(&ada).await.unwrap();
            ended.store(true, SeqCst);
            let asked_meanwhile = is_taken(&verifier, &jwt);
            let goes_on = async { other.signal("CONT") };
            assert!(!tokio::join!(asked_meanwhile, goes_on).0);
        };
        tokio::join!(pause, futures_util::future::join_all(callers));
        ended_ones.push(jwt);
    }
    other.kill();
    let anew = Node::start(&settings);
    for jwt in ended_ones {
        assert!(!is_taken(&verifier(&anew), &jwt).await);
    }
}

/// Asks a node so often that it takes a lease.
async fn warm(node: &Node, db: &str, jwt: &str) {
    let verifier = verifier(node);
    while sql::number(db, "SELECT count(*) FROM verifiers") == 0 {
        let asking = (0..50).map(|_| is_taken(&verifier, jwt));
        assert!(futures_util::future::join_all(asking).await.iter().all(|taken| *taken));
    }
}

#[expect(clippy::disallowed_methods, reason = "measures time")]
#[tokio::test]
async fn a_node_that_was_killed_is_waited_for_once() {
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let settings = settings(&db, &format!("smtp://127.0.0.1:{}", sink.port()));
    let (one, other) = (Node::start(&settings), Node::start(&settings));
    let client = client(&one);
    let mut people = Vec::new();
    for name in ["ada", "bob"] {
        people.push(member(&client, &sink, &format!("{name}@example.org")).await);
    }
    warm(&other, &db, &jwt(&people[0])).await;
    other.kill();
    let mut times = Vec::new();
    for person in &people {
        let began = Instant::now();
        client.disable(person).await.unwrap();
        times.push(began.elapsed());
    }
    let lease = Duration::from_secs(1);
    assert!((lease..4 * lease).contains(&times[0]) && times[1] < lease, "{times:?}");
}
