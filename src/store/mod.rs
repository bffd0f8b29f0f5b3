//! PostgreSQL. [`db::Db::run`] and [`db::Db::read`] are the doors, and for
//! verification [`lookup::Lookups`]; each other file is one table.

pub mod accounts;
pub mod blocks;
pub mod db;
pub mod events;
pub mod jtis;
pub mod kdfs;
pub mod keys;
mod line;
pub mod locks;
pub mod lookup;
pub mod migrations;
pub mod outbox;
mod page;
mod schema;
pub mod server;
pub mod signups;
pub mod sweep;
mod time;
pub mod verifiers;

pub use page::Page;

use crate::error::{Error, Result};

/// A connection, within a transaction or for a single statement.
pub type Tx = diesel::PgConnection;

/// Every write says how many rows it expects.
fn exactly_one(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Broken("a write did not touch exactly one row")) }
}

/// A stored value that must parse, since only we wrote it.
fn intact<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::Broken("a stored row is malformed"))
}
