//! What all requests share.

use crate::{clock::Clock, random::Random, store::db::Db};

/// The service behind the listener.
pub struct Service {
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub db: Db,
}
