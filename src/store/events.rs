//! What happened, append-only, in an order that readers can page through.

use super::{Tx, exactly_one, schema::events};
use crate::{
    clock::Seconds,
    domain::{address::Address, key::Thumbprint},
    error::Result,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

mod sql {
    #[diesel::declare_sql_function]
    extern "SQL" {
        fn events_horizon() -> diesel::sql_types::BigInt;
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A first key was asked for, and waits for its confirmation.
    SignupRequested,
    /// An address's first key became active.
    SignupConfirmed,
    /// A new password was asked for.
    PasswordRequested,
    /// A new password's key became active, and the old key ended.
    PasswordChanged,
    /// A new address was asked for.
    AddressRequested,
    /// A new address's key became active, and the old address's key ended.
    AddressChanged,
    /// A user disabled the account.
    DisabledByUser,
    /// An admin disabled the account.
    DisabledByAdmin,
    /// An admin keeps an address from signing up.
    AddressBlocked,
    /// An admin lets an address sign up again.
    AddressUnblocked,
    /// An IP exceeded the limit per minute.
    IpBlocked,
    /// An admin lifted an IP's block.
    IpUnblocked,
}

impl Kind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignupRequested => "signup_requested",
            Self::SignupConfirmed => "signup_confirmed",
            Self::PasswordRequested => "password_requested",
            Self::PasswordChanged => "password_changed",
            Self::AddressRequested => "address_requested",
            Self::AddressChanged => "address_changed",
            Self::DisabledByUser => "disabled_by_user",
            Self::DisabledByAdmin => "disabled_by_admin",
            Self::AddressBlocked => "address_blocked",
            Self::AddressUnblocked => "address_unblocked",
            Self::IpBlocked => "ip_blocked",
            Self::IpUnblocked => "ip_unblocked",
        }
    }
}

/// An event as it is read back.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where to go on reading.
    pub cursor: Cursor,
    /// When its transaction began.
    pub at: Seconds,
    /// What happened: one of [`Kind::as_str`].
    pub kind: String,
    /// Whose account it is about.
    pub address: Option<String>,
    /// The key that it is about.
    pub thumbprint: Option<Thumbprint>,
    /// More, by kind.
    pub detail: Value,
}

/// A place in the log: everything up to it has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    txid: i64,
    id: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.txid, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (txid, id) = text.split_once('-').ok_or(())?;
        Ok(Self { txid: txid.parse().map_err(|_| ())?, id: id.parse().map_err(|_| ())? })
    }
}

/// Appends an event about an account.
pub fn record(
    tx: &mut Tx,
    kind: Kind,
    address: &Address,
    key: Option<Thumbprint>,
    detail: Value,
) -> Result<()> {
    let row = (
        events::kind.eq(kind.as_str()),
        events::address.eq(address.as_str()),
        events::thumbprint.eq(key.map(|key| key.as_bytes().to_vec())),
        events::detail.eq(detail),
    );
    exactly_one(diesel::insert_into(events::table).values(row).execute(tx)?)
}

/// Appends an event about an IP.
pub fn record_ip(tx: &mut Tx, kind: Kind, ip: &str) -> Result<()> {
    let row = (events::kind.eq(kind.as_str()), events::detail.eq(json!({ "ip": ip })));
    exactly_one(diesel::insert_into(events::table).values(row).execute(tx)?)
}

/// Up to `most` events after a cursor. Leaves out what transactions still running could overtake,
/// so that a reader who goes on from the last cursor misses nothing, ever.
pub fn after(tx: &mut Tx, cursor: Cursor, most: i64) -> Result<Vec<Event>> {
    type Row = (i64, i64, DateTime<Utc>, String, Option<String>, Option<Vec<u8>>, Value);
    let later =
        events::txid.gt(cursor.txid).or(events::txid.eq(cursor.txid).and(events::id.gt(cursor.id)));
    let rows: Vec<Row> = events::table
        .filter(events::txid.ge(cursor.txid).and(later))
        .filter(events::txid.lt(sql::events_horizon()))
        .order((events::txid, events::id))
        .limit(most)
        .select((
            events::txid,
            events::id,
            events::at,
            events::kind,
            events::address,
            events::thumbprint,
            events::detail,
        ))
        .load(tx)?;
    let event = |(txid, id, at, kind, address, thumbprint, detail): Row| Event {
        cursor: Cursor { txid, id },
        at: at.timestamp(),
        kind,
        address,
        thumbprint: thumbprint.and_then(|bytes| bytes.try_into().ok()).map(Thumbprint),
        detail,
    };
    Ok(rows.into_iter().map(event).collect())
}
