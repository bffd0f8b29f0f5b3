//! A key has changed, and no node may go by what it knew.

use crate::{
    core::Core,
    domain::address::Address,
    store::{
        db::Db,
        lookup::LEASE_LASTS,
        verifiers::{are_awaited, strike_out, unacknowledged},
    },
};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

/// Who has not forgotten by then has no lease any more, even where clocks run half as fast again.
const LEASES_ARE_OUT: Duration = LEASE_LASTS.saturating_add(Duration::from_millis(500));
/// For striking them out.
const PATIENCE: Duration = Duration::from_millis(500);
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(8);

/// Returns when every node has forgotten what it knew of these addresses' keys, or its lease has
/// run out: to be called after the commit of a change, and before anybody is told of it.
pub(super) async fn recall(core: &Core, addresses: Vec<Address>) {
    core.verifier.recall();
    let struck_out = everywhere(&core.db, addresses).await;
    core.metrics.nodes_struck_out.inc_by(struck_out as u64);
}

/// The same for whoever is no node. Takes two seconds at most where the database answers, and while
/// it is away. Returns how many nodes were struck out.
pub(super) async fn everywhere(db: &Db, addresses: Vec<Address>) -> usize {
    let out = Instant::now() + LEASES_ARE_OUT;
    let written = db.read("recalls", move |tx| unacknowledged(tx, &addresses));
    let Ok(Ok(written)) = timeout_at(out, written).await else {
        // Nobody knows who has forgotten, but then nobody has a lease any more.
        sleep_until(out).await;
        return 0;
    };
    // Only what was written by now must be waited for, and is old enough then to strike out by.
    if written.is_empty() || timeout(LEASES_ARE_OUT, acknowledged(db, &written)).await.is_ok() {
        return 0;
    }
    // They no longer answer from memory, and nobody else need wait for them. Where the database is
    // away, the next one who waits strikes them out.
    let struck = timeout(PATIENCE, db.run("strike out", move |tx| strike_out(tx, &written)));
    let struck = struck.await.unwrap_or(Ok(Vec::new())).unwrap_or_default();
    for verifier in &struck {
        tracing::warn!(%verifier, "a node did not forget a key in time, and was struck out");
    }
    struck.len()
}

async fn acknowledged(db: &Db, recalls: &[i64]) {
    let mut pause = FIRST_PAUSE;
    loop {
        let recalls = recalls.to_vec();
        if let Ok(false) = db.read("recalls", move |tx| are_awaited(tx, &recalls)).await {
            return;
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(2 * pause);
    }
}
