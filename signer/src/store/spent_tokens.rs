//! Pagination tokens that were used up.

use super::{Tx, schema::spent_tokens};
use crate::{
    domain::object::Timestamp,
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Uses a token up; whether it was still unused. It is remembered until it would have expired.
///
/// # Errors
/// The database's.
pub fn spend(tx: &mut Tx, nonce: &str, expires: Timestamp, now: DateTime<Utc>) -> Result<bool> {
    let expires = DateTime::from_timestamp_millis(expires)
        .ok_or(Error::Broken("a token expires at no time"))?;
    diesel::delete(spent_tokens::table.filter(spent_tokens::expires_at.lt(now))).execute(tx)?;
    let row = (spent_tokens::nonce.eq(nonce), spent_tokens::expires_at.eq(expires));
    let inserted = diesel::insert_into(spent_tokens::table).values(row).on_conflict_do_nothing();
    Ok(inserted.execute(tx)? == 1)
}
