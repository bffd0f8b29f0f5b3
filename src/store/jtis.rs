//! JWTs that were used once.

use super::{Tx, schema::spent_jtis};
use crate::{
    domain::{
        jwt::{JwtFault, UserClaims},
        key::Thumbprint,
    },
    error::{Error, Result},
};
use chrono::DateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// Spends a JWT's `jti` for its key until it expires (RFC 7519 section 4.1.7).
///
/// Errors: [`JwtFault::Replayed`] the second time.
pub fn spend(tx: &mut Tx, key: Thumbprint, claims: &UserClaims) -> Result<()> {
    let hash = Sha256::new().chain_update(key.as_bytes()).chain_update(&claims.jti).finalize();
    let until = DateTime::from_timestamp(claims.spent_until, 0)
        .ok_or(Error::Broken("a date out of range"))?;
    let row = (spent_jtis::hash.eq(hash.as_slice()), spent_jtis::expires_at.eq(until));
    let inserted =
        diesel::insert_into(spent_jtis::table).values(row).on_conflict_do_nothing().execute(tx)?;
    if inserted == 1 { Ok(()) } else { Err(JwtFault::Replayed.into()) }
}
