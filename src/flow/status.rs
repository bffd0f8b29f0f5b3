//! `POST /signature`: is my key the active one?

use super::authenticate::active_key;
use crate::{
    core::Core,
    error::Result,
    store::{jtis, keys::ActiveKey},
};

/// The active key that has signed this JWT.
///
/// Errors: [`crate::error::Error::SignatureRefused`] for every other key, active or not.
pub async fn status(core: &Core, jwt: &str) -> Result<ActiveKey> {
    let (active, claims) = active_key(core, jwt, "POST").await?;
    let key = active.key.thumbprint();
    core.db.run("status", move |tx| jtis::spend(tx, key, &claims)).await?;
    Ok(active)
}
