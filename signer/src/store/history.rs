//! What was done to the objects of a bucket.

use super::{Tx, exactly, schema::history};
use crate::{domain::object::Timestamp, error::Result};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// One thing that was done.
#[derive(Insertable)]
#[diesel(table_name = history)]
pub struct NewEntry {
    /// Whose history it belongs to.
    pub bucket: String,
    /// Unique within the bucket's history.
    pub last_modified: Timestamp,
    /// Its name.
    pub id: Uuid,
    /// Microseconds since the epoch.
    pub date: i64,
    /// `create`, `update`, `delete`.
    pub action: &'static str,
    /// `bucket`, `group`, `collection`, `record`.
    pub resource_name: &'static str,
    /// What was changed.
    pub uri: String,
    /// By whom.
    pub user_id: String,
    /// The collection it is, or is in.
    pub collection: Option<String>,
    /// Its own name.
    pub object_id: String,
    /// Its own timestamp after the change.
    pub target_last_modified: Timestamp,
    /// Its form after the change.
    pub head: String,
    /// Its form after the change.
    pub tail: String,
    /// Its permissions after the change.
    pub permissions: Value,
}

/// Writes entries.
///
/// # Errors
/// The database's.
pub fn add(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    // PostgreSQL takes 65,535 parameters in a statement.
    for entries in entries.chunks(1000) {
        let added = diesel::insert_into(history::table).values(entries).execute(tx)?;
        exactly(entries.len(), added)?;
    }
    Ok(())
}

/// Forgets a bucket's history, when the bucket goes: whoever makes one of the same name is not to
/// read it.
///
/// # Errors
/// The database's.
pub fn purge(tx: &mut Tx, bucket: &str) -> Result<()> {
    diesel::delete(history::table.filter(history::bucket.eq(bucket))).execute(tx)?;
    Ok(())
}

/// Forgets entries.
///
/// # Errors
/// The database's.
pub fn delete(tx: &mut Tx, bucket: &str, ids: &[Uuid]) -> Result<()> {
    let entries = history::table.filter(history::bucket.eq(bucket)).filter(history::id.eq_any(ids));
    exactly(ids.len(), diesel::delete(entries).execute(tx)?)
}
