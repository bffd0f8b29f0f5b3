//! `DELETE /signature`, by the user or by an admin: the key ends at once.

use super::{authenticate::active_key, recall::recall};
use crate::{
    core::Core,
    domain::{address::Address, salt::Kid},
    error::{Error, Result},
    mail::Purpose,
    store::{
        Tx, accounts, blocks, events, jtis,
        keys::{self, Ended, EndedBy},
        locks,
        outbox::{self, NewMail},
        signups,
    },
};
use serde_json::json;
use uuid::Uuid;

/// Disables the account whose active key has signed the JWT.
///
/// Errors: [`Error::SignatureRefused`] for every other key.
pub async fn by_user(core: &Core, jwt: &str) -> Result<()> {
    let (active, claims) = active_key(core, jwt, "DELETE").await?;
    let notice = core.random.uuid();
    let address = active.address.clone();
    let ended = core
        .db
        .run("disable by user", move |tx| {
            locks::hold(tx, &[&active.address])?;
            // Ended by somebody else while we waited for the lock?
            let current = keys::active_by_address(tx, &active.address)?;
            let signer = active.key.thumbprint();
            if current.map(|key| key.key.thumbprint()) != Some(signer) {
                return Err(Error::SignatureRefused);
            }
            jtis::spend(tx, signer, &claims)?;
            end(tx, &active.address, EndedBy::User, notice)
        })
        .await?;
    core.wake_mail();
    tracing::info!(address = core.log_name(&address), "disabled by its user");
    core.write_down(ended).await?;
    recall(core, vec![address]).await;
    Ok(())
}

/// Whom an admin means.
#[derive(Clone, Debug)]
pub enum Target {
    /// The account of an address.
    Address(Address),
    /// The account that a kid names.
    Kid(Kid),
}

/// Disables an account and ends its pending signups; with `block` the address cannot sign up again
/// until that is lifted.
///
/// Errors: [`Error::Unknown`] where there is no such account and nothing to block.
pub async fn by_admin(core: &Core, target: Target, block: bool) -> Result<()> {
    let notice = core.random.uuid();
    let (address, ended) = core
        .db
        .run("disable by admin", move |tx| {
            let address = match &target {
                Target::Address(address) => address.clone(),
                Target::Kid(kid) => accounts::by_kid(tx, kid)?.ok_or(Error::Unknown)?.address,
            };
            locks::hold(tx, &[&address])?;
            let known = accounts::by_address(tx, &address)?.is_some();
            if !known && !block {
                return Err(Error::Unknown);
            }
            if block && blocks::block_address(tx, &address)? {
                events::record(tx, events::Kind::AddressBlocked, &address, None, json!({}))?;
            }
            let ended = end(tx, &address, EndedBy::Admin, notice)?;
            Ok((address, ended))
        })
        .await?;
    core.wake_mail();
    tracing::info!(address = core.log_name(&address), block, "disabled by an admin");
    core.write_down(ended).await?;
    // Also where there was nothing to end: somebody else may just have ended it.
    recall(core, vec![address]).await;
    Ok(())
}

fn end(tx: &mut Tx, address: &Address, by: EndedBy, notice: Uuid) -> Result<Option<Ended>> {
    signups::end_all(tx, address)?;
    let Some(ended) = keys::end(tx, address, by)? else { return Ok(None) };
    let purpose = Some(Purpose::NoticeDisabled);
    let (recipient, account) = (address, address);
    outbox::insert(tx, &NewMail { id: notice, purpose, recipient, account, confirmation: None })?;
    events::record(tx, event(by), address, Some(ended.thumbprint), json!({}))?;
    Ok(Some(ended))
}

fn event(by: EndedBy) -> events::Kind {
    match by {
        EndedBy::Admin => events::Kind::DisabledByAdmin,
        EndedBy::User => events::Kind::DisabledByUser,
        EndedBy::Password => events::Kind::PasswordChanged,
        EndedBy::Address => events::Kind::AddressChanged,
    }
}
