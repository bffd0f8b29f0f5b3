//! What a node may answer from memory, as long as its lease lasts.

use super::roll::Roll;
use crate::{clock::since_boot, domain::salt::Kid, store::keys::ActiveKey};
use prometheus_client::metrics::counter::Counter;
use quick_cache::sync::Cache;
use std::{
    sync::{
        Arc, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Bytes that one remembered key takes, with its copy for jsonwebtoken and the cache's bookkeeping.
const BYTES_EACH: usize = 1_536;

/// Which kids have an active key, and which have none. Written by the thread of the lookups alone,
/// read by everybody.
///
/// Bounded; what comes once does not drive out what comes again (S3-FIFO).
pub(super) struct Known {
    keys: Cache<Kid, Option<Arc<ActiveKey>>>,
    roll: RwLock<Roll>,
    /// Nanoseconds since the machine's start; 0 where there is no lease.
    until: AtomicU64,
    /// Answers given from here.
    answers: Counter,
}

impl Known {
    /// Nothing yet, and at most as much as fits into so many bytes. Answers are counted.
    pub(super) fn new(bytes: usize, answers: Counter) -> Self {
        Self {
            keys: Cache::new(bytes / 4 * 3 / BYTES_EACH),
            roll: RwLock::new(Roll::new(bytes / 4)),
            until: AtomicU64::new(0),
            answers,
        }
    }

    /// What is known of a kid, if it still counts: its active key, or that it has none.
    pub(super) fn recall(&self, kid: &Kid) -> Option<Option<Arc<ActiveKey>>> {
        // Before the key is looked at: whatever had to be forgotten for this lease, was.
        if !self.counts() {
            return None;
        }
        let known = match self.keys.get(kid) {
            Some(known) => known,
            None if self.is_excluded(kid) => None,
            None => return None,
        };
        self.answers.inc();
        Some(known)
    }

    /// Whether the lease still lasts.
    pub(super) fn counts(&self) -> bool {
        nanos(since_boot()) < self.until.load(Ordering::Acquire)
    }

    pub(super) fn learn(&self, kid: Kid, key: Option<Arc<ActiveKey>>) {
        self.keys.insert(kid, key);
    }

    pub(super) fn forget(&self, kid: &Kid) {
        self.keys.remove(kid);
        self.roll().admit(kid);
    }

    fn is_excluded(&self, kid: &Kid) -> bool {
        self.roll.read().unwrap_or_else(PoisonError::into_inner).excludes(kid)
    }

    /// Who has no active key, to be read on.
    pub(super) fn roll(&self) -> RwLockWriteGuard<'_, Roll> {
        self.roll.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rest counts until then, in time since the machine's start.
    pub(super) fn lasts_until(&self, end: Duration) {
        self.until.store(nanos(end), Ordering::Release);
    }

    pub(super) fn forget_all(&self) {
        self.until.store(0, Ordering::Release);
        self.keys.clear();
        self.roll().forget_all();
    }

    /// So many answers were given from here.
    pub(super) fn answers(&self) -> u64 {
        self.answers.get()
    }
}

/// Good for 584 years.
fn nanos(time: Duration) -> u64 {
    time.as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kid(n: u8) -> Kid {
        Kid::from_stored(&[n; 64]).unwrap()
    }

    #[test]
    fn what_is_known_counts_as_long_as_the_lease_lasts_and_no_longer() {
        let known = Known::new(1_000_000, Counter::default());
        let (past, hour) = (since_boot(), Duration::from_secs(3_600));
        known.learn(kid(1), None);
        assert!(known.recall(&kid(1)).is_none(), "no lease yet");
        known.lasts_until(since_boot() + hour);
        assert!(matches!(known.recall(&kid(1)), Some(None)));
        assert!(known.recall(&kid(2)).is_none(), "nothing is known of it");
        known.lasts_until(past);
        assert!(known.recall(&kid(1)).is_none(), "it has run out");
        known.lasts_until(since_boot() + hour);
        known.forget(&kid(1));
        assert!(known.recall(&kid(1)).is_none());
        assert_eq!(known.answers(), 1);
    }

    #[test]
    fn whoever_forgets_all_has_no_lease_any_more() {
        let known = Known::new(1_000_000, Counter::default());
        known.lasts_until(since_boot() + Duration::from_secs(3_600));
        known.forget_all();
        known.learn(kid(1), None);
        assert!(known.recall(&kid(1)).is_none());
    }

    #[test]
    fn a_flood_of_kids_takes_no_more_than_its_share_and_leaves_what_is_used() {
        let known = Known::new(100 * BYTES_EACH / 3 * 4, Counter::default());
        known.lasts_until(since_boot() + Duration::from_secs(3_600));
        known.learn(kid(1), None);
        for n in 0..10_000u64 {
            let mut bytes = [0; 64];
            bytes[..8].copy_from_slice(&n.to_be_bytes());
            known.learn(Kid::from_stored(&bytes).unwrap(), None);
            assert!(known.recall(&kid(1)).is_some(), "after {n}");
        }
        assert!(known.keys.len() <= 100, "{}", known.keys.len());
    }
}
