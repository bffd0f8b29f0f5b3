//! How often one caller may call: limits kept in memory, per node, never growing without bound.
//!
//! [`CallLimits`] counts calls per IP, [`Evaluations`] counts OPRF evaluations per address, and
//! [`AdminFailures`] counts wrong admin secrets per IP. None of them writes anything down: the
//! block that follows [`Verdict::Exhausted`] is the caller's to store, so that it holds on every
//! node and over a restart.

mod admin_failures;
mod blocklist;
mod bounded;
mod calls;
mod evaluations;
mod ip_key;
mod quota;
mod window;

pub use admin_failures::AdminFailures;
pub use blocklist::{Blocklist, MOST as MOST_BLOCKS};
pub use calls::{CallLimits, Decision, Verdict};
pub use evaluations::Evaluations;
pub use ip_key::{IpKey, NotAnIpKey};
pub use quota::{Left, Quota};

use std::time::Duration;

/// Rounds up to whole seconds, at least one: what `Retry-After` can say (RFC 9110 section 10.2.3).
fn whole_seconds(wait: Duration) -> Duration {
    let rounded_up = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Duration::from_secs(rounded_up.max(1))
}

/// One key's own token bucket (governor's GCRA), which also tells how much is left.
type TokenBucket = governor::RateLimiter<
    governor::state::NotKeyed,
    governor::state::InMemoryState,
    crate::clock::Clock,
    governor::middleware::StateInformationMiddleware,
>;

fn token_bucket(quota: governor::Quota, clock: &crate::clock::Clock) -> TokenBucket {
    governor::RateLimiter::direct_with_clock(quota, clock.clone()).with_middleware()
}
