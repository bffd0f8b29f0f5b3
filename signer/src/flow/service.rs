//! What all requests share.

use crate::{clock::Clock, config::Config, random::Random, store::db::Db};

/// The service behind the listener.
pub struct Service {
    /// The settings.
    pub config: Config,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub db: Db,
}
