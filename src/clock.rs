//! Time as an argument: the system's clock, or one that a test turns by hand.

use rustix::time::{ClockId, Timespec, clock_gettime};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Whole seconds since the Unix epoch: a JWT's NumericDate (RFC 7519 section 2).
pub type Seconds = i64;

/// Where the service reads time from. Clones of a manual clock share their hands.
#[derive(Clone, Debug)]
pub enum Clock {
    /// Wall time from the system; intervals are monotonic and counted from `started`.
    System {
        /// When this clock was made.
        started: Instant,
    },
    /// Nanoseconds since the Unix epoch, moved by [`Clock::advance`] alone.
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// The system's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    pub fn system() -> Self {
        Self::System { started: Instant::now() }
    }

    /// A clock that stands still at `now` until it is advanced.
    pub fn manual(now: Seconds) -> Self {
        Self::Manual(Arc::new(AtomicU64::new(now.max(0) as u64 * 1_000_000_000)))
    }

    /// The current wall time.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the ambient clock")]
    pub fn now(&self) -> Seconds {
        match self {
            Self::System { .. } => {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_secs() as i64)
            }
            Self::Manual(nanos) => (nanos.load(Ordering::SeqCst) / 1_000_000_000) as i64,
        }
    }

    /// Time passed since a fixed moment; never runs backwards. For intervals only.
    pub fn elapsed(&self) -> Duration {
        match self {
            Self::System { started } => started.elapsed(),
            Self::Manual(nanos) => Duration::from_nanos(nanos.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(nanos) = self {
            nanos.fetch_add(by.as_nanos() as u64, Ordering::SeqCst);
        }
    }
}

/// Time since the machine's start, its sleep included; never runs backwards. Real even where a test
/// turns its clock: machines measure with it what they have agreed on with each other.
pub fn since_boot() -> Duration {
    // Apple's monotonic clock goes on while the machine sleeps, Linux' does not.
    #[cfg(target_os = "linux")]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: ClockId = ClockId::Monotonic;
    let Timespec { tv_sec, tv_nsec } = clock_gettime(CLOCK);
    Duration::new(tv_sec as u64, tv_nsec as u32)
}

impl governor::clock::Clock for Clock {
    type Instant = governor::nanos::Nanos;

    fn now(&self) -> Self::Instant {
        self.elapsed().into()
    }
}
