//! Webhooks on their way: written in the transaction that they tell of, sent when it is committed.

use super::{
    Tx, exactly,
    schema::outbox::dsl::{attempts, body, created_at, id, next_attempt_at, outbox},
};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A webhook that is this node's to send.
#[derive(Clone, Debug, Queryable)]
pub struct Claimed {
    /// The same in every attempt.
    pub id: Uuid,
    /// JSON.
    pub body: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
}

/// Writes a webhook down; it is due at once.
///
/// # Errors
/// The database's.
pub fn insert(tx: &mut Tx, name: Uuid, json: &str, now: DateTime<Utc>) -> Result<()> {
    let row =
        (id.eq(name), body.eq(json), created_at.eq(now), attempts.eq(0), next_attempt_at.eq(now));
    exactly(1, diesel::insert_into(outbox).values(row).execute(tx)?)
}

/// Takes up to `most` webhooks that are due, the oldest first. Until `lease_end` other nodes pass
/// them by; after a crash they are due again then.
///
/// # Errors
/// The database's.
pub fn claim(
    tx: &mut Tx,
    most: i64,
    now: DateTime<Utc>,
    lease_end: DateTime<Utc>,
) -> Result<Vec<Claimed>> {
    let due = outbox.filter(next_attempt_at.le(now)).order((next_attempt_at, created_at));
    let due: Vec<Uuid> = due.limit(most).select(id).for_update().skip_locked().load(tx)?;
    let claimed = diesel::update(outbox.filter(id.eq_any(due)))
        .set((next_attempt_at.eq(lease_end), attempts.eq(attempts + 1)))
        .returning((id, body, attempts));
    Ok(claimed.get_results(tx)?)
}

/// How many webhooks wait, those that are just being sent among them.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx) -> Result<i64> {
    Ok(outbox.count().get_result(tx)?)
}

/// A webhook has arrived, or is given up. It may be gone already, if another node took over.
///
/// # Errors
/// The database's.
pub fn remove(tx: &mut Tx, name: Uuid) -> Result<()> {
    diesel::delete(outbox.find(name)).execute(tx)?;
    Ok(())
}

/// The `attempt`th try has failed, and another one follows. Does nothing if another node took over.
///
/// # Errors
/// The database's.
pub fn postpone(tx: &mut Tx, name: Uuid, attempt: i32, until: DateTime<Utc>) -> Result<()> {
    let ours = outbox.filter(id.eq(name).and(attempts.eq(attempt)));
    diesel::update(ours).set(next_attempt_at.eq(until)).execute(tx)?;
    Ok(())
}
