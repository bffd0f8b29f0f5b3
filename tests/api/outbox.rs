//! Mail leaves through the outbox: once, in time, and whatever the mail server does.

use crate::{
    harness::{Service, Settings, token_in},
    sql,
};
use data_encoding::HEXLOWER;
use notary::{
    demo::smtp_sink::{Mail, Verdict},
    store::outbox,
};
use notary_sdk::{Account, Confirmation, Error};
use reqwest::Method;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// Notices need no account and no token.
fn insert_notices(db: &str, name: &str, count: usize, attempts: usize) {
    sql::execute(
        db,
        &format!(
            "INSERT INTO outbox (id, purpose, recipient, account, state, attempts) \
             SELECT gen_random_uuid(), 'disabled', '{name}' || n || '@example.org', \
                    '{name}' || n || '@example.org', 'waiting', {attempts} \
             FROM generate_series(1, {count}) AS n"
        ),
    );
}

/// Makes the mails that wait due, as if time had passed.
fn make_due(service: &Service) {
    sql::execute(&service.db, "UPDATE outbox SET due_at = now() WHERE state = 'waiting'");
    service.core.wake_mail();
}

/// A mail server that refuses for now until it is told to accept.
fn refusing_for_now() -> (Settings, Arc<AtomicBool>) {
    let accepts = Arc::new(AtomicBool::new(false));
    let asked = accepts.clone();
    let settings = Settings::default().mail_policy(move |_| {
        if asked.load(Ordering::SeqCst) { Verdict::Accept } else { Verdict::Temporary }
    });
    (settings, accepts)
}

#[tokio::test]
async fn a_transaction_that_fails_sends_nothing() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    sql::execute(
        &service.db,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'refused'; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON events EXECUTE FUNCTION refuse()",
    );
    let failed = service.client().sign_up(&ada).await.unwrap_err();
    assert!(matches!(&failed, Error::Problem(problem) if problem.status == 500), "{failed}");
    let left = "(SELECT count(*) FROM outbox) + (SELECT count(*) FROM signups) \
                + (SELECT count(*) FROM spent_jtis)";
    assert_eq!(sql::number(&service.db, left), 0);

    sql::execute(&service.db, "DROP TRIGGER refuse ON events");
    service.client().sign_up(&ada).await.unwrap();
    service.mail_for("ada@example.org", 1).await;
    assert_eq!(service.sink.messages().len(), 1);
}

#[tokio::test]
async fn two_nodes_send_every_mail_once() {
    let slowly = |_: &str| Verdict::Stall(Duration::from_millis(100));
    let one = Settings::default().mail_policy(slowly).start().await;
    let other = Settings::default().mail_policy(slowly).beside(&one).start().await;
    insert_notices(&one.db, "reader", 200, 0);
    one.core.wake_mail();
    other.core.wake_mail();
    sql::until(&one.db, "(SELECT count(*) FROM outbox WHERE state = 'sent') = 200").await;
    let (by_one, by_other) = (one.sink.messages(), other.sink.messages());
    assert!(!by_one.is_empty() && !by_other.is_empty(), "both have worked");
    let mut recipients: Vec<_> = by_one.iter().chain(&by_other).map(|m| m.to.clone()).collect();
    assert_eq!(recipients.len(), 200);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 200);
}

#[tokio::test]
async fn after_a_lost_lease_the_same_message_goes_out_again() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    let first = service.mail_for("ada@example.org", 1).await;
    sql::until(&service.db, "(SELECT state FROM outbox) = 'sent'").await;
    // What a node leaves that has died between sending and writing it down.
    sql::execute(
        &service.db,
        "UPDATE outbox SET state = 'waiting', settled_at = NULL, due_at = now()",
    );
    service.core.wake_mail();
    let second = service.mail_for("ada@example.org", 2).await;
    let id = sql::text(&service.db, "SELECT id FROM outbox");
    assert!(first.message_id.as_deref().unwrap().contains(&id));
    assert_eq!(first.raw, second.raw);
}

#[tokio::test]
async fn a_node_that_was_late_changes_nothing_of_a_mail_that_another_is_sending() {
    let service =
        Settings::default().mail_policy(|_| Verdict::Stall(Duration::from_secs(60))).start().await;
    insert_notices(&service.db, "reader", 1, 0);
    service.core.wake_mail();
    sql::until(&service.db, "(SELECT attempts FROM outbox) = 1").await;
    let before = sql::text(&service.db, "SELECT due_at FROM outbox");
    let id: uuid::Uuid = sql::text(&service.db, "SELECT id FROM outbox").parse().unwrap();
    let tell = |attempt, outcome| {
        service.core.db.run("late", move |tx| outbox::settle(tx, id, attempt, &outcome))
    };
    tell(0, outbox::Outcome::Later(Duration::ZERO, "late".into())).await.unwrap();
    tell(0, outbox::Outcome::Failed("late".into())).await.unwrap();
    assert_eq!(sql::text(&service.db, "SELECT state FROM outbox"), "waiting");
    assert_eq!(sql::text(&service.db, "SELECT due_at FROM outbox"), before);
    tell(0, outbox::Outcome::Sent).await.unwrap();
    assert_eq!(sql::text(&service.db, "SELECT state FROM outbox"), "sent", "sent is sent");
}

#[tokio::test]
async fn the_mailed_token_is_the_one_that_the_row_knows() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    let token = service.token_for("ada@example.org", 1).await;
    let token = notary::domain::token::PlainToken::parse(&token).unwrap();
    let known = sql::text(&service.db, "SELECT encode(token_hash, 'hex') FROM confirmations");
    assert_eq!(HEXLOWER.encode(token.hash().as_bytes()), known);
    let kept = sql::text(&service.db, "SELECT string_agg(t::text, ' ') FROM outbox AS t")
        + &sql::text(&service.db, "SELECT string_agg(t::text, ' ') FROM confirmations AS t")
        + &sql::text(&service.db, "SELECT string_agg(t::text, ' ') FROM signups AS t");
    assert!(!kept.contains(&token.reveal()), "the token itself is nowhere");
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_after_growing_delays() {
    let (settings, accepts) = refusing_for_now();
    let service = settings.start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    for (attempt, delay) in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60)] {
        let failed = format!(
            "(SELECT attempts = {attempt} AND last_error = 'SMTP 451' \
              AND due_at BETWEEN now() + interval '{} s' AND now() + interval '{delay} s' \
              FROM outbox)",
            delay - 3
        );
        sql::until(&service.db, &failed).await;
        sql::execute(&service.db, "UPDATE outbox SET last_error = NULL");
        if attempt == 6 {
            accepts.store(true, Ordering::SeqCst);
        }
        make_due(&service);
    }
    let token = service.token_for("ada@example.org", 1).await;
    let confirmed = service.client().confirm(&ada, &token).await.unwrap();
    assert!(matches!(confirmed, Confirmation::Active(_)));
}

#[tokio::test]
async fn what_fails_for_good_is_parked_where_operators_see_it() {
    let service = Settings::default().mail_policy(|_| Verdict::Permanent).start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    sql::until(&service.db, "(SELECT state FROM outbox) = 'failed'").await;
    assert_eq!(sql::text(&service.db, "SELECT last_error FROM outbox"), "SMTP 550");
    let queue = service.core.db.read("queue", outbox::queue).await.unwrap();
    assert_eq!((queue.waiting, queue.failed), (0, 1));
    // Another node reads the numbers when it starts.
    let other = Settings::default().beside(&service).start().await;
    let metrics = async |node: &Service| {
        node.admin(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap()
    };
    assert!(metrics(&service).await.contains("notary_mails_failed_total 1\n"));
    let shown = async {
        while !metrics(&other).await.contains("notary_mails_parked 1\n") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), shown).await.expect("the gauge counts it");
}

#[tokio::test]
async fn recipients_that_stall_or_are_refused_delay_nobody_else() {
    let service = Settings::default()
        .mail_policy(|to| match to {
            to if to.starts_with("stalls") => Verdict::Stall(Duration::from_secs(60)),
            to if to.starts_with("bad") => Verdict::Permanent,
            _ => Verdict::Accept,
        })
        .start()
        .await;
    // Many that stall each time they are tried, and some that stall for the first time.
    insert_notices(&service.db, "stalls-again", 100, 3);
    insert_notices(&service.db, "stalls-first", 10, 0);
    insert_notices(&service.db, "bad", 5, 0);
    service.core.wake_mail();
    let busy = "(SELECT count(*) FROM outbox WHERE due_at > now() AND recipient LIKE 'stalls%')";
    sql::until(&service.db, &format!("{busy} = 26")).await;
    let began = Instant::now();
    service.member("ada@example.org").await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    sql::until(&service.db, "(SELECT count(*) FROM outbox WHERE state = 'failed') = 5").await;
}

#[tokio::test]
async fn a_mail_server_that_stalls_holds_up_no_request_and_its_mail_flows_afterwards() {
    let stalls = Arc::new(AtomicBool::new(true));
    let asked = stalls.clone();
    let service = Settings::default()
        .mail_policy(move |_| match asked.load(Ordering::SeqCst) {
            true => Verdict::Stall(Duration::from_secs(3)),
            false => Verdict::Accept,
        })
        .start()
        .await;
    for n in 0..10 {
        let person = service.person(&format!("person{n}@example.org")).await;
        let began = Instant::now();
        service.client().sign_up(&person).await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
    assert!(service.sink.messages().is_empty());
    let ready = service.admin(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), 200, "a mail server is no reason to take us out");
    stalls.store(false, Ordering::SeqCst);
    service.member("ada@example.org").await;
    sql::until(&service.db, "(SELECT count(*) FROM outbox WHERE state = 'sent') = 11").await;
    assert_eq!(service.sink.messages().len(), 11);
}

#[tokio::test]
async fn an_expired_token_is_not_sent() {
    let (settings, accepts) = refusing_for_now();
    let service = settings.start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    sql::until(&service.db, "(SELECT last_error FROM outbox) = 'SMTP 451'").await;
    accepts.store(true, Ordering::SeqCst);
    sql::execute(&service.db, "UPDATE signups SET expires_at = now()");
    make_due(&service);
    sql::until(&service.db, "(SELECT state FROM outbox) = 'dropped'").await;
    assert!(service.sink.messages().is_empty());
}

#[tokio::test]
async fn a_token_is_tried_until_it_expires_and_a_notice_fifty_times() {
    let (settings, accepts) = refusing_for_now();
    let service = settings.start().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    insert_notices(&service.db, "b", 1, 0);
    sql::until(&service.db, "(SELECT bool_and(last_error = 'SMTP 451') FROM outbox)").await;
    sql::execute(&service.db, "UPDATE outbox SET attempts = 49, due_at = now()");
    service.core.wake_mail();
    let state = |purpose: &str| format!("(SELECT state FROM outbox WHERE purpose = '{purpose}')");
    sql::until(&service.db, &format!("{} = 'failed'", state("disabled"))).await;
    sql::until(&service.db, "(SELECT attempts = 50 FROM outbox WHERE purpose = 'signup')").await;
    accepts.store(true, Ordering::SeqCst);
    make_due(&service);
    sql::until(&service.db, &format!("{} = 'sent'", state("signup"))).await;
}

#[tokio::test]
async fn a_used_token_is_not_sent() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let new = service.person("ada@example.net").await;
    service.client().change_address("ada@example.org", &new).await.unwrap();
    let at_old = service.token_for("ada@example.org", 2).await;
    service.mail_for("ada@example.net", 1).await;
    let one_more = service.client().confirm(&new, &at_old).await.unwrap();
    assert!(matches!(one_more, Confirmation::OneMore));
    sql::until(&service.db, "NOT EXISTS (SELECT FROM outbox WHERE state = 'waiting')").await;

    // Both mails once more: the signup still waits for the new mailbox, but not for the old one.
    sql::execute(
        &service.db,
        "UPDATE outbox SET state = 'waiting', settled_at = NULL, due_at = now() \
         WHERE purpose IN ('address_old', 'address_new')",
    );
    service.core.wake_mail();
    service.mail_for("ada@example.net", 2).await;
    sql::until(&service.db, "(SELECT state FROM outbox WHERE purpose = 'address_old') = 'dropped'")
        .await;
    assert_eq!(service.mails_to(&ada.address), 2);
}

#[tokio::test]
async fn every_change_is_followed_by_a_notice() {
    let service = Service::start().await;
    let (client, verifier) = (service.client(), service.verifier());
    let ada = service.member("ada@example.org").await.with_new_key(&service);
    client.change_password(&ada).await.unwrap();
    client.confirm(&ada, &service.token_for("ada@example.org", 2).await).await.unwrap();
    assert_is(&service.mail_for("ada@example.org", 3).await, "password");

    let moved = service.person("ada@example.net").await;
    client.change_address("ada@example.org", &moved).await.unwrap();
    client.confirm(&moved, &service.token_for("ada@example.org", 4).await).await.unwrap();
    client.confirm(&moved, &service.token_for("ada@example.net", 1).await).await.unwrap();
    let notice = service.mail_for("ada@example.org", 5).await;
    assert_is(&notice, "address");
    assert!(notice.text.unwrap().contains("ada@example.net"));

    client.disable(&moved).await.unwrap();
    assert_is(&service.mail_for("ada@example.net", 2).await, "disabled");

    service.member("eve@example.org").await;
    verifier.disable(Account::Address("eve@example.org"), false).await.unwrap();
    assert_is(&service.mail_for("eve@example.org", 2).await, "disabled");
}

/// A notice names its matter and carries no token.
fn assert_is(notice: &Mail, matter: &str) {
    let (subject, text) = (notice.subject.as_deref().unwrap(), notice.text.as_deref().unwrap());
    assert!(subject.to_lowercase().contains(matter), "{subject}");
    assert!(!text.contains("token="), "{text}");
}

#[tokio::test]
async fn mail_that_is_being_sent_is_finished_when_the_service_stops() {
    let service = Settings::default()
        .mail_policy(|_| Verdict::Stall(Duration::from_millis(700)))
        .start()
        .await;
    insert_notices(&service.db, "reader", 3, 0);
    service.core.wake_mail();
    sql::until(&service.db, "(SELECT sum(attempts) FROM outbox) = 3").await;
    let db = service.db.clone();
    service.stop().await;
    assert_eq!(sql::number(&db, "SELECT count(*) FROM outbox WHERE state = 'sent'"), 3);
}

#[tokio::test]
async fn a_link_names_the_purpose_of_its_token() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await.with_new_key(&service);
    service.client().change_password(&ada).await.unwrap();
    let mail = service.mail_for("ada@example.org", 2).await;
    let text = mail.text.as_deref().unwrap();
    assert!(text.contains("purpose=password"), "{text}");
    assert_ne!(token_in(&mail), service.token_for("ada@example.org", 1).await);
}
