//! A key has changed, and no node may go by what it knew.

use crate::{
    core::Core,
    domain::address::Address,
    store::{
        db::Db,
        lookup::LEASE_LASTS,
        verifiers::{awaited, strike_out},
    },
};
use std::time::Duration;
use tokio::time::{sleep, timeout};

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
    everywhere(&core.db, addresses).await;
}

/// The same for whoever is no node. Takes two seconds at most, also while the database is away.
pub(super) async fn everywhere(db: &Db, addresses: Vec<Address>) {
    let forgotten = async {
        let mut pause = FIRST_PAUSE;
        while are_awaited(db, &addresses).await {
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(2 * pause);
        }
    };
    if timeout(LEASES_ARE_OUT, forgotten).await.is_ok() {
        return;
    }
    // They no longer answer from memory, and nobody else need wait for them. Where the database is
    // away, the next one who waits strikes them out.
    let struck = timeout(PATIENCE, db.run("strike out", move |tx| strike_out(tx, &addresses)));
    for verifier in struck.await.unwrap_or(Ok(Vec::new())).unwrap_or_default() {
        tracing::warn!(%verifier, "a node did not forget a key in time, and was struck out");
    }
}

/// Whoever cannot be asked may have not forgotten.
async fn are_awaited(db: &Db, addresses: &[Address]) -> bool {
    let addresses = addresses.to_vec();
    db.read("recall", move |tx| awaited(tx, &addresses)).await.unwrap_or(true)
}
