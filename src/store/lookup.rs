//! Many callers, one question: which of these kids have an active key?
//!
//! Verification is what other applications call on every request. All lookups that have come in
//! while one query was under way go into the next one together, so that their cost falls as the
//! load rises; and since that query begins after they came, each answer is as fresh as one of its
//! own.

use super::{
    db::Db,
    keys::{self, ActiveKey},
};
use crate::{
    domain::salt::Kid,
    error::{Error, Result},
};
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// The most kids in one query.
const BATCH: usize = 256;
/// The most lookups that wait; more are turned away at once.
const QUEUE: usize = 4_096;
/// No lookup waits longer.
const PATIENCE: Duration = Duration::from_millis(1_800);

/// Where lookups wait for the next query.
pub struct Lookups {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    kid: Kid,
    answer: oneshot::Sender<Result<Option<ActiveKey>>>,
}

impl Lookups {
    /// Starts a task that answers for as long as this lives. Needs a tokio runtime.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(answer(db, waiting));
        Self { queue }
    }

    /// The active key that a kid names, as of a moment after this call.
    ///
    /// Errors: [`Error::Busy`] and [`Error::DatabaseAway`] within two seconds.
    pub async fn active_key(&self, kid: Kid) -> Result<Option<ActiveKey>> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Waiting { kid, answer }).map_err(|_| Error::Busy)?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => Err(Error::DatabaseAway),
        }
    }
}

async fn answer(db: Db, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        // Whoever has given up meanwhile costs nothing more.
        batch.retain(|waiting| !waiting.answer.is_closed());
        let kids: Vec<Kid> = batch.iter().map(|waiting| waiting.kid).collect();
        let found = db.read("verify", move |tx| keys::active_by_kids(tx, &kids)).await;
        match found {
            Ok(found) => deliver(&mut batch, found),
            Err(Error::Busy) => batch.drain(..).for_each(|waiting| {
                let _ = waiting.answer.send(Err(Error::Busy));
            }),
            // Dropped, a question is answered by `DatabaseAway`; the error itself is in the log.
            Err(_) => batch.clear(),
        }
    }
}

fn deliver(batch: &mut Vec<Waiting>, found: Vec<ActiveKey>) {
    let found: HashMap<Kid, ActiveKey> = found.into_iter().map(|key| (key.kid, key)).collect();
    for Waiting { kid, answer } in batch.drain(..) {
        let _ = answer.send(Ok(found.get(&kid).cloned()));
    }
}
