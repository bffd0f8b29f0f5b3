//! What can go wrong on the way out, in words that are safe to log.

use std::{error::Error, io, iter};

/// A letter that did not go out. The words name reply codes and kinds of failure, never an
/// address, a token or what the other side wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Another attempt can succeed.
    #[error("temporary: {0}")]
    Temporary(String),
    /// The letter itself was refused; another attempt would fare no better.
    #[error("permanent: {0}")]
    Permanent(String),
}

impl SendError {
    pub(super) fn timeout() -> Self {
        Self::Temporary("timeout".into())
    }
}

/// A setting that mail cannot work with. Never shows the value, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: expected {expected}")]
pub struct MailConfigError {
    /// The name of the setting.
    pub setting: &'static str,
    /// What was expected, with an example.
    pub expected: &'static str,
}

/// The kind of network failure at the bottom of `error`.
pub(super) fn network_words(error: &(dyn Error + 'static)) -> &'static str {
    causes(error).find_map(|cause| io_words(cause.downcast_ref()?)).unwrap_or("no connection")
}

/// `error` and everything that caused it.
pub(super) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| {
        // An io::Error's source() skips the error that it wraps.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

fn io_words(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind::*;
    match error.kind() {
        ConnectionRefused => Some("connection refused"),
        ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => Some("connection lost"),
        HostUnreachable | NetworkUnreachable => Some("host unreachable"),
        TimedOut => Some("timeout"),
        // What rustls reports through a stream.
        InvalidData => Some("TLS failed"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_below_its_wrappings() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let wrapped = io::Error::other(io::Error::other(refused));
        assert_eq!(network_words(&wrapped), "connection refused");
        assert_eq!(network_words(&io::Error::other("secret")), "no connection");
    }
}
