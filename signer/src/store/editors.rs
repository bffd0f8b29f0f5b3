//! Who edited a source collection since its last approval.

use super::{
    Tx,
    schema::editors::dsl::{collection, editors, user_id},
};
use crate::{domain::uri::CollectionUri, error::Result};
use diesel::{dsl::exists, prelude::*, select};

/// Notes that somebody has edited the collection.
///
/// # Errors
/// The database's.
pub fn add(tx: &mut Tx, source: &CollectionUri, user: &str) -> Result<()> {
    let row = (collection.eq(source.to_string()), user_id.eq(user));
    diesel::insert_into(editors).values(row).on_conflict_do_nothing().execute(tx)?;
    Ok(())
}

/// Whether this user is one of them.
///
/// # Errors
/// The database's.
pub fn contain(tx: &mut Tx, source: &CollectionUri, user: &str) -> Result<bool> {
    Ok(select(exists(editors.find((source.to_string(), user)))).get_result(tx)?)
}

/// Forgets all: what they did is approved, taken back or gone.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx, source: &CollectionUri) -> Result<()> {
    diesel::delete(editors.filter(collection.eq(source.to_string()))).execute(tx)?;
    Ok(())
}

/// The same for all collections of a bucket that is gone.
///
/// # Errors
/// The database's.
pub fn forget_bucket(tx: &mut Tx, bucket: &str) -> Result<()> {
    // Between the slash and the character after it, in the order of bytes.
    let below = collection
        .gt(format!("/buckets/{bucket}/collections/"))
        .and(collection.lt(format!("/buckets/{bucket}/collections0")));
    diesel::delete(editors.filter(below)).execute(tx)?;
    Ok(())
}
