//! `notary migrate`.

use super::{exit::Failure, print::print};
use crate::{config::Config, store::migrations};

/// Brings the database's schema to this binary's version, as every start of the service does.
pub fn migrate() -> Result<(), Failure> {
    let config = Config::from_env()?;
    let applied = migrations::migrate(config.db_uri.expose())?;
    match applied.as_slice() {
        [] => print("The schema is up to date.\n"),
        applied => print(&format!("Applied: {}\n", applied.join(", "))),
    }
}
