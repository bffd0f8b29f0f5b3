//! Accounts as an admin sees them.

use super::{
    Page, Tx, intact,
    schema::{accounts, keys, signups},
    time::present,
};
use crate::{
    clock::Seconds,
    domain::{address::Address, key::PublicKey, salt::Kid},
    error::Result,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// One address and where it stands.
#[derive(Clone, Debug)]
pub struct Account {
    /// The canonical address.
    pub address: Address,
    /// Its key id.
    pub kid: Kid,
    /// `active`, `pending` or `disabled`.
    pub status: String,
    /// The active, pending or last key.
    pub key: PublicKey,
    /// The version of the kdf that made it.
    pub kdf_v: i32,
    /// When a pending key was sent in.
    pub signed_up_at: Option<Seconds>,
    /// When the key became active.
    pub confirmed_at: Option<Seconds>,
    /// When the key ended.
    pub ended_at: Option<Seconds>,
    /// Why it ended: `password`, `address`, `user` or `admin`.
    pub ended_by: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Row {
    address: String,
    kid: Vec<u8>,
    status: String,
    thumbprint: Vec<u8>,
    public_key: Vec<u8>,
    kdf_v: i32,
    signed_up_at: Option<DateTime<Utc>>,
    confirmed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    ended_by: Option<String>,
}

impl Row {
    fn account(self) -> Result<Account> {
        let seconds = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp());
        Ok(Account {
            address: Address::from_stored(self.address),
            kid: intact(Kid::from_stored(&self.kid))?,
            status: self.status,
            key: intact(PublicKey::from_stored(&self.public_key, &self.thumbprint))?,
            kdf_v: self.kdf_v,
            signed_up_at: seconds(self.signed_up_at),
            confirmed_at: seconds(self.confirmed_at),
            ended_at: seconds(self.ended_at),
            ended_by: self.ended_by,
        })
    }
}

/// The account of an address.
pub fn by_address(tx: &mut Tx, address: &Address) -> Result<Option<Account>> {
    let row = accounts::table
        .filter(accounts::address.eq(address.as_str()))
        .select(Row::as_select())
        .first(tx)
        .optional()?;
    row.map(Row::account).transpose()
}

/// The account that a kid names.
pub fn by_kid(tx: &mut Tx, kid: &Kid) -> Result<Option<Account>> {
    let address = super::keys::address_of(tx, kid)?;
    let address = match address {
        Some(address) => Some(address),
        None => super::signups::address_of(tx, kid)?,
    };
    address.map_or(Ok(None), |address| by_address(tx, &address))
}

/// Up to `most` accounts whose address begins with `prefix` and comes after `after`, in order.
pub fn list(tx: &mut Tx, prefix: &str, after: &str, most: i64) -> Result<Page<Account>> {
    // The view would put all accounts in order for each page. Addresses come in the order of their
    // indexes, which is that of code points, and no more of them than are needed.
    let end = format!("{prefix}\u{10ffff}");
    let of_keys: Vec<String> = keys::table
        .filter(keys::address.gt(after).and(keys::address.between(prefix, &end)))
        .select(keys::address)
        .distinct()
        .order(keys::address)
        .limit(most + 1)
        .load(tx)?;
    let is_open = signups::state.eq("pending").and(signups::request.ne("password"));
    let of_signups: Vec<String> = signups::table
        .filter(is_open.and(signups::expires_at.gt(present())))
        .filter(signups::address.gt(after).and(signups::address.between(prefix, &end)))
        .select(signups::address)
        .distinct()
        .order(signups::address)
        .limit(most + 1)
        .load(tx)?;
    let addresses: BTreeSet<String> = of_keys.into_iter().chain(of_signups).collect();
    let rows: Vec<Row> = accounts::table
        .filter(accounts::address.eq_any(addresses.into_iter().take(most as usize + 1)))
        .order(accounts::address)
        .select(Row::as_select())
        .load(tx)?;
    let accounts: Result<_> = rows.into_iter().map(Row::account).collect();
    Ok(Page::cut(accounts?, most))
}
