//! An IP over the limit is kept away from every node.

use crate::{
    core::Core,
    error::Result,
    limits::IpKey,
    store::{blocks, events},
};
use std::time::Duration;

/// Blocks an IP here at once and, as soon as the database has it, everywhere. Where the database is
/// away the block holds here, and is stored later.
pub async fn ip(core: &Core, ip: IpKey) {
    let time = core.config.block_for;
    core.blocklist.block(ip, time);
    tracing::warn!(%ip, "blocked: too many calls within a minute");
    // An error is in the log already.
    let _ = store(core, ip, time).await;
}

/// Stores this node's block. Its event is recorded once, however many nodes store one.
pub async fn store(core: &Core, ip: IpKey, time: Duration) -> Result<()> {
    core.db
        .run("block ip", move |tx| {
            let ip = ip.to_string();
            if blocks::block(tx, &ip, time)? {
                events::record_ip(tx, events::Kind::IpBlocked, &ip)?;
            }
            Ok(())
        })
        .await?;
    core.blocklist.mark_stored(ip);
    Ok(())
}
