//! Errors as they come over the wire.

use std::fmt;

use reqwest::{StatusCode, header::HeaderMap};
use serde::Deserialize;

/// A problem document (RFC 9457), or what is known of an error that came without one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// What kind of problem: `urn:notary:problem:<name>` from Notary, `about:blank` from others.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The kind in a few words.
    #[serde(default)]
    pub title: String,
    /// The HTTP status, as it was really answered.
    #[serde(skip)]
    pub status: u16,
    /// What happened and what to do, in words for a person; may be empty.
    #[serde(default)]
    pub detail: String,
    /// Seconds to wait before trying again, from the `Retry-After` header.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// The `<name>` of a problem of Notary's own.
    pub fn name(&self) -> Option<&str> {
        self.kind.strip_prefix("urn:notary:problem:")
    }

    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let documented = header("content-type")
            .is_some_and(|value| value.starts_with("application/problem+json"))
            .then(|| serde_json::from_slice(body).ok())
            .flatten();
        let problem = documented.unwrap_or_else(|| Self {
            kind: about_blank(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: 0,
            detail: String::new(),
            retry_after: None,
        });
        Self {
            status: status.as_u16(),
            retry_after: header("retry-after").and_then(|value| value.parse().ok()),
            ..problem
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        self.retry_after.map_or(Ok(()), |seconds| write!(f, " (try again in {seconds} s)"))
    }
}

/// No usable answer came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection: name, port, TLS or network.
    #[error("the service cannot be reached")]
    Connect,
    /// The answer took too long.
    #[error("the service did not answer in time")]
    Timeout,
    /// The connection broke, or the answer was no HTTP.
    #[error("the connection broke before the answer was complete")]
    Broken,
    /// More than any answer of Notary's.
    #[error("the answer is too large to be one of Notary's")]
    TooLarge,
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        // A timeout while connecting is both.
        match (error.is_timeout(), error.is_connect()) {
            (true, _) => Self::Timeout,
            (false, true) => Self::Connect,
            (false, false) => Self::Broken,
        }
    }
}
