use std::collections::BTreeMap;

use serde::Deserialize;

use super::names::PREFIX;

/// The settings as given: names without `NOTARY_`, in lower case, as envy matches them.
#[derive(Default, Deserialize)]
pub(super) struct Raw {
    pub(super) db_uri: Option<String>,
    pub(super) db_uri_file: Option<String>,
    pub(super) public_uri: Option<String>,
    pub(super) public_port: Option<String>,
    pub(super) admin_interface: Option<String>,
    pub(super) admin_secret: Option<String>,
    pub(super) admin_secret_file: Option<String>,
    pub(super) secret_key: Option<String>,
    pub(super) secret_key_file: Option<String>,
    pub(super) confirmation_ttl: Option<String>,
    pub(super) smtp_uri: Option<String>,
    pub(super) smtp_uri_file: Option<String>,
    pub(super) mail_from: Option<String>,
    pub(super) confirmation_uri: Option<String>,
    pub(super) max_calls_per_second: Option<String>,
    pub(super) max_calls_per_minute: Option<String>,
    pub(super) block_ips_for: Option<String>,
    pub(super) trusted_proxies: Option<String>,
    pub(super) allowed_origins: Option<String>,
    pub(super) require_referrer: Option<String>,
    pub(super) signer_uri: Option<String>,
    pub(super) oprf: Option<String>,
    pub(super) token_max_age: Option<String>,
    pub(super) max_evaluations_per_hour: Option<String>,
    pub(super) db_pool_size: Option<String>,
    pub(super) verify_cache_mb: Option<String>,
    pub(super) journal: Option<String>,
    pub(super) log: Option<String>,
}

impl Raw {
    /// Fills in what is known under canonical names. Cannot fail: every field is an optional text
    /// and no name comes twice. Were it to, the error is dropped, because envy's prints values.
    pub(super) fn from_canonical(known: BTreeMap<String, String>) -> Option<Self> {
        envy::prefixed(PREFIX).from_iter(known).ok()
    }
}
