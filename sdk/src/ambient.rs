//! The one place that time and randomness come from, and a way to give others.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use rand::{CryptoRng, rand_core::UnwrapErr, rngs::SysRng};

/// A clock and a source of randomness. Clones share both.
#[derive(Clone)]
pub struct Ambient {
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
    rng: Arc<Mutex<dyn CryptoRng + Send>>,
}

impl Ambient {
    /// The system's clock and the operating system's generator.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    pub fn system() -> Self {
        let now =
            || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_secs() as i64);
        Self::new(now, UnwrapErr(SysRng))
    }

    /// A clock of seconds since the epoch and a generator of the caller's, for tests.
    pub fn new(
        now: impl Fn() -> i64 + Send + Sync + 'static,
        rng: impl CryptoRng + Send + 'static,
    ) -> Self {
        Self { now: Arc::new(now), rng: Arc::new(Mutex::new(rng)) }
    }

    /// Seconds since the epoch by this clock.
    pub fn now(&self) -> i64 {
        (self.now)()
    }

    /// Lends the generator. Never held over an await.
    pub(crate) fn with_rng<T>(&self, work: impl FnOnce(&mut (dyn CryptoRng + Send)) -> T) -> T {
        work(&mut *self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient(..)")
    }
}
