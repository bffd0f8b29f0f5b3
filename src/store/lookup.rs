//! Many callers, one question: which of these kids have an active key?
//!
//! Verification is what other applications call on every request. All lookups that have come in
//! while one query was under way go into the next one together, so that their cost falls as the
//! load rises; and since that query begins after they came, each answer is as fresh as one of its
//! own. What is remembered is only what never changes: what the key of an id is.

use super::{
    Tx,
    keys::{self, ActiveKey},
    line::Line,
};
use crate::{
    domain::salt::Kid,
    error::{Error, Result},
};
use quick_cache::unsync::Cache;
use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
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
/// Bytes that one remembered key takes, with its copy for jsonwebtoken and the cache's bookkeeping.
const BYTES_EACH: usize = 1_536;

/// Where lookups wait for the next query. Ends its thread and its connection when it is dropped.
pub struct Lookups {
    queue: SyncSender<Waiting>,
}

struct Waiting {
    kid: Kid,
    answer: oneshot::Sender<Option<Arc<ActiveKey>>>,
}

impl Lookups {
    /// Starts a thread with a connection of its own, which remembers as many keys as fit into so
    /// many bytes. `backlog` counts those who have their answer and wait for a processor. Does not
    /// connect yet.
    ///
    /// Errors: [`Error::Broken`] where the system gives no thread.
    pub fn start(db_uri: &str, bytes: usize, backlog: Arc<AtomicUsize>) -> Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let line = Line::new(db_uri);
        let remembered = Cache::new(bytes / BYTES_EACH);
        thread::Builder::new()
            .name("lookups".to_owned())
            .spawn(move || answer(line, &waiting, remembered, &backlog))
            .map_err(|_| Error::Broken("the system gives no thread"))?;
        Ok(Self { queue })
    }

    /// The active key that a kid names, as of a moment after this call.
    ///
    /// Errors: [`Error::Busy`] and [`Error::DatabaseAway`] within two seconds.
    pub async fn active_key(&self, kid: Kid) -> Result<Option<Arc<ActiveKey>>> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Waiting { kid, answer }).map_err(|_| Error::Busy)?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(_)) | Err(_) => Err(Error::DatabaseAway),
        }
    }
}

type Remembered = Cache<i64, Arc<ActiveKey>>;

fn answer(
    mut line: Line,
    queue: &Receiver<Waiting>,
    mut remembered: Remembered,
    backlog: &AtomicUsize,
) {
    let mut batch = Vec::with_capacity(BATCH);
    let most = BACKLOG * thread::available_parallelism().map_or(1, NonZeroUsize::get);
    while let Ok(first) = queue.recv() {
        if backlog.load(Ordering::Relaxed) >= most {
            thread::sleep(GATHERING);
        }
        batch.push(first);
        batch.extend(queue.try_iter().take(BATCH - 1));
        // Whoever has given up meanwhile costs nothing more.
        batch.retain(|waiting| !waiting.answer.is_closed());
        let mut kids: Vec<Kid> = batch.iter().map(|waiting| waiting.kid).collect();
        kids.sort_unstable();
        kids.dedup();
        match line.read(|tx| active_keys(tx, &kids, &mut remembered)) {
            Ok(found) => {
                let found: HashMap<Kid, &Arc<ActiveKey>> =
                    found.iter().map(|key| (key.kid, key)).collect();
                for Waiting { kid, answer } in batch.drain(..) {
                    let _ = answer.send(found.get(&kid).copied().cloned());
                }
            }
            Err(error) => {
                tracing::warn!(transaction = "verify", %error, "database");
                // Dropped, a question is answered by `DatabaseAway`.
                batch.clear();
            }
        }
    }
}

/// Which keys are active is asked; what they are is asked once.
fn active_keys(
    tx: &mut Tx,
    kids: &[Kid],
    remembered: &mut Remembered,
) -> Result<Vec<Arc<ActiveKey>>> {
    let ids = keys::active_ids(tx, kids)?;
    let (mut active, mut new) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match remembered.get(&id) {
            Some(key) => active.push(key.clone()),
            None => new.push(id),
        }
    }
    if !new.is_empty() {
        for (id, key) in keys::by_ids(tx, &new)? {
            let key = Arc::new(key);
            remembered.insert(id, key.clone());
            active.push(key);
        }
    }
    Ok(active)
}
