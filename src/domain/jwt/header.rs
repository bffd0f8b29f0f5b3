//! The header of a JWT.

use super::JwtFault;
use crate::domain::{salt::Kid, strict_json::is_object};
use serde::Deserialize;
use std::borrow::Cow;

/// `alg`, `kid` and `typ` are all that it may hold: that keeps out `crit` and `b64`
/// (RFC 7515 section 4.1.11, RFC 7797) and embedded keys and key URLs (RFC 8725 section 3.10).
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    kid: Cow<'a, str>,
    #[serde(borrow)]
    typ: Cow<'a, str>,
}

impl Default for Header<'_> {
    fn default() -> Self {
        Self { alg: "".into(), kid: "".into(), typ: "JWT".into() }
    }
}

/// Parses a header, and returns the key id, which is all that differs between headers.
pub(super) fn parse(text: &str) -> Result<Kid, JwtFault> {
    let header = is_object(text).then(|| serde_json::from_str(text).ok()).flatten();
    let Header { alg, kid, typ } = header.ok_or(JwtFault::Malformed(
        "the header is no JSON object of the texts alg, kid and typ, each once at most",
    ))?;
    if alg != "ES384" {
        return Err(JwtFault::Malformed("alg must be ES384"));
    }
    if typ != "JWT" {
        return Err(JwtFault::Malformed("typ must be JWT or absent"));
    }
    Kid::parse(&kid).ok_or(JwtFault::Malformed("kid must be 128 lower-case hex digits"))
}
