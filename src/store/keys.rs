//! Confirmed keys: at most one active for an address, a kid and a thumbprint.

use super::{Tx, intact, schema::keys, time::present};
use crate::{
    clock::Seconds,
    domain::{
        address::Address,
        key::{PublicKey, Thumbprint},
        salt::{Kid, Salt},
        signup::Candidate,
    },
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::exists,
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
    select,
};

/// An account's active key.
#[derive(Clone, Debug)]
pub struct ActiveKey {
    /// Whose key it is.
    pub address: Address,
    /// The address's key id.
    pub kid: Kid,
    /// The key.
    pub key: PublicKey,
    /// The version of the kdf that made it.
    pub kdf_v: i32,
    /// When it became active.
    pub confirmed_at: Seconds,
}

/// Why a key ended.
#[derive(Clone, Copy, Debug)]
pub enum EndedBy {
    /// A new password.
    Password,
    /// A new address.
    Address,
    /// The user disabled the account.
    User,
    /// An admin disabled the account.
    Admin,
}

impl EndedBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Address => "address",
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// A key that has ended. The same key may have become active once more since: `confirmed_at` tells
/// the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ended {
    /// Which key.
    pub thumbprint: Thumbprint,
    /// When it became active, to the microsecond.
    pub confirmed_at: DateTime<Utc>,
}

type Row = (String, Vec<u8>, Vec<u8>, Vec<u8>, i32, DateTime<Utc>);
const COLUMNS: (
    keys::address,
    keys::kid,
    keys::public_key,
    keys::thumbprint,
    keys::kdf_v,
    keys::confirmed_at,
) = (keys::address, keys::kid, keys::public_key, keys::thumbprint, keys::kdf_v, keys::confirmed_at);

fn active((address, kid, key, thumbprint, kdf_v, confirmed_at): Row) -> Result<ActiveKey> {
    Ok(ActiveKey {
        address: Address::from_stored(address),
        kid: intact(Kid::from_stored(&kid))?,
        key: intact(PublicKey::from_stored(&key, &thumbprint))?,
        kdf_v,
        confirmed_at: confirmed_at.timestamp(),
    })
}

/// The salt under which an address's newest key was made.
pub fn salt(tx: &mut Tx, address: &Address) -> Result<Option<Salt>> {
    let row: Option<Vec<u8>> = keys::table
        .filter(keys::address.eq(address.as_str()))
        .order(keys::id.desc())
        .select(keys::salt)
        .first(tx)
        .optional()?;
    row.map(|bytes| intact(Salt::from_stored(&bytes))).transpose()
}

/// The active key that a kid names.
pub fn active_by_kid(tx: &mut Tx, kid: &Kid) -> Result<Option<ActiveKey>> {
    let row = keys::table
        .filter(keys::kid.eq(kid.as_bytes().as_slice()).and(keys::ended_at.is_null()))
        .select(COLUMNS)
        .first::<Row>(tx)
        .optional()?;
    row.map(active).transpose()
}

/// The active keys that these kids name, in any order.
pub fn active_by_kids(tx: &mut Tx, kids: &[Kid]) -> Result<Vec<ActiveKey>> {
    let kids: Vec<&[u8]> = kids.iter().map(|kid| kid.as_bytes().as_slice()).collect();
    let rows: Vec<Row> = keys::table
        .filter(keys::kid.eq_any(kids).and(keys::ended_at.is_null()))
        .select(COLUMNS)
        .load(tx)?;
    rows.into_iter().map(active).collect()
}

/// So many of the kids that have an active key, in their order: those after one of them, or the
/// first ones.
pub fn active_kids(tx: &mut Tx, after: Option<Kid>, most: usize) -> Result<Vec<Kid>> {
    let after = after.as_ref().map_or(&[][..], |kid| kid.as_bytes());
    let rows: Vec<Vec<u8>> = keys::table
        .filter(keys::kid.gt(after).and(keys::ended_at.is_null()))
        .order(keys::kid)
        .select(keys::kid)
        .limit(most as i64)
        .load(tx)?;
    rows.iter().map(|bytes| intact(Kid::from_stored(bytes))).collect()
}

/// An address's active key.
pub fn active_by_address(tx: &mut Tx, address: &Address) -> Result<Option<ActiveKey>> {
    let row = keys::table
        .filter(keys::address.eq(address.as_str()).and(keys::ended_at.is_null()))
        .select(COLUMNS)
        .first::<Row>(tx)
        .optional()?;
    row.map(active).transpose()
}

/// Whether an address has an active key. Takes the same time whether or not.
pub fn is_active(tx: &mut Tx, address: &Address) -> Result<bool> {
    let active =
        keys::table.filter(keys::address.eq(address.as_str()).and(keys::ended_at.is_null()));
    Ok(select(exists(active)).get_result(tx)?)
}

/// Makes a candidate the active key of its address. Returns when.
///
/// Errors: [`Error::ConfirmationFailed`] where the address has an active key, or another account
/// uses this key.
pub fn activate(tx: &mut Tx, candidate: &Candidate) -> Result<Seconds> {
    let inserted = diesel::insert_into(keys::table)
        .values((
            keys::address.eq(candidate.address.as_str()),
            keys::kid.eq(candidate.kid.as_bytes().as_slice()),
            keys::salt.eq(candidate.salt.as_bytes().as_slice()),
            keys::public_key.eq(candidate.key.point().as_slice()),
            keys::thumbprint.eq(candidate.key.thumbprint().as_bytes().as_slice()),
            keys::kdf_v.eq(candidate.kdf_v),
        ))
        .returning(keys::confirmed_at)
        .get_result::<DateTime<Utc>>(tx);
    match inserted {
        Ok(at) => Ok(at.timestamp()),
        Err(DatabaseError(UniqueViolation, _)) => Err(Error::ConfirmationFailed),
        Err(error) => Err(error.into()),
    }
}

/// Ends an address's active key, where it has one. Returns which it was.
pub fn end(tx: &mut Tx, address: &Address, by: EndedBy) -> Result<Option<Ended>> {
    let active = keys::address.eq(address.as_str()).and(keys::ended_at.is_null());
    // A unique index sees to it that there is at most one.
    let ended: Option<(Vec<u8>, DateTime<Utc>)> = diesel::update(keys::table.filter(active))
        .set((keys::ended_at.eq(present().nullable()), keys::ended_by.eq(by.as_str())))
        .returning((keys::thumbprint, keys::confirmed_at))
        .get_result(tx)
        .optional()?;
    ended.map(identity).transpose()
}

fn identity((thumbprint, confirmed_at): (Vec<u8>, DateTime<Utc>)) -> Result<Ended> {
    let thumbprint = Thumbprint(intact(thumbprint.try_into().ok())?);
    Ok(Ended { thumbprint, confirmed_at })
}

/// Up to `most` keys that have ended, in the order of their ids, and the last one's id.
pub fn ended(tx: &mut Tx, after: i64, most: i64) -> Result<(Vec<Ended>, Option<i64>)> {
    let rows: Vec<(i64, Vec<u8>, DateTime<Utc>)> = keys::table
        .filter(keys::ended_at.is_not_null().and(keys::id.gt(after)))
        .order(keys::id)
        .limit(most)
        .select((keys::id, keys::thumbprint, keys::confirmed_at))
        .load(tx)?;
    let last = rows.last().map(|(id, ..)| *id);
    let ended = rows.into_iter().map(|(_, thumbprint, at)| identity((thumbprint, at)));
    Ok((ended.collect::<Result<_>>()?, last))
}

/// Which of these keys are active, and whose they are.
pub fn still_active(tx: &mut Tx, ended: &[Ended]) -> Result<Vec<(Address, Ended)>> {
    let thumbprints: Vec<&[u8]> =
        ended.iter().map(|key| key.thumbprint.as_bytes().as_slice()).collect();
    let rows: Vec<(String, Vec<u8>, DateTime<Utc>)> = keys::table
        .filter(keys::ended_at.is_null().and(keys::thumbprint.eq_any(thumbprints)))
        .select((keys::address, keys::thumbprint, keys::confirmed_at))
        .load(tx)?;
    let mut active = Vec::new();
    for (address, thumbprint, confirmed_at) in rows {
        let key = identity((thumbprint, confirmed_at))?;
        if ended.contains(&key) {
            active.push((Address::from_stored(address), key));
        }
    }
    Ok(active)
}

/// Whose kid this is, by any key that ever was active.
pub fn address_of(tx: &mut Tx, kid: &Kid) -> Result<Option<Address>> {
    let address: Option<String> = keys::table
        .filter(keys::kid.eq(kid.as_bytes().as_slice()))
        .select(keys::address)
        .first(tx)
        .optional()?;
    Ok(address.map(Address::from_stored))
}
