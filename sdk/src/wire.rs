//! The bodies of the public side, as PROTOCOL section 4 has them. Unknown members are ignored.

use serde::{Deserialize, Serialize};

use crate::{Jwk, Kdf, Password, PasswordError};

/// `GET /.well-known/notary`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// What JWTs name: no trailing slash, no query.
    pub public_uri: String,
    /// How keys are derived.
    pub kdf: Kdf,
    /// How often one IP may call.
    pub limits: Limits,
    /// What a password must be.
    pub password: PasswordRules,
    /// How long a confirmation token works, in seconds.
    pub confirmation_ttl: u64,
    /// Where each call goes.
    pub endpoints: Endpoints,
}

/// Calls per IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Above it: 429.
    pub calls_per_second: u32,
    /// Above it the IP is blocked.
    pub calls_per_minute: u32,
}

/// What the client asks of a new password; the service never sees one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRules {
    /// In code points of the normal form.
    pub min_length: usize,
    /// Always `NFKC`.
    pub normalization: String,
}

impl PasswordRules {
    /// Whether a new password is long enough.
    ///
    /// # Errors
    /// [`PasswordError::TooShort`].
    pub fn check(&self, password: &Password) -> Result<(), PasswordError> {
        if password.code_points() < self.min_length {
            return Err(PasswordError::TooShort { min: self.min_length });
        }
        Ok(())
    }
}

/// Absolute URLs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// `POST /salt`.
    pub salt: String,
    /// `POST /signup`.
    pub signup: String,
    /// `POST /confirm`.
    pub confirm: String,
    /// `POST`, `PATCH` and `DELETE /signature`.
    pub signature: String,
}

/// The body of `POST /salt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaltRequest {
    /// Any spelling of the address.
    pub address: String,
    /// base64url of the 49-byte compressed point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blinded: Option<String>,
}

/// The answer of `POST /salt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaltAnswer {
    /// The canonical address.
    pub address: String,
    /// Standard padded base64 of 16 bytes.
    pub salt: String,
    /// How keys are derived.
    pub kdf: Kdf,
    /// The service's clock, in seconds since the epoch.
    pub now: i64,
    /// base64url of the 49-byte compressed point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated: Option<String>,
}

/// The body of every other call.
#[derive(Serialize)]
pub(crate) struct SignedRequest<'a> {
    pub(crate) jwt: &'a str,
    #[serde(rename = "publicKey", skip_serializing_if = "Option::is_none")]
    pub(crate) public_key: Option<&'a Jwk>,
}

/// What `POST /confirm` answers once the key is active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The canonical address.
    pub address: String,
    /// The address's kid.
    pub kid: String,
    /// Seconds since the epoch.
    pub confirmed_at: i64,
}

/// What `POST /signature` answers for the active key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The canonical address.
    pub address: String,
    /// The address's kid.
    pub kid: String,
    /// Seconds since the epoch.
    pub confirmed_at: i64,
    /// The derivation the key was made with; older than the service's newest means that it is
    /// time for a password change, with the same password if need be.
    pub kdf_v: u32,
}
