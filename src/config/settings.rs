//! The table of settings: PROTOCOL's names and defaults, and the words for a mistake.

/// One setting.
pub(super) struct Setting {
    pub(super) name: &'static str,
    /// `None`: must be given.
    pub(super) default: Option<&'static str>,
    /// Completes "expected …".
    pub(super) expected: &'static str,
    pub(super) example: &'static str,
    /// Has a `…_FILE` twin and is never shown.
    pub(super) secret: bool,
}

const fn required(name: &'static str, expected: &'static str, example: &'static str) -> Setting {
    Setting { name, default: None, expected, example, secret: false }
}

const fn secret(name: &'static str, expected: &'static str, example: &'static str) -> Setting {
    Setting { name, default: None, expected, example, secret: true }
}

/// The default is the example.
const fn optional(name: &'static str, default: &'static str, expected: &'static str) -> Setting {
    Setting { name, default: Some(default), expected, example: default, secret: false }
}

/// Empty by default.
const fn list(name: &'static str, expected: &'static str, example: &'static str) -> Setting {
    Setting { name, default: Some(""), expected, example, secret: false }
}

/// All settings, in the order of `.env.example`.
pub(super) const ALL: [&Setting; 24] = [
    &DB_URI,
    &PUBLIC_URI,
    &PUBLIC_PORT,
    &ADMIN_INTERFACE,
    &ADMIN_SECRET,
    &SECRET_KEY,
    &CONFIRMATION_TTL,
    &SMTP_URI,
    &MAIL_FROM,
    &CONFIRMATION_URI,
    &MAX_CALLS_PER_SECOND,
    &MAX_CALLS_PER_MINUTE,
    &BLOCK_IPS_FOR,
    &TRUSTED_PROXIES,
    &ALLOWED_ORIGINS,
    &REQUIRE_REFERRER,
    &SIGNER_URI,
    &OPRF,
    &TOKEN_MAX_AGE,
    &MAX_EVALUATIONS_PER_HOUR,
    &DB_POOL_SIZE,
    &VERIFY_CACHE_MB,
    &JOURNAL,
    &LOG,
];

pub(super) const DB_URI: Setting =
    secret("NOTARY_DB_URI", "a PostgreSQL URI", "postgres://notary:<password>@localhost/notary");
pub(super) const PUBLIC_URI: Setting = required(
    "NOTARY_PUBLIC_URI",
    "the https address users see, or http on loopback, in lower case, without a trailing slash, \
     default port, query, fragment or user",
    "https://accounts.example.com",
);
pub(super) const PUBLIC_PORT: Setting =
    optional("NOTARY_PUBLIC_PORT", "8080", "a port number, or 0 for any free one");
pub(super) const ADMIN_INTERFACE: Setting =
    optional("NOTARY_ADMIN_INTERFACE", "127.0.0.1:8081", "an IP address and a port");
pub(super) const ADMIN_SECRET: Setting = secret(
    "NOTARY_ADMIN_SECRET",
    "a secret of at least 32 visible ASCII characters, or two of them with a comma between",
    "<output of: openssl rand -hex 32>",
);
pub(super) const SECRET_KEY: Setting = secret(
    "NOTARY_SECRET_KEY",
    "at least 32 random bytes in base64",
    "<output of: openssl rand -base64 32>",
);
pub(super) const CONFIRMATION_TTL: Setting =
    optional("NOTARY_CONFIRMATION_TTL", "10m", "seconds, or a number with s, m or h, up to 24h");
pub(super) const SMTP_URI: Setting = secret(
    "NOTARY_SMTP_URI",
    "smtps://user:password@host, smtp://host?tls=required or, for a server on a trusted network, \
     smtp://host",
    "smtps://<user>:<password>@mail.example.com",
);
pub(super) const MAIL_FROM: Setting = required(
    "NOTARY_MAIL_FROM",
    "the sender's mailbox with an ASCII address, to go with NOTARY_SMTP_URI",
    "Example Accounts <accounts@example.com>",
);
pub(super) const CONFIRMATION_URI: Setting = required(
    "NOTARY_CONFIRMATION_URI",
    "an https URI, or http on loopback, without a user and not link-local",
    "https://mailer.example.com/confirmations",
);
pub(super) const MAX_CALLS_PER_SECOND: Setting =
    optional("NOTARY_MAX_CALLS_PER_SECOND", "5", "a whole number from 1");
pub(super) const MAX_CALLS_PER_MINUTE: Setting =
    optional("NOTARY_MAX_CALLS_PER_MINUTE", "60", "a whole number from 1");
pub(super) const BLOCK_IPS_FOR: Setting =
    optional("NOTARY_BLOCK_IPS_FOR", "1", "whole hours, 1 to 720");
pub(super) const TRUSTED_PROXIES: Setting = list(
    "NOTARY_TRUSTED_PROXIES",
    "CIDR blocks or IP addresses with commas between",
    "10.0.0.0/8,fd00::/8",
);
pub(super) const ALLOWED_ORIGINS: Setting = list(
    "NOTARY_ALLOWED_ORIGINS",
    "exact https origins, or http on loopback, with commas between",
    "https://shop.example.com,https://example.com:8443",
);
pub(super) const REQUIRE_REFERRER: Setting =
    optional("NOTARY_REQUIRE_REFERRER", "false", "true, false, on or off");
pub(super) const SIGNER_URI: Setting = list(
    "NOTARY_SIGNER_URI",
    "the https address of a signing service, or http on loopback, in lower case, without a trailing \
     slash, default port, query, fragment or user; or nothing",
    "https://settings.example.com/v1",
);
pub(super) const OPRF: Setting = optional("NOTARY_OPRF", "on", "on, off, true or false");
pub(super) const TOKEN_MAX_AGE: Setting =
    optional("NOTARY_TOKEN_MAX_AGE", "1h", "seconds, or a number with s, m or h, up to 24h");
pub(super) const MAX_EVALUATIONS_PER_HOUR: Setting =
    optional("NOTARY_MAX_EVALUATIONS_PER_HOUR", "100", "a whole number from 1");
pub(super) const DB_POOL_SIZE: Setting =
    optional("NOTARY_DB_POOL_SIZE", "16", "a whole number from 1");
pub(super) const VERIFY_CACHE_MB: Setting =
    optional("NOTARY_VERIFY_CACHE_MB", "64", "a whole number from 1 to 65536");
pub(super) const JOURNAL: Setting = list(
    "NOTARY_JOURNAL",
    "the absolute path of a file on another disk than the database's, or nothing",
    "/var/lib/notary/journal",
);
pub(super) const LOG: Setting =
    optional("NOTARY_LOG", "info", "a level or tracing directives, such as notary=debug,info");
