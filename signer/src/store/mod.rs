//! PostgreSQL. [`db::Db`] is the only door; each other file is one table or one statement.

pub mod db;
pub mod editors;
pub mod flush;
pub mod history;
pub mod lists;
pub mod migrations;
pub mod objects;
pub mod outbox;
pub mod publish;
mod schema;
pub mod select;
pub mod spent_tokens;

use crate::error::{Error, Result};

/// A connection, within a transaction.
pub type Tx = diesel::PgConnection;

/// Every write says how many rows it expects.
fn exactly(expected: usize, rows: usize) -> Result<()> {
    if rows == expected { Ok(()) } else { Err(Error::Broken("a write missed a row")) }
}

/// A stored value that must parse, since only we wrote it.
fn intact<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::Broken("a stored row is malformed"))
}
