//! Whatever was answered with success has happened, and nothing has happened by half, at whatever
//! moment the process is killed.

use crate::{
    cluster,
    node::{Node, settings},
    people::{client, mail_for, person, token_in, verifier, verifies},
    sql,
};
use notary::{
    demo::smtp_sink::{SmtpSink, Verdict},
    random::Random,
};
use notary_sdk::{Notary, Unlocked};
use std::{cell::RefCell, time::Duration};

/// How far one person came, as the node has acknowledged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    SignedUp,
    Confirmed,
    /// Asked for, but never answered.
    Disabling,
    Disabled,
}

/// Signs up one person after the other, confirms, and disables every second, until the node dies.
async fn use_up(
    client: &Notary,
    sink: &SmtpSink,
    name: String,
    book: &RefCell<Vec<(Unlocked, Stage)>>,
) -> Option<()> {
    for n in 0.. {
        let person = person(client, &format!("{name}-{n}@example.org")).await?;
        client.sign_up(&person).await.ok()?;
        let index = book.borrow().len();
        book.borrow_mut().push((person.clone(), Stage::SignedUp));
        let reached = |stage| book.borrow_mut()[index].1 = stage;
        let token = token_in(&mail_for(sink, &person.address).await);
        client.confirm(&person, &token).await.ok()?;
        reached(Stage::Confirmed);
        if n % 2 == 0 {
            reached(Stage::Disabling);
            client.disable(&person).await.ok()?;
            reached(Stage::Disabled);
        }
    }
    None
}

#[tokio::test]
async fn what_was_acknowledged_outlives_any_kill_and_nothing_is_half_done() {
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let settings = settings(&db, &format!("smtp://127.0.0.1:{}", sink.port()));
    let book = RefCell::new(Vec::new());
    for round in 0..5 {
        let node = Node::start(&settings);
        let client = client(&node);
        let users = (0..6).map(|user| use_up(&client, &sink, format!("user{round}-{user}"), &book));
        let users = futures_util::future::join_all(users);
        let moment = Duration::from_millis(300 + 3 * u64::from(Random.bytes::<1>()[0]));
        // The users wait for nobody who is dead: they are dropped in the middle of their calls.
        let _ = tokio::time::timeout(moment, users).await;
        node.kill();
        assert_eq!(broken_invariants(&db), Vec::<&str>::new(), "killed after {moment:?}");
    }
    let book = book.into_inner();
    let reached = |stage| book.iter().filter(|(_, reached)| *reached == stage).count();
    assert!(reached(Stage::Confirmed) > 0 && reached(Stage::Disabled) > 0, "{}", book.len());

    // Leases of the dead run out.
    sql::execute(&db, "UPDATE outbox SET due_at = now() WHERE state = 'waiting'");
    let node = Node::start(&settings);
    let verifier = verifier(&node);
    for (person, stage) in &book {
        mail_for(&sink, &person.address).await;
        match stage {
            // The confirmation may have been done, but not answered.
            Stage::SignedUp | Stage::Disabling => {}
            Stage::Confirmed => assert!(verifies(&verifier, person).await, "{}", person.address),
            Stage::Disabled => assert!(!verifies(&verifier, person).await, "{}", person.address),
        }
    }
    sql::until(&db, "NOT EXISTS (SELECT FROM outbox WHERE state = 'waiting')").await;
    assert_eq!(broken_invariants(&db), Vec::<&str>::new());
    let mails = sink.messages();
    let mut ids: Vec<_> = mails.iter().map(|mail| mail.message_id.clone().unwrap()).collect();
    ids.sort();
    ids.dedup();
    let sent = sql::number(&db, "SELECT count(*) FROM outbox WHERE state = 'sent'");
    let dropped = sql::number(&db, "SELECT count(*) FROM outbox WHERE state = 'dropped'");
    // One that was sent, used and then left unsettled by the dead is dropped later.
    assert!(ids.len() as i64 >= sent && ids.len() as i64 <= sent + dropped);
}

/// The rules that hold between the tables after every transaction, and that do not hold now.
fn broken_invariants(db: &str) -> Vec<&'static str> {
    [
        "SELECT address FROM keys WHERE ended_at IS NULL GROUP BY 1 HAVING count(*) > 1",
        "SELECT FROM signups AS s WHERE state = 'confirmed' AND NOT EXISTS \
         (SELECT FROM keys AS k WHERE k.thumbprint = s.thumbprint)",
        "SELECT FROM keys AS k WHERE NOT EXISTS \
         (SELECT FROM signups AS s WHERE s.thumbprint = k.thumbprint AND s.state = 'confirmed')",
        "SELECT FROM signups AS s WHERE (state = 'confirmed') <> ALL \
         (SELECT confirmed_at IS NOT NULL FROM confirmations AS c WHERE c.signup_id = s.id)",
        "SELECT FROM signups AS s WHERE NOT EXISTS (SELECT FROM confirmations AS c \
         JOIN outbox AS o ON o.confirmation_id = c.id WHERE c.signup_id = s.id)",
        "SELECT FROM keys AS k WHERE 1 <> (SELECT count(*) FROM events AS e \
         WHERE e.kind = 'signup_confirmed' AND e.thumbprint = k.thumbprint)",
        "SELECT FROM keys AS k WHERE (ended_at IS NOT NULL)::int <> (SELECT count(*) \
         FROM events AS e WHERE e.kind = 'disabled_by_user' AND e.thumbprint = k.thumbprint)",
        "SELECT FROM keys AS k WHERE (ended_at IS NOT NULL)::int <> (SELECT count(*) \
         FROM outbox AS o WHERE o.purpose = 'disabled' AND o.recipient = k.address)",
    ]
    .into_iter()
    .filter(|rule| sql::text(db, &format!("SELECT EXISTS ({rule})")) == "true")
    .collect()
}

#[tokio::test]
async fn a_mail_that_was_not_out_when_the_process_died_comes_from_the_next_one() {
    let db = cluster::fresh_database(None);
    let stalled = SmtpSink::start(|_| Verdict::Stall(Duration::from_secs(600))).unwrap();
    let node = Node::start(&settings(&db, &format!("smtp://127.0.0.1:{}", stalled.port())));
    let ada = person(&client(&node), "ada@example.org").await.unwrap();
    client(&node).sign_up(&ada).await.unwrap();
    sql::until(&db, "(SELECT attempts FROM outbox) = 1").await;
    node.kill();
    assert!(stalled.messages().is_empty());
    let lease =
        "SELECT due_at BETWEEN now() + interval '30 s' AND now() + interval '45 s' FROM outbox";
    assert_eq!(sql::text(&db, lease), "true", "longer than one attempt, and no longer than that");

    sql::execute(&db, "UPDATE outbox SET due_at = now()");
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let node = Node::start(&settings(&db, &format!("smtp://127.0.0.1:{}", sink.port())));
    let token = token_in(&mail_for(&sink, "ada@example.org").await);
    client(&node).confirm(&ada, &token).await.unwrap();
    assert!(verifies(&verifier(&node), &ada).await);
}
