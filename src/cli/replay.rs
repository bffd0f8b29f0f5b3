//! `notary replay`.

use super::{exit::Failure, print::print, runtime};
use crate::{config::Config, flow::replay, journal::Journal, store::db::Db};

/// Ends the keys again that a restored backup has revived, as the journal names them.
pub fn replay() -> Result<(), Failure> {
    let config = Config::from_env()?;
    let Some(path) = &config.journal else {
        return Err(Failure::Config("NOTARY_JOURNAL names no file to replay".to_owned()));
    };
    let (_, journalled) =
        Journal::open(path).map_err(|error| Failure::Config(error.to_string()))?;
    let db = Db::new(config.db_uri.expose(), config.db_pool_size);
    let replayed = runtime()?.block_on(replay::replay(&db, &journalled))?;
    print(&format!("Keys in the journal: {}; ended again: {replayed}\n", journalled.len()))
}
