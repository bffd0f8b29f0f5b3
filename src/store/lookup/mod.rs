//! Many callers, one question: which of these kids have an active key?
//!
//! Verification is what other applications call on every request. What a node has asked once it
//! knows as long as it holds a lease ([`lease`]), and whoever changes a key waits until every node
//! has forgotten it, or has no lease any more. All other lookups that have come in while one query
//! was under way go into the next one together, so that their cost falls as the load rises.

mod known;
mod lease;
mod roll;

pub use lease::LASTS as LEASE_LASTS;

use super::{
    keys::{self, ActiveKey},
    line::Line,
};
use crate::{
    domain::salt::Kid,
    error::{Error, Result},
    metrics::Source,
};
use known::Known;
use lease::Lease;
use prometheus_client::metrics::{counter::Counter, family::Family};
use roll::PIECE;
use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};

/// The most kids in one query.
const BATCH: usize = 256;
/// The most lookups that wait; more are turned away at once.
const QUEUE: usize = 4_096;
/// While so many who have their answer wait for each processor, which they need for 0.14 ms, nobody
/// comes later for it when lookups gather before they are asked, …
const BACKLOG: usize = 3;
/// … this long.
const GATHERING: Duration = Duration::from_micros(300);
/// No lookup waits longer.
const PATIENCE: Duration = Duration::from_millis(1_800);

/// What is known of keys, and where lookups wait for the next query. Ends its thread and its
/// connection when it is dropped.
pub struct Lookups {
    known: Arc<Known>,
    queue: SyncSender<Message>,
}

enum Message {
    Ask(Waiting),
    /// A key has changed: somebody waits until this node has forgotten it.
    Recall,
    /// The node stops.
    GiveBack(oneshot::Sender<()>),
}

struct Waiting {
    kid: Kid,
    answer: oneshot::Sender<Option<Arc<ActiveKey>>>,
}

impl Lookups {
    /// Starts a thread with a connection of its own; what it has learnt takes at most so many
    /// bytes. `backlog` counts those who have their answer and wait for a processor; `counts`
    /// counts the answers. Does not connect yet.
    ///
    /// Errors: [`Error::Broken`] where the system gives no thread.
    pub fn start(
        db_uri: &str,
        bytes: usize,
        backlog: Arc<AtomicUsize>,
        counts: &Family<Source, Counter>,
    ) -> Result<Self> {
        let (queue, messages) = sync_channel(QUEUE);
        let counter = |source| counts.get_or_create_owned(&Source { source });
        let known = Arc::new(Known::new(bytes, counter("memory")));
        let desk = Desk {
            line: Line::new(db_uri),
            known: known.clone(),
            lease: Lease::none(),
            asked: counter("database"),
        };
        thread::Builder::new()
            .name("lookups".to_owned())
            .spawn(move || desk.work(&messages, &backlog))
            .map_err(|_| Error::Broken("the system gives no thread"))?;
        Ok(Self { known, queue })
    }

    /// The active key that a kid names, as of a moment after this call, or as any change that was
    /// answered before this call has left it.
    ///
    /// Errors: [`Error::Busy`] and [`Error::DatabaseAway`] within two seconds.
    pub async fn active_key(&self, kid: Kid) -> Result<Option<Arc<ActiveKey>>> {
        if let Some(known) = self.known.recall(&kid) {
            return Ok(known);
        }
        let (answer, answered) = oneshot::channel();
        let question = Message::Ask(Waiting { kid, answer });
        self.queue.try_send(question).map_err(|_| Error::Busy)?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(_)) | Err(_) => Err(Error::DatabaseAway),
        }
    }

    /// Whether this node answers from memory what it knows.
    pub fn lease_is_held(&self) -> bool {
        self.known.counts()
    }

    /// Forgets at once what has to be forgotten, instead of at the next renewal.
    pub fn recall(&self) {
        // A queue that is full is being worked on, renewals included.
        let _ = self.queue.try_send(Message::Recall);
    }

    /// Ends the lease, so that nobody waits for a node that has stopped. Takes `patience` at most.
    pub async fn give_back(&self, patience: Duration) {
        let (done, is_done) = oneshot::channel();
        if self.queue.try_send(Message::GiveBack(done)).is_ok() {
            let _ = timeout(patience, is_done).await;
        }
    }
}

/// What the thread works with.
struct Desk {
    line: Line,
    known: Arc<Known>,
    lease: Lease,
    /// Kids that PostgreSQL was asked for.
    asked: Counter,
}

impl Desk {
    fn work(mut self, messages: &Receiver<Message>, backlog: &AtomicUsize) {
        let most = BACKLOG * thread::available_parallelism().map_or(1, NonZeroUsize::get);
        loop {
            let first = match self.lease.renewal_is_due_in() {
                Some(time) => messages.recv_timeout(time),
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            if matches!(first, Err(RecvTimeoutError::Disconnected)) {
                return self.lease.give_back(&mut self.line, &self.known);
            }
            if matches!(first, Ok(Message::Ask(_))) && backlog.load(Ordering::Relaxed) >= most {
                thread::sleep(GATHERING);
            }
            let (mut batch, mut recalled) = (Vec::new(), false);
            for message in first.into_iter().chain(messages.try_iter().take(BATCH - 1)) {
                match message {
                    // Whoever has given up meanwhile costs nothing more.
                    Message::Ask(waiting) if waiting.answer.is_closed() => {}
                    Message::Ask(waiting) => batch.push(waiting),
                    Message::Recall => recalled = true,
                    Message::GiveBack(done) => {
                        self.lease.give_back(&mut self.line, &self.known);
                        let _ = done.send(());
                        return;
                    }
                }
            }
            self.lease.tend(&mut self.line, &self.known, batch.len(), recalled);
            if !batch.is_empty() {
                self.answer(batch);
            }
        }
    }

    fn answer(&mut self, batch: Vec<Waiting>) {
        let mut kids: Vec<Kid> = batch.iter().map(|waiting| waiting.kid).collect();
        kids.sort_unstable();
        kids.dedup();
        self.asked.inc_by(kids.len() as u64);
        let found = match self.line.run(|tx| keys::active_by_kids(tx, &kids)) {
            Ok(found) => found,
            Err(error) => {
                // Dropped, a question is answered by `DatabaseAway`.
                return tracing::warn!(transaction = "verify", %error, "database");
            }
        };
        let strangers = kids.len() - found.len();
        let found: HashMap<Kid, Arc<ActiveKey>> =
            found.into_iter().map(|key| (key.kid, Arc::new(key))).collect();
        if self.lease.is_held() {
            for kid in kids {
                self.known.learn(kid, found.get(&kid).cloned());
            }
        }
        for Waiting { kid, answer } in batch {
            let _ = answer.send(found.get(&kid).cloned());
        }
        if self.lease.is_held() {
            self.read_roll(strangers);
        }
    }

    /// Reads on which kids have an active key, as far as that is worth it.
    fn read_roll(&mut self, strangers: usize) {
        if !self.known.roll().is_worth_a_piece(strangers) {
            return;
        }
        let after = self.known.roll().read_to();
        match self.line.run(|tx| keys::active_kids(tx, after, PIECE)) {
            Ok(kids) => self.known.roll().read(&kids),
            Err(error) => tracing::warn!(transaction = "roll", %error, "database"),
        }
    }
}
