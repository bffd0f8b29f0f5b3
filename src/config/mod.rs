//! The environment, checked: [`Config`] is the only way settings reach the rest of the crate.
//!
//! Reading goes in three steps: `names` turns every accepted spelling into the canonical one,
//! envy fills `raw`, and `read` turns the texts into types, collecting every mistake.

mod dump;
mod mistakes;
mod names;
mod raw;
mod read;
mod secrets;
mod settings;
mod uri;
mod values;

use std::{ffi::OsString, fmt, net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use ipnet::IpNet;
use url::{Origin, Url};

pub use mistakes::{ConfigErrors, Mistake};
pub use secrets::{AdminSecrets, Secret, SecretKey};
pub use uri::PublicUri;

/// Every setting, checked. `Debug` and [`Config::dump`] show no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// `NOTARY_DB_URI`: the PostgreSQL database, as `postgres://` or `postgresql://`.
    pub db_uri: Secret,
    /// `NOTARY_PUBLIC_URI`: the address users see, the `aud` of their JWTs.
    pub public_uri: PublicUri,
    /// `NOTARY_PUBLIC_PORT`: where to listen for users, on all interfaces; 0 takes a free port.
    pub public_port: u16,
    /// `NOTARY_ADMIN_INTERFACE`: where to listen for the other application.
    pub admin_interface: SocketAddr,
    /// `NOTARY_ADMIN_SECRET`: what the other application proves itself with.
    pub admin_secrets: AdminSecrets,
    /// `NOTARY_SECRET_KEY`: the one key that all others come from.
    pub secret_key: SecretKey,
    /// `NOTARY_CONFIRMATION_TTL`: how long a signup waits; 1 second to 24 hours.
    pub confirmation_ttl: Duration,
    /// How confirmation tokens leave.
    pub mail: MailRoute,
    /// `NOTARY_MAX_CALLS_PER_SECOND`: per IP, before it is throttled.
    pub calls_per_second: NonZeroU32,
    /// `NOTARY_MAX_CALLS_PER_MINUTE`: per IP, before it is blocked.
    pub calls_per_minute: NonZeroU32,
    /// `NOTARY_BLOCK_IPS_FOR`: how long it is blocked; whole hours, 1 to 720.
    pub block_for: Duration,
    /// `NOTARY_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `NOTARY_ALLOWED_ORIGINS`: whose pages may call, besides our own.
    pub allowed_origins: Vec<Origin>,
    /// `NOTARY_REQUIRE_REFERRER`: refuse calls with neither `Origin` nor `Referer`.
    pub require_referrer: bool,
    /// `NOTARY_SIGNER_URI`: the signing service whose collections our pages verify.
    pub signer_uri: Option<PublicUri>,
    /// `NOTARY_OPRF`: blind the password into the key (RFC 9497).
    pub oprf: bool,
    /// `NOTARY_TOKEN_MAX_AGE`: the longest `exp - iat` for other services; 1 second to 24 hours.
    pub token_max_age: Duration,
    /// `NOTARY_MAX_EVALUATIONS_PER_HOUR`: OPRF evaluations per address and node.
    pub max_evaluations_per_hour: NonZeroU32,
    /// `NOTARY_DB_POOL_SIZE`: connections to the database, besides the one for verification.
    pub db_pool_size: NonZeroU32,
    /// `NOTARY_VERIFY_CACHE_MB`: bytes for what verification remembers.
    pub verify_cache: usize,
    /// `NOTARY_JOURNAL`: where ended keys are written down beside the database.
    pub journal: Option<PathBuf>,
    /// `NOTARY_LOG`: directives for tracing's `EnvFilter`.
    pub log: String,
    /// Names of the secrets that came from files, for [`Config::dump`].
    from_files: Vec<&'static str>,
}

/// How confirmation tokens leave: by our own mail, or through an external mailer.
#[derive(Clone)]
pub enum MailRoute {
    /// `NOTARY_SMTP_URI` with `NOTARY_MAIL_FROM`.
    Smtp {
        /// `smtp://` or `smtps://`, with credentials if any.
        uri: Secret,
        /// The sender, as RFC 5322 writes a mailbox.
        from: String,
    },
    /// `NOTARY_CONFIRMATION_URI`.
    Webhook {
        /// https, or http on loopback.
        uri: Url,
    },
}

/// Silent about a mailer's URI, whose query may hold a secret.
impl fmt::Debug for MailRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp { .. } => "Smtp",
            Self::Webhook { .. } => "Webhook",
        })
    }
}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        // Not `vars`, which panics at any variable that is not Unicode, ours or not. Such a value
        // becomes one that no setting takes.
        let text = |value: OsString| value.into_string().unwrap_or_else(|_| "\u{fffd}".into());
        Self::from_vars(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, text(value)))),
        )
    }

    /// Reads the given variables, and the files that `…_FILE` variables name. Variables of other
    /// programs are ignored, and an empty value is none.
    pub fn from_vars(
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        read::read(vars)
    }
}

#[cfg(test)]
mod tests;
