//! Nodes that answer about keys from memory, and what they have to forget.
//!
//! A verifier joins, and from then on every change of a key leaves a recall for it in the same
//! transaction (a trigger sees to that). It asks for its recalls, forgets, and acknowledges them.
//! Whoever has changed a key waits until nobody has to forget it any more, or strikes those out
//! whose leases have run out meanwhile. Whether a verifier that comes late is struck out is decided
//! by the row of the recall: only one of the two can delete it.

use super::{
    Tx, intact,
    schema::{keys, recalls, verifiers},
};
use crate::{
    domain::{address::Address, salt::Kid},
    error::Result,
};
use diesel::{dsl::exists, prelude::*, select};
use uuid::Uuid;

mod sql {
    #[diesel::declare_sql_function]
    extern "SQL" {
        fn join_verifiers(verifier: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
        fn pg_postmaster_start_time() -> diesel::sql_types::Timestamptz;
    }
}

/// A key that a verifier must forget.
pub struct Recall {
    id: i64,
    /// Whose keys have changed.
    pub kid: Kid,
}

/// Makes a node a verifier; may be repeated. `false` where changes of keys are just under way: they
/// would not know of it.
pub fn join(tx: &mut Tx, verifier: Uuid) -> Result<bool> {
    Ok(select(sql::join_verifiers(verifier)).get_result(tx)?)
}

/// What a verifier has to forget; `None` where it is none any more, or this server has not been
/// running since it joined: then what changes have left for it may be lost.
pub fn recalled(tx: &mut Tx, verifier: Uuid) -> Result<Option<Vec<Recall>>> {
    let rows: Vec<Option<(i64, Vec<u8>)>> = verifiers::table
        .left_join(recalls::table.on(recalls::verifier.eq(verifiers::id)))
        .filter(verifiers::id.eq(verifier))
        .filter(verifiers::server_started_at.eq(sql::pg_postmaster_start_time()))
        .select((recalls::id, recalls::kid).nullable())
        .load(tx)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let recall =
        |(id, kid): (i64, Vec<u8>)| Ok(Recall { id, kid: intact(Kid::from_stored(&kid))? });
    rows.into_iter().flatten().map(recall).collect::<Result<_>>().map(Some)
}

/// A verifier has forgotten these. `false` where it was struck out meanwhile.
pub fn acknowledge(tx: &mut Tx, forgotten: &[Recall]) -> Result<bool> {
    let ids = forgotten.iter().map(|recall| recall.id);
    let deleted = diesel::delete(recalls::table.filter(recalls::id.eq_any(ids))).execute(tx)?;
    Ok(deleted == forgotten.len())
}

/// A node answers nothing from memory any more.
pub fn leave(tx: &mut Tx, verifier: Uuid) -> Result<()> {
    diesel::delete(verifiers::table.find(verifier)).execute(tx)?;
    diesel::delete(recalls::table.filter(recalls::verifier.eq(verifier))).execute(tx)?;
    Ok(())
}

/// The recalls of these addresses' keys that verifiers have not acknowledged yet.
pub fn unacknowledged(tx: &mut Tx, addresses: &[Address]) -> Result<Vec<i64>> {
    let addresses: Vec<&str> = addresses.iter().map(Address::as_str).collect();
    let kids = keys::table.filter(keys::address.eq_any(addresses)).select(keys::kid);
    Ok(recalls::table
        .inner_join(verifiers::table.on(verifiers::id.eq(recalls::verifier)))
        .filter(recalls::kid.eq_any(kids))
        .select(recalls::id)
        .load(tx)?)
}

/// Whether a verifier has still to acknowledge one of these.
pub fn are_awaited(tx: &mut Tx, ids: &[i64]) -> Result<bool> {
    let awaited = recalls::table
        .inner_join(verifiers::table.on(verifiers::id.eq(recalls::verifier)))
        .filter(recalls::id.eq_any(ids));
    Ok(select(exists(awaited)).get_result(tx)?)
}

/// Strikes out the verifiers that have not acknowledged these, whose leases must have run out since
/// they were written: a later recall of the same kid may be for a verifier that is well. Returns
/// them. Needs a transaction.
pub fn strike_out(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Uuid>> {
    let late: Vec<Uuid> = diesel::delete(recalls::table.filter(recalls::id.eq_any(ids)))
        .returning(recalls::verifier)
        .get_results(tx)?;
    let late = verifiers::table.filter(verifiers::id.eq_any(late));
    Ok(diesel::delete(late).returning(verifiers::id).get_results(tx)?)
}

/// Deletes up to `most` recalls of verifiers that are gone.
pub fn sweep(tx: &mut Tx, most: i64) -> Result<usize> {
    let known = verifiers::table.select(verifiers::id);
    let orphans: Vec<i64> = recalls::table
        .filter(recalls::verifier.ne_all(known))
        .select(recalls::id)
        .limit(most)
        .load(tx)?;
    Ok(diesel::delete(recalls::table.filter(recalls::id.eq_any(orphans))).execute(tx)?)
}
