//! `POST /salt`: what a client needs to make its key.

use super::floor::no_sooner;
use crate::{
    core::Core,
    domain::{
        address::Address,
        oprf::{self, Blinded},
        salt::Salt,
    },
    error::{Error, Result},
    limits::IpKey,
    store::keys,
};

/// Salt and, where asked for, the evaluated OPRF element.
pub struct Answer {
    /// The address's salt.
    pub salt: Salt,
    /// 49 bytes of SEC1; `None` where nothing was to evaluate.
    pub evaluated: Option<Vec<u8>>,
}

/// The same work for every address, known or not, and no row is written.
///
/// Errors: [`Error::TooManyEvaluations`] where somebody guesses passwords for this address.
pub async fn salt(
    core: &Core,
    address: &Address,
    blinded: Option<&Blinded>,
    ip: IpKey,
) -> Result<Answer> {
    let blinded = blinded.filter(|_| core.kdf.mentions_oprf());
    if blinded.is_some() {
        core.evaluations.check(core.address_key(address), ip).map_err(|retry_after| {
            Error::TooManyEvaluations {
                retry_after,
                per_hour: core.config.max_evaluations_per_hour,
            }
        })?;
    }
    let work = async {
        let salt = of(core, address).await?;
        let evaluated = blinded.map(|blinded| oprf::evaluate(&core.secrets, address, blinded));
        Ok(Answer { salt, evaluated })
    };
    no_sooner(work).await
}

/// The salt that an account was made with, else the one that follows from the secret. Both are
/// always looked for.
pub(super) async fn of(core: &Core, address: &Address) -> Result<Salt> {
    let derived = Salt::derive(&core.secrets, address);
    let address = address.clone();
    let stored = core.db.read("salt", move |tx| keys::salt(tx, &address)).await?;
    Ok(stored.unwrap_or(derived))
}
