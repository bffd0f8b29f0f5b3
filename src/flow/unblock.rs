//! `DELETE /blocks/…`: an IP may call again, an address may sign up again.

use crate::{
    core::Core,
    domain::address::Address,
    error::{Error, Result},
    limits::IpKey,
    store::{blocks, events},
};
use serde_json::json;

/// Lifts an IP's block, on this node at once and on the others within a second.
///
/// Errors: [`Error::Unknown`] where it is not blocked.
pub async fn ip(core: &Core, ip: IpKey) -> Result<()> {
    core.db
        .run("lift block", move |tx| {
            if !blocks::lift(tx, &ip.to_string())? {
                return Err(Error::Unknown);
            }
            events::record_ip(tx, events::Kind::IpUnblocked, &ip.to_string())
        })
        .await?;
    core.blocklist.lift(ip);
    tracing::info!(%ip, "block lifted");
    Ok(())
}

/// Lets an address sign up again.
///
/// Errors: [`Error::Unknown`] where it is not blocked.
pub async fn address(core: &Core, address: Address) -> Result<()> {
    let name = core.log_name(&address);
    core.db
        .run("unblock address", move |tx| {
            if !blocks::unblock_address(tx, &address)? {
                return Err(Error::Unknown);
            }
            events::record(tx, events::Kind::AddressUnblocked, &address, None, json!({}))
        })
        .await?;
    tracing::info!(address = name, "may sign up again");
    Ok(())
}
