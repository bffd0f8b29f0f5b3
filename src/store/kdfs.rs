//! Every kdf that this deployment has announced, so that older keys can still be unlocked.

use super::{Tx, exactly_one, schema::kdfs};
use crate::error::Result;
use diesel::{
    connection::SimpleConnection,
    dsl::{exists, not},
    prelude::*,
    select,
};
use serde_json::Value;

/// The version number of `params`, which a kdf that is new here is given.
/// Returns the other versions as well, newest first.
pub fn register(tx: &mut Tx, params: &Value) -> Result<(i32, Vec<(i32, Value)>)> {
    // Nodes that start together must not both find it new. Readers are not held up.
    tx.batch_execute("LOCK TABLE kdfs IN EXCLUSIVE MODE")?;
    let (v, others) = number(tx, params)?;
    if select(not(exists(kdfs::table.find(v)))).get_result(tx)? {
        let row = (kdfs::v.eq(v), kdfs::params.eq(params));
        exactly_one(diesel::insert_into(kdfs::table).values(row).execute(tx)?)?;
    }
    Ok((v, others))
}

/// The same, but a kdf that is new here is told the number that it would be given.
pub fn number(tx: &mut Tx, params: &Value) -> Result<(i32, Vec<(i32, Value)>)> {
    let mut all: Vec<(i32, Value)> = kdfs::table.order(kdfs::v.desc()).load(tx)?;
    let v = match all.iter().position(|(_, known)| known == params) {
        Some(place) => all.remove(place).0,
        None => all.first().map_or(1, |(newest, _)| newest + 1),
    };
    Ok((v, all))
}
