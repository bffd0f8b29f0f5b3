//! Webhooks: signed, tried again, and only of what is committed.

use crate::{
    harness::{PATIENCE, Settings, database},
    stage::{SOURCE, Stage},
};
use data_encoding::HEXLOWER;
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use hmac::{Hmac, KeyInit, Mac};
use notary_signer::clock::Clock;
use serde_json::{Value, json};
use sha2::Sha256;
use std::{collections::BTreeMap, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    time::{sleep, timeout},
};

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// Takes webhooks.
struct Receiver(TcpListener);

/// A webhook as it came.
struct Hook {
    headers: BTreeMap<String, String>,
    body: String,
}

impl Receiver {
    async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn settings(&self) -> Settings {
        let url = format!("http://{}/hook", self.0.local_addr().unwrap());
        Settings::default().set("signer.webhook_url", &url).set("signer.webhook_secret", SECRET)
    }

    /// Awaits the next webhook, and answers with this status.
    async fn next(&self, status: u16) -> Hook {
        timeout(PATIENCE, self.receive(status)).await.expect("no webhook came")
    }

    async fn receive(&self, status: u16) -> Hook {
        let mut stream = BufReader::new(self.0.accept().await.unwrap().0);
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) => {
                    headers.insert(name.to_lowercase(), value.to_owned());
                }
                None if line.trim_end().is_empty() => break,
                None => assert!(line.starts_with("POST /hook HTTP/1.1"), "{line}"),
            }
        }
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        let answer =
            format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        Hook { headers, body: String::from_utf8(body).unwrap() }
    }
}

impl Hook {
    fn verify(&self) -> Value {
        let signature = &self.headers["notary-signature"];
        let (time, signature) = signature.split_once(",v1=").unwrap();
        let signed = format!("{}.{}", time.strip_prefix("t=").unwrap(), self.body);
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        mac.verify_slice(&HEXLOWER.decode(signature.as_bytes()).unwrap()).unwrap();
        assert_eq!(self.headers["content-type"], "application/json");
        serde_json::from_str(&self.body).unwrap()
    }
}

#[tokio::test]
async fn every_step_is_sent_signed() {
    let receiver = Receiver::start().await;
    let stage = Stage::with(receiver.settings()).await;
    stage.record("ed", "r", json!({})).await.expect(201);
    // Refused steps leave no trace.
    stage.ask("ed", "signed").await.expect(400);
    stage.ask("ed", "to-review").await.expect(200);
    let event = receiver.next(200).await.verify();
    assert_eq!(event["event"], "ReviewRequested");
    assert_eq!(event["payload"]["uri"], SOURCE);
    stage.ask("rae", "to-sign").await.expect(200);
    let event = receiver.next(204).await.verify();
    assert_eq!(event["event"], "ReviewApproved");
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again() {
    let (receiver, clock) = (Receiver::start().await, Clock::manual(Clock::System.now()));
    let stage = Stage::with(receiver.settings().clock(clock.clone())).await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.ask("ed", "to-review").await.expect(200);
    let mut outbox = database::connect(&stage.service.database);
    let first = receiver.next(500).await;
    settled(&mut outbox, &clock).await;
    clock.advance(Duration::from_secs(5));
    let second = receiver.next(429).await;
    settled(&mut outbox, &clock).await;
    clock.advance(Duration::from_secs(10));
    let third = receiver.next(410).await;
    settled(&mut outbox, &clock).await;
    for again in [&second, &third] {
        assert_eq!(again.headers["notary-delivery"], first.headers["notary-delivery"]);
        assert_eq!(again.body, first.body);
        assert_ne!(again.headers["notary-signature"], first.headers["notary-signature"]);
        again.verify();
    }
    // The third answer was final: the next webhook is of the next step.
    clock.advance(Duration::from_secs(3_600));
    stage.ask("rae", "to-sign").await.expect(200);
    assert_eq!(receiver.next(200).await.verify()["event"], "ReviewApproved");
}

/// Waits until no attempt is under way: a webhook that is being sent is its node's for 30 seconds,
/// and one that waits is due before that.
async fn settled(outbox: &mut PgConnection, clock: &Clock) {
    let leased = format!(
        "(SELECT count(*) FROM outbox WHERE next_attempt_at > '{}'::timestamptz + '20s'::interval)",
        clock.now().to_rfc3339()
    );
    let leased = sql::<BigInt>(&leased);
    let waits = async {
        while diesel::select(leased.clone()).get_result::<i64>(outbox).unwrap() > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, waits).await.expect("an attempt does not end");
}

#[tokio::test]
async fn two_nodes_send_it_once() {
    let receiver = Receiver::start().await;
    let stage = Stage::with(receiver.settings()).await;
    let other = receiver.settings().on(&stage.service.database).start().await;
    let mut sent = Vec::new();
    for n in 0..5 {
        stage.record("ed", "r", json!({"n": n})).await;
        stage.ask("ed", "to-review").await.expect(200);
        let hook = receiver.next(200).await;
        sent.push(hook.headers["notary-delivery"].clone());
    }
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 5);
    other.stop().await;
}
