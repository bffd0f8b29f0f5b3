//! What all requests share.

use crate::{
    clock::Clock, config::Config, events::Subscriber, metrics::Metrics, random::Random,
    signing::Signers, store::db::Db,
};
use std::sync::Arc;
use tokio::sync::Notify;

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
    /// What signs.
    pub signers: Signers,
    /// Who hears of reviews in the transaction.
    pub subscribers: Vec<Arc<dyn Subscriber>>,
    /// Wakes the sender of webhooks.
    pub webhooks: Notify,
    /// What is counted.
    pub metrics: Metrics,
}
