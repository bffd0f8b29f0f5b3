//! Accounts as an admin sees them.

use super::{Page, Tx, intact, schema::accounts};
use crate::{
    clock::Seconds,
    domain::{address::Address, key::PublicKey, salt::Kid},
    error::Result,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

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
    let pattern = format!("{}%", escape_like(prefix));
    let rows: Vec<Row> = accounts::table
        .filter(accounts::address.like(pattern).and(accounts::address.gt(after)))
        .order(accounts::address)
        .limit(most + 1)
        .select(Row::as_select())
        .load(tx)?;
    let accounts: Result<_> = rows.into_iter().map(Row::account).collect();
    Ok(Page::cut(accounts?, most))
}

fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
