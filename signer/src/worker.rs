//! What goes on beside requests: sending webhooks.

use crate::{
    config::Webhook,
    flow::service::Service,
    store::{
        db::Access,
        outbox::{self, Claimed},
    },
};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, header::CONTENT_TYPE, redirect::Policy};
use sha2::Sha256;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::sleep};

/// How long one call may take, from the name's resolution to the answer's head.
const CALL_LIMIT: Duration = Duration::from_secs(10);
/// How long a claimed webhook is this node's alone: longer than a call. A node that dies holds its
/// webhooks up for so long.
const LEASE: Duration = Duration::from_secs(30);
/// Webhooks that one node sends at the same time.
const AT_ONCE: usize = 8;
/// The first delay after a failure; it doubles each time …
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// … up to this.
const LONGEST_DELAY: Duration = Duration::from_secs(3_600);
/// A webhook is given up after so many attempts, about two days.
const MOST_ATTEMPTS: i32 = 56;
/// Nobody waits longer than this for another node's webhooks, or for those that are due again.
const TICK: Duration = Duration::from_millis(500);

/// Sends webhooks until `stop` is done, and then what is under way. Ends at once where none are
/// configured, or the machine cannot make calls, which the log says.
///
/// A webhook is a `POST` of an event's JSON. `Notary-Signature: t=<now>,v1=<hex>` carries
/// HMAC-SHA-256(secret, `<now>.<body>`), `now` in seconds since the Unix epoch; `Notary-Delivery`
/// the webhook's id, the same in every attempt. It may arrive more than once, and not in order.
pub async fn send_webhooks(service: Arc<Service>, stop: impl Future) {
    let Some(webhook) = service.config.webhook.clone() else { return };
    // A proxy from the environment, or a redirect, would learn what is for this URL alone.
    let client = Client::builder().timeout(CALL_LIMIT).redirect(Policy::none()).no_proxy().build();
    let Ok(client) = client else { return tracing::error!("webhooks cannot be sent") };
    let sender = Arc::new(Sender { service, webhook, client });
    let (mut stop, mut sending) = (pin!(stop), JoinSet::new());
    loop {
        for due in sender.claim(AT_ONCE - sending.len()).await {
            let sender = sender.clone();
            sending.spawn(async move { sender.deliver(due).await });
        }
        tokio::select! {
            _ = &mut stop => break,
            Some(_) = sending.join_next() => {}
            () = sender.service.webhooks.notified(), if sending.len() < AT_ONCE => {}
            () = sleep(TICK) => {}
        }
    }
    while sending.join_next().await.is_some() {}
}

struct Sender {
    service: Arc<Service>,
    webhook: Webhook,
    client: Client,
}

/// Why a webhook did not arrive.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// Another attempt may succeed.
    Temporary(String),
    /// The receiver does not want it.
    Permanent(String),
}

impl Sender {
    async fn claim(&self, most: usize) -> Vec<Claimed> {
        if most == 0 {
            return Vec::new();
        }
        let now = self.service.clock.now();
        let claim = move |tx: &mut _| {
            Ok((outbox::claim(tx, most as i64, now, now + LEASE)?, outbox::count(tx)?))
        };
        let claimed = self.service.db.run("claim webhooks", Access::Write, claim).await;
        let Ok((claimed, waiting)) = claimed else { return Vec::new() };
        self.service.metrics.outbox.set(waiting);
        claimed
    }

    async fn deliver(&self, due: Claimed) {
        let (id, attempts) = (due.id, due.attempts);
        let sent = self.call(due).await;
        let now = self.service.clock.now();
        let metrics = &self.service.metrics;
        let (counter, next) = match sent {
            Ok(()) => {
                tracing::info!(%id, "webhook delivered");
                (&metrics.webhooks_sent, None)
            }
            Err(Failure::Temporary(error)) if attempts < MOST_ATTEMPTS => {
                tracing::warn!(%id, attempts, error, "webhook is tried again later");
                (&metrics.webhooks_delayed, Some(now + delay(attempts)))
            }
            Err(Failure::Temporary(error) | Failure::Permanent(error)) => {
                tracing::error!(%id, attempts, error, "webhook given up");
                (&metrics.webhooks_dropped, None)
            }
        };
        counter.inc();
        let settle = move |tx: &mut _| match next {
            None => outbox::remove(tx, id),
            Some(until) => outbox::postpone(tx, id, attempts, until),
        };
        // Where the database is away the lease runs out, and it is sent once more, with the same id.
        let _ = self.service.db.run("settle webhook", Access::Write, settle).await;
    }

    async fn call(&self, due: Claimed) -> Result<(), Failure> {
        let signature = sign(self.webhook.secret.expose(), self.service.clock.now(), &due.body);
        let answer = self
            .client
            .post(self.webhook.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("Notary-Signature", signature)
            .header("Notary-Delivery", due.id.to_string())
            .body(due.body)
            .send()
            .await
            .map_err(|error| Failure::Temporary(words(&error).to_owned()))?;
        judge(answer.status())
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn sign(secret: &str, now: DateTime<Utc>, body: &str) -> String {
    let now = now.timestamp();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(format!("{now}.{body}").as_bytes());
    format!("t={now},v1={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

fn judge(status: StatusCode) -> Result<(), Failure> {
    const AGAIN: [StatusCode; 3] =
        [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    let words = format!("HTTP {}", status.as_u16());
    if status.is_success() {
        Ok(())
    } else if status.is_client_error() && !AGAIN.contains(&status) {
        Err(Failure::Permanent(words))
    } else {
        Err(Failure::Temporary(words))
    }
}

fn words(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
}

fn delay(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    FIRST_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_an_hour() {
        let seconds = |attempts| delay(attempts).as_secs();
        assert_eq!([1, 2, 3, 10, 11, 56].map(seconds), [5, 10, 20, 2560, 3600, 3600]);
        let total: u64 = (1..MOST_ATTEMPTS).map(seconds).sum();
        assert!((46..50).contains(&(total / 3600)), "{total}");
    }

    #[test]
    fn answers_are_final_unless_they_may_get_better() {
        for (status, expected) in [
            (200, Ok(())),
            (204, Ok(())),
            (302, Err(Failure::Temporary("HTTP 302".to_owned()))),
            (404, Err(Failure::Permanent("HTTP 404".to_owned()))),
            (408, Err(Failure::Temporary("HTTP 408".to_owned()))),
            (425, Err(Failure::Temporary("HTTP 425".to_owned()))),
            (429, Err(Failure::Temporary("HTTP 429".to_owned()))),
            (500, Err(Failure::Temporary("HTTP 500".to_owned()))),
        ] {
            assert_eq!(judge(StatusCode::from_u16(status).unwrap()), expected);
        }
    }

    /// Computed with `printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac secret`.
    #[test]
    fn signatures_cover_time_and_body() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let mac = "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163";
        assert_eq!(sign("secret", now, "{}"), format!("t=1700000000,v1={mac}"));
    }
}
