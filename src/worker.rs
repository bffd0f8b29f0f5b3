//! What goes on beside requests: sending mail, and keeping house.

use crate::{
    core::Core,
    domain::token::PlainToken,
    flow,
    limits::MOST_BLOCKS,
    mail::{Letter, SendError, Transport},
    store::{
        blocks,
        outbox::{self, Claimed, Outcome, Room},
        signups, sweep,
    },
};
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

/// Mails that one node sends at the same time, so that some that stall do not stop the others.
const AT_ONCE: usize = 32;
/// Of these, mails that were tried before: however many recipients stall each time, a new mail
/// finds the other places taken by new ones alone, and each of those takes it once.
const TRIED_AT_ONCE: usize = AT_ONCE / 2;
/// A new mail waits so long, until the answer to the request that caused it has left: only some
/// requests cause one, and work beside an answer makes it later.
const LULL: Duration = Duration::from_millis(20);
/// How long a claimed mail is this node's alone: longer than any attempt to send it, which has 30
/// seconds. A node that dies holds its mails up for so long.
const LEASE: Duration = Duration::from_secs(45);
/// The first delay after a failure; it doubles each time …
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// … up to this, …
const LONGEST_DELAY: Duration = Duration::from_secs(3_600);
/// … or this for a token, which is of use for some minutes only.
const LONGEST_TOKEN_DELAY: Duration = Duration::from_secs(60);
/// A notice is given up after so many attempts, about two days; a token when it expires.
const MOST_ATTEMPTS: i32 = 50;
/// Nobody waits longer than this for another node's mail or block.
const TICK: Duration = Duration::from_millis(500);
/// Rows are deleted, and numbers for the operator read, this often.
const HOUSEKEEPING: Duration = Duration::from_secs(5);
/// Blocks that changed within this time are read again and again, so that one whose transaction
/// took long to commit is not missed.
const OVERLAP: Duration = Duration::from_secs(30);

/// Sends mail until `stop` is done, and then what is under way: cut off, it would go out once more.
pub async fn send_mail(core: Arc<Core>, transport: Arc<Transport>, stop: impl Future) {
    let mut stop = pin!(stop);
    let mut sending = JoinSet::new();
    let tried = Arc::new(Semaphore::new(TRIED_AT_ONCE));
    loop {
        core.mail_worker_is_alive();
        let room =
            Room { all: (AT_ONCE - sending.len()) as i64, tried: tried.available_permits() as i64 };
        for mail in claim(&core, room).await {
            let (core, transport) = (core.clone(), transport.clone());
            let place = (mail.attempts > 1).then(|| tried.clone().try_acquire_owned());
            sending.spawn(async move {
                deliver(&core, &transport, mail).await;
                drop(place);
            });
        }
        tokio::select! {
            _ = &mut stop => break,
            Some(_) = sending.join_next() => {}
            () = core.mail_waits(), if sending.len() < AT_ONCE => sleep(LULL).await,
            () = sleep(TICK) => {}
        }
    }
    while sending.join_next().await.is_some() {}
}

/// The mails that are due and have room: what this node cannot send yet is left to others.
async fn claim(core: &Core, room: Room) -> Vec<Claimed> {
    if room.all == 0 {
        return Vec::new();
    }
    core.db.run("claim mail", move |tx| outbox::claim(tx, room, LEASE)).await.unwrap_or_default()
}

async fn deliver(core: &Core, transport: &Transport, mail: Claimed) {
    let (id, attempts, purpose) = (mail.id, mail.attempts, mail.purpose.as_str());
    let longest_delay =
        if mail.purpose.carries_token() { LONGEST_TOKEN_DELAY } else { LONGEST_DELAY };
    let outcome = match letter(core, mail) {
        Some(letter) => {
            let result = transport.send(&letter, core.clock.now()).await;
            let is_last = attempts >= MOST_ATTEMPTS && letter.token.is_none();
            outcome(core, result, attempts, is_last, longest_delay)
        }
        None => Outcome::Dropped,
    };
    match &outcome {
        Outcome::Sent => tracing::info!(%id, purpose, "mail sent"),
        Outcome::Dropped => {
            tracing::info!(%id, purpose, "mail dropped: its token is of no use any more")
        }
        Outcome::Later(delay, error) => {
            tracing::warn!(%id, purpose, attempts, ?delay, error, "mail is tried again later");
        }
        Outcome::Failed(error) => tracing::error!(%id, purpose, attempts, error, "mail given up"),
    }
    // Where the database is away the lease runs out, and the mail goes out once more with the
    // same Message-ID.
    let _ = core.db.run("settle mail", move |tx| outbox::settle(tx, id, attempts, &outcome)).await;
}

/// The mail with its token, recomputed; `None` where nobody could use the token any more.
fn letter(core: &Core, mail: Claimed) -> Option<Letter> {
    let (token, expires_at) = if mail.purpose.carries_token() {
        let parts = mail.token.filter(|parts| parts.pending)?;
        let nonce = parts.nonce.as_slice().try_into().ok()?;
        let token = PlainToken::derive(&core.secrets, parts.signup, nonce);
        (Some(token.reveal()), parts.expires_at.timestamp())
    } else {
        (None, 0)
    };
    Some(Letter {
        id: mail.id,
        purpose: mail.purpose,
        to: mail.recipient,
        account: mail.account,
        token,
        expires_at,
        written_at: mail.created_at.timestamp(),
    })
}

fn outcome(
    core: &Core,
    result: std::result::Result<(), SendError>,
    attempts: i32,
    is_last: bool,
    longest_delay: Duration,
) -> Outcome {
    match result {
        Ok(()) => {
            core.metrics.mails_sent.inc();
            Outcome::Sent
        }
        Err(SendError::Temporary(error)) if !is_last => {
            core.metrics.mails_delayed.inc();
            Outcome::Later(delay(attempts).min(longest_delay), error)
        }
        Err(SendError::Temporary(error) | SendError::Permanent(error)) => {
            core.metrics.mails_failed.inc();
            Outcome::Failed(error)
        }
    }
}

fn delay(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    FIRST_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY)
}

/// Keeps the blocklist as the database has it, and tells the database what it does not have yet.
pub async fn follow_blocks(core: Arc<Core>) {
    let mut window = None;
    loop {
        let most = MOST_BLOCKS as i64;
        core.blocklist.begin_reading();
        let changes = core.db.read("follow blocks", move |tx| blocks::changed(tx, window, most));
        if let Ok(changes) = changes.await {
            core.blocklist.apply(&changes);
            window = Some(OVERLAP);
        } else {
            // Whatever changed in the meantime is in the whole list.
            window = None;
        }
        for (ip, remaining) in core.blocklist.unstored() {
            if flow::block::store(&core, ip, remaining).await.is_err() {
                break;
            }
        }
        sleep(TICK).await;
    }
}

/// Deletes what nobody needs and reads what the operator wants to see.
pub async fn keep_house(core: Arc<Core>) {
    loop {
        while core.db.run("sweep", sweep::round).await.unwrap_or(false) {}
        let numbers = core
            .db
            .read("numbers", |tx| Ok((outbox::queue(tx)?, signups::count_pending(tx)?)))
            .await;
        if let Ok((queue, pending)) = numbers {
            core.set_pending_signups(pending);
            core.metrics.pending_signups.set(pending);
            core.metrics.mail_queue.set(queue.waiting);
            core.metrics.mail_queue_age.set(queue.oldest_seconds);
            core.metrics.mails_parked.set(queue.failed);
        }
        sleep(HOUSEKEEPING).await;
    }
}
