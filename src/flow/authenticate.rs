//! Who signs with an active key.

use super::floor::no_sooner;
use crate::{
    core::Core,
    domain::jwt::{Unverified, UserClaims},
    error::{Error, Result},
    store::keys::{self, ActiveKey},
};

/// The active key that has signed a JWT for this endpoint. Unknown, pending and disabled accounts
/// and wrong keys cost the same work, take the same time and are one and the same error.
///
/// Errors: the JWT's own faults where they say nothing about accounts, else
/// [`Error::SignatureRefused`].
pub(super) async fn active_key(
    core: &Core,
    jwt: &str,
    method: &'static str,
) -> Result<(ActiveKey, UserClaims)> {
    no_sooner(find(core, jwt, method)).await
}

async fn find(core: &Core, jwt: &str, method: &'static str) -> Result<(ActiveKey, UserClaims)> {
    let jwt = Unverified::parse(jwt)?;
    let kid = *jwt.kid();
    let active = core.db.read("find key", move |tx| keys::active_by_kid(tx, &kid)).await?;
    let key = match &active {
        Some(active) => &active.key,
        None => &core.decoy.read_again(),
    };
    let signed = jwt.verify(key).map_err(|_| Error::SignatureRefused)?;
    let call = core.user_call(method, "/signature");
    let claims = signed.for_user_side(&call.as_call(), core.clock.now())?;
    match active {
        Some(active) if active.address == claims.subject => Ok((active, claims)),
        _ => Err(Error::SignatureRefused),
    }
}
