//! Answers that come too soon tell something.

use std::time::Duration;
use tokio::time::sleep;

/// Whether the database finds a row, and a key is made of it, makes a difference of some
/// microseconds, which many calls would bring to light. The timer wakes in whole milliseconds, and
/// late by more than that: it blurs the difference, and does not take it away.
const LEAST: Duration = Duration::from_millis(3);

/// Does what tells nothing of accounts but by the time it takes: no result comes sooner than 3 ms.
pub(super) async fn no_sooner<T>(work: impl Future<Output = T>) -> T {
    tokio::join!(work, sleep(LEAST)).0
}
