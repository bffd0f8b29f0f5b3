//! Signups that wait, and the confirmations that they need.

use super::{
    Tx, exactly_one, intact,
    schema::{confirmations, signups},
    time::{after, ago, hours, present},
};
use crate::{
    domain::{
        address::Address,
        key::PublicKey,
        salt::{Kid, Salt},
        signup::{Candidate, Pending, Request},
        token::TokenHash,
    },
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use std::time::Duration;
use uuid::Uuid;

/// An address has at most this many signups pending; a further one ends the oldest.
const MOST_PENDING: i64 = 3;

/// Whether a stored signup can ever be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It waits for its confirmation.
    Real,
    /// It only looks like one, to keep the work the same for every address.
    Void,
}

/// One mailbox's confirmation of a signup.
pub struct NewConfirmation {
    /// Its id.
    pub id: Uuid,
    /// What the token is made from, beside the signup's id.
    pub nonce: [u8; 16],
    /// What the token is found by.
    pub token_hash: TokenHash,
}

/// A confirmation that was found by its token.
#[derive(Clone, Debug)]
pub struct Found {
    /// The confirmation's id.
    pub confirmation: Uuid,
    /// Its signup.
    pub pending: Pending,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signups)]
struct Row {
    id: Uuid,
    request: String,
    address: String,
    old_address: Option<String>,
    kid: Vec<u8>,
    salt: Vec<u8>,
    public_key: Vec<u8>,
    thumbprint: Vec<u8>,
    kdf_v: i32,
}

impl Row {
    fn of(pending: &Pending) -> Self {
        let Candidate { address, kid, salt, key, kdf_v } = &pending.candidate;
        let old_address = match &pending.request {
            Request::Signup | Request::Password => None,
            Request::Address { from } => Some(from.as_str().to_owned()),
        };
        Self {
            id: pending.id,
            request: pending.request.as_str().to_owned(),
            address: address.as_str().to_owned(),
            old_address,
            kid: kid.as_bytes().to_vec(),
            salt: salt.as_bytes().to_vec(),
            public_key: key.point().to_vec(),
            thumbprint: key.thumbprint().as_bytes().to_vec(),
            kdf_v: *kdf_v,
        }
    }

    fn pending(self, open_confirmations: usize) -> Result<Pending> {
        let request = match (self.request.as_str(), self.old_address) {
            ("signup", None) => Request::Signup,
            ("password", None) => Request::Password,
            ("address", Some(old)) => Request::Address { from: Address::from_stored(old) },
            _ => return Err(Error::Broken("a signup of an unknown kind")),
        };
        let candidate = Candidate {
            address: Address::from_stored(self.address),
            kid: intact(Kid::from_stored(&self.kid))?,
            salt: intact(Salt::from_stored(&self.salt))?,
            key: intact(PublicKey::from_stored(&self.public_key, &self.thumbprint))?,
            kdf_v: self.kdf_v,
        };
        Ok(Pending { id: self.id, request, candidate, open_confirmations })
    }
}

/// Stores a signup that can be confirmed for `ttl`, by the database's clock, with its
/// confirmations. Returns when it expires.
pub fn insert(
    tx: &mut Tx,
    pending: &Pending,
    kind: Kind,
    ttl: Duration,
    needed: &[NewConfirmation],
) -> Result<DateTime<Utc>> {
    let state = match kind {
        Kind::Real => "pending",
        Kind::Void => "void",
    };
    let expires_at = diesel::insert_into(signups::table)
        .values((Row::of(pending), signups::state.eq(state), signups::expires_at.eq(after(ttl))))
        .returning(signups::expires_at)
        .get_result(tx)?;
    let rows: Vec<_> = needed
        .iter()
        .map(|confirmation| {
            (
                confirmations::id.eq(confirmation.id),
                confirmations::signup_id.eq(pending.id),
                confirmations::nonce.eq(confirmation.nonce.as_slice()),
                confirmations::token_hash.eq(confirmation.token_hash.as_bytes().as_slice()),
            )
        })
        .collect();
    let inserted = diesel::insert_into(confirmations::table).values(rows).execute(tx)?;
    if inserted != needed.len() {
        return Err(Error::Broken("confirmations were not all stored"));
    }
    Ok(expires_at)
}

/// Ends the oldest pending signups of an address, or those that only look like it, until one more
/// fits.
pub fn make_room(tx: &mut Tx, address: &Address) -> Result<()> {
    let open = signups::state.eq_any(["pending", "void"]);
    let surplus: Vec<Uuid> = signups::table
        .filter(signups::address.eq(address.as_str()).and(open))
        .order(signups::created_at.desc())
        .offset(MOST_PENDING - 1)
        .select(signups::id)
        .load(tx)?;
    diesel::update(signups::table.filter(signups::id.eq_any(surplus)))
        .set(signups::state.eq("ended"))
        .execute(tx)?;
    Ok(())
}

/// Finds a pending signup by the hash of one of its open tokens.
pub fn find(tx: &mut Tx, token: &TokenHash) -> Result<Option<Found>> {
    let row: Option<(Uuid, Row)> = confirmations::table
        .inner_join(signups::table)
        .filter(confirmations::token_hash.eq(token.as_bytes().as_slice()))
        .filter(confirmations::confirmed_at.is_null())
        .filter(signups::state.eq("pending").and(signups::expires_at.gt(now)))
        .select((confirmations::id, Row::as_select()))
        .first(tx)
        .optional()?;
    let Some((confirmation, row)) = row else { return Ok(None) };
    let open: i64 = confirmations::table
        .filter(confirmations::signup_id.eq(row.id).and(confirmations::confirmed_at.is_null()))
        .count()
        .get_result(tx)?;
    Ok(Some(Found { confirmation, pending: row.pending(open as usize)? }))
}

/// One mailbox has confirmed.
pub fn mark_confirmed(tx: &mut Tx, confirmation: Uuid) -> Result<()> {
    let open = confirmations::table
        .filter(confirmations::id.eq(confirmation).and(confirmations::confirmed_at.is_null()));
    let marked = diesel::update(open)
        .set(confirmations::confirmed_at.eq(present().nullable()))
        .execute(tx)?;
    exactly_one(marked)
}

/// A signup is confirmed as a whole.
pub fn finish(tx: &mut Tx, signup: Uuid) -> Result<()> {
    let pending = signups::table.filter(signups::id.eq(signup).and(signups::state.eq("pending")));
    exactly_one(diesel::update(pending).set(signups::state.eq("confirmed")).execute(tx)?)
}

/// Ends every pending signup that would change this address's account.
pub fn end_all(tx: &mut Tx, address: &Address) -> Result<usize> {
    let concerned = signups::address
        .eq(address.as_str())
        .or(signups::old_address.eq(address.as_str()).assume_not_null());
    let pending = signups::table.filter(signups::state.eq("pending").and(concerned));
    Ok(diesel::update(pending).set(signups::state.eq("ended")).execute(tx)?)
}

/// How many signups are pending, or only look like it: both kinds take up room.
pub fn count_pending(tx: &mut Tx) -> Result<i64> {
    let open = signups::state.eq_any(["pending", "void"]).and(signups::expires_at.gt(now));
    Ok(signups::table.filter(open).count().get_result(tx)?)
}

/// Ends up to `most` pending signups whose time is over. Returns how many.
pub fn expire(tx: &mut Tx, most: i64) -> Result<usize> {
    let over = signups::table
        .filter(signups::state.eq("pending").and(signups::expires_at.lt(now)))
        .select(signups::id)
        .limit(most);
    let over: Vec<Uuid> = over.for_update().skip_locked().load(tx)?;
    let ended = diesel::update(signups::table.filter(signups::id.eq_any(over)));
    Ok(ended.set(signups::state.eq("ended")).execute(tx)?)
}

/// Deletes up to `most` signups whose time has been over for a day. Returns how many.
pub fn sweep(tx: &mut Tx, most: i64) -> Result<usize> {
    let old = signups::table
        .filter(signups::expires_at.lt(ago(hours(24))))
        .select(signups::id)
        .limit(most)
        .for_update()
        .skip_locked();
    let old: Vec<Uuid> = old.load(tx)?;
    Ok(diesel::delete(signups::table.filter(signups::id.eq_any(old))).execute(tx)?)
}

/// Whose kid this is, by a pending signup.
pub fn address_of(tx: &mut Tx, kid: &Kid) -> Result<Option<Address>> {
    let address: Option<String> = signups::table
        .filter(signups::kid.eq(kid.as_bytes().as_slice()).and(signups::state.eq("pending")))
        .select(signups::address)
        .first(tx)
        .optional()?;
    Ok(address.map(Address::from_stored))
}
