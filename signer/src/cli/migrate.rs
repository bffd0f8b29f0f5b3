//! `notary-signer migrate --ini F`

use super::exit::Failure;
use crate::{config::Config, store::migrations};
use std::path::Path;

/// Brings the database's schema to this binary's version, as every start of the service does; gives
/// what to tell the user.
///
/// # Errors
/// [`Failure`]: the settings, the database.
pub fn migrate(ini: &Path, env: impl Iterator<Item = (String, String)>) -> Result<String, Failure> {
    let config = Config::load(ini, env)?;
    let applied = migrations::migrate(config.database.expose())?;
    Ok(match applied.as_slice() {
        [] => "The schema is up to date.".to_owned(),
        applied => format!("Applied: {}", applied.join(", ")),
    })
}
