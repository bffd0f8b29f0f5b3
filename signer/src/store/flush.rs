//! Everything is deleted.

use super::{Tx, lists};
use crate::error::Result;
use diesel::connection::SimpleConnection;

/// Deletes every object and everything that is known of them; webhooks that wait still go out.
/// `now` is in milliseconds.
///
/// # Errors
/// The database's.
pub fn everything(tx: &mut Tx, now: i64) -> Result<()> {
    tx.batch_execute("TRUNCATE objects, lists, history, editors, spent_tokens")?;
    lists::create(tx, &["/buckets".to_owned()], now)
}
