//! Deletes what nobody needs any more, in small batches that hold up nobody.

use super::{Tx, blocks, outbox, schema::spent_jtis, signups, time::ago, verifiers};
use crate::error::Result;
use diesel::prelude::*;
use std::time::Duration;

/// The most rows that one transaction deletes from one table.
pub const BATCH: i64 = 1_000;
/// JWTs expire by the nodes' clocks, which need not agree with the database's.
const CLOCKS_APART: Duration = Duration::from_secs(600);

/// One round over every table. Returns whether a table had a whole batch, and so may have more.
pub fn round(tx: &mut Tx) -> Result<bool> {
    let jtis: Vec<Vec<u8>> = spent_jtis::table
        .filter(spent_jtis::expires_at.lt(ago(CLOCKS_APART)))
        .select(spent_jtis::hash)
        .limit(BATCH)
        .for_update()
        .skip_locked()
        .load(tx)?;
    let jtis =
        diesel::delete(spent_jtis::table.filter(spent_jtis::hash.eq_any(jtis))).execute(tx)?;
    let done = [
        jtis,
        signups::expire(tx, BATCH)?,
        signups::sweep(tx, BATCH)?,
        outbox::sweep(tx, BATCH)?,
        blocks::sweep(tx, BATCH)?,
        verifiers::sweep(tx, BATCH)?,
    ];
    Ok(done.iter().any(|rows| *rows as i64 >= BATCH))
}
