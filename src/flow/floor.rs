//! Answers that come too soon tell something.

use std::{thread::sleep, time::Duration};
use tokio::task::spawn_blocking;

/// Whether the database finds a row makes a difference of some microseconds, which many calls would
/// bring to light. What has a floor is done within a millisecond or two, unless much is asked for at
/// once.
const LEAST: Duration = Duration::from_millis(3);

/// Does what tells nothing of accounts but by the time it takes: no result comes sooner than 3 ms
/// after the call.
pub(super) async fn no_sooner<T>(work: impl Future<Output = T>) -> T {
    // On a thread of its own: the runtime's timer counts whole milliseconds from when its thread has
    // nothing more to do, so what the work took would still show.
    let floor = spawn_blocking(|| sleep(LEAST));
    let done = work.await;
    let _ = floor.await;
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test]
    async fn what_is_done_at_once_takes_three_milliseconds() {
        let began = Instant::now();
        assert_eq!(no_sooner(async { 1 }).await, 1);
        assert!(began.elapsed() >= LEAST);
    }
}
