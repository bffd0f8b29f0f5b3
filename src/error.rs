//! What can go wrong inside. Knows nothing of HTTP: `http::problem` gives each its face.

use crate::domain::{address::AddressFault, jwt::JwtFault, key::JwkFault};
use std::{num::NonZeroU32, time::Duration};

/// An internal error: a refusal, or a dependency that is down, or a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text is no mail address.
    #[error(transparent)]
    Address(#[from] AddressFault),
    /// `blinded` is no P-384 point.
    #[error("blinded is no compressed P-384 point")]
    Blinded,
    /// `publicKey` is refused.
    #[error(transparent)]
    Jwk(#[from] JwkFault),
    /// A JWT is refused, and the caller may know why.
    #[error(transparent)]
    Jwt(#[from] JwtFault),
    /// A confirmation failed; nobody learns why.
    #[error("confirmation failed")]
    ConfirmationFailed,
    /// A JWT is not signed by an active key; nobody learns why.
    #[error("not signed by an active key")]
    SignatureRefused,
    /// No active key has this kid.
    #[error("no active key")]
    NotActive,
    /// No such account, block or other thing that an admin named.
    #[error("nothing by that name")]
    Unknown,
    /// An admin's question is malformed.
    #[error("{0}")]
    Query(&'static str),
    /// Too many OPRF evaluations for one address.
    #[error("too many evaluations for this address")]
    TooManyEvaluations {
        /// When to come back.
        retry_after: Duration,
        /// How many an address may have in an hour.
        per_hour: NonZeroU32,
    },
    /// Too many signups wait for a confirmation.
    #[error("too many pending signups")]
    Crowded,
    /// Every database connection is taken, and stayed so.
    #[error("all database connections are busy")]
    Busy,
    /// The database does not answer.
    #[error("the database is away")]
    DatabaseAway,
    /// The database has ended a statement that took, or waited for a lock, too long.
    #[error("the database took too long")]
    TooSlow,
    /// The database answered with an error: a mistake of ours.
    #[error("database: {0}")]
    Database(diesel::result::Error),
    /// A stored row does not have the form that we gave it, or a task died.
    #[error("broken: {0}")]
    Broken(&'static str),
}

/// Shorthand for this crate's results.
pub type Result<T> = std::result::Result<T, Error>;

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind::ClosedConnection, Error::DatabaseError};
        match error {
            DatabaseError(ClosedConnection, _) => Self::DatabaseAway,
            error => Self::Database(error),
        }
    }
}
