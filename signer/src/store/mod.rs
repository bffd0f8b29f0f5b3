//! PostgreSQL. [`db::Db`] is the only door; each other file is one table or one statement.

mod schema;

/// A connection, within a transaction.
pub type Tx = diesel::PgConnection;
