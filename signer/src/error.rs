//! What can go wrong inside. Knows nothing of HTTP: `http::problem` gives each its face.

use crate::domain::{object::Timestamp, uri::Kind};
use serde_json::Value;
use std::time::Duration;

/// An internal error: a refusal, or a dependency that is down, or a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is not what the resource takes.
    #[error("invalid request")]
    Invalid(Vec<Fault>),
    /// The review workflow does not allow this change, whoever asks.
    #[error("{0}")]
    Workflow(String),
    /// The review workflow does not allow this change to this caller.
    #[error("{0}")]
    NotYours(String),
    /// Anonymous callers may not do this.
    #[error("not authenticated")]
    Unauthenticated,
    /// Notary does not vouch for the caller's token.
    #[error("token refused")]
    TokenRefused,
    /// The caller may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The object does not exist.
    #[error("no such {}", kind.name())]
    NoObject {
        /// What it would be.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// The object that the list belongs to does not exist.
    #[error("no such {}", kind.name())]
    NoParent {
        /// What it would be.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// No such path.
    #[error("no such path")]
    NoPath,
    /// The path is one of another version of the API.
    #[error("no such version")]
    NoVersion,
    /// The path has other methods.
    #[error("method not allowed")]
    Method(&'static [&'static str]),
    /// The service only reads.
    #[error("read-only")]
    ReadOnly,
    /// The body is of another type than the method takes.
    #[error("unsupported media type")]
    MediaType(&'static [&'static str]),
    /// The caller takes no JSON.
    #[error("not acceptable")]
    NotAcceptable,
    /// The body is larger than so many bytes.
    #[error("a body of more than {0} bytes")]
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    #[error("the body did not arrive")]
    BodyTimeout,
    /// The service has come to its end.
    #[error("the service is no more")]
    Gone,
    /// `If-Match` or `If-None-Match` does not hold.
    #[error("modified meanwhile")]
    Precondition {
        /// The timestamp of the object, or of the list.
        timestamp: Timestamp,
        /// The object as it is.
        existing: Option<Value>,
    },
    /// The caller has this version already.
    #[error("not modified")]
    NotModified(Timestamp),
    /// Another object of the list has this timestamp, or a transaction lost against others.
    #[error("conflict")]
    Conflict,
    /// A signature cannot be made; the text is for the log.
    #[error("signing: {0}")]
    Signing(String),
    /// Notary does not answer, so nobody can say who the caller is.
    #[error("notary is away")]
    NotaryAway {
        /// When to come back.
        retry_after: Option<Duration>,
    },
    /// Every database connection is taken, and stayed so.
    #[error("all database connections are busy")]
    Busy,
    /// The database does not answer.
    #[error("the database is away")]
    DatabaseAway,
    /// The database answered with an error: a mistake of ours.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// A stored row does not have the form that we gave it, or a task died.
    #[error("broken: {0}")]
    Broken(&'static str),
}

/// One thing wrong with a request (KINTO's `details`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `body`, `path`, `querystring` or `header`.
    pub location: &'static str,
    /// The field, where there is one.
    pub name: Option<String>,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    /// A single fault of a field.
    pub fn invalid(
        location: &'static str,
        name: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let name = Some(name.into());
        Self::Invalid(vec![Fault { location, name, description: description.into() }])
    }

    /// A single fault that no field is to blame for.
    pub fn malformed(location: &'static str, description: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault { location, name: None, description: description.into() }])
    }
}

/// Shorthand for this crate's results.
pub type Result<T> = std::result::Result<T, Error>;
