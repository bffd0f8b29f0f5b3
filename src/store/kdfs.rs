//! Every kdf that this deployment has announced, so that older keys can still be unlocked.

use super::{Tx, exactly_one, schema::kdfs};
use crate::error::Result;
use diesel::{connection::SimpleConnection, dsl::max, prelude::*};
use serde_json::Value;

/// The version number of `params`; gives the next one to a kdf that is new here.
/// Returns the other versions as well, newest first.
pub fn register(tx: &mut Tx, params: &Value) -> Result<(i32, Vec<(i32, Value)>)> {
    // Nodes that start together must not both find it new. Readers are not held up.
    tx.batch_execute("LOCK TABLE kdfs IN EXCLUSIVE MODE")?;
    let known = kdfs::table.filter(kdfs::params.eq(params)).select(kdfs::v);
    let v = match known.first::<i32>(tx).optional()? {
        Some(v) => v,
        None => {
            let newest: Option<i32> = kdfs::table.select(max(kdfs::v)).first(tx)?;
            let v = newest.unwrap_or(0) + 1;
            let row = (kdfs::v.eq(v), kdfs::params.eq(params));
            exactly_one(diesel::insert_into(kdfs::table).values(row).execute(tx)?)?;
            v
        }
    };
    let previous = kdfs::table.filter(kdfs::v.ne(v)).order(kdfs::v.desc()).load(tx)?;
    Ok((v, previous))
}
