//! The service's state, for commands that work on the database themselves.

use super::exit::Failure;
use crate::{
    clock::Clock,
    config::Config,
    core::Core,
    store::{
        db::Db,
        migrations::{self, SchemaError, SchemaState},
    },
};
use std::num::NonZeroU32;

/// Connects by the configured settings. The schema stays as it is: only `serve` and `migrate`
/// change it.
pub async fn core() -> Result<Core, Failure> {
    let mut config = Config::from_env()?;
    config.db_pool_size = NonZeroU32::MIN;
    let db = Db::new(config.db_uri.expose(), config.db_pool_size);
    match db.read("schema", migrations::state).await? {
        SchemaState::Current => Ok(Core::open_beside(config, Clock::system()).await?),
        SchemaState::TooNew => Err(SchemaError::TooNew.into()),
        SchemaState::Pending(_) => Err(Failure::Other(
            "the database's schema is older than this notary: run `notary migrate` first".into(),
        )),
    }
}
