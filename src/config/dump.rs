use std::time::Duration;

use url::{Origin, Url};

use super::{
    Config, MailRoute,
    settings::{self as s, Setting},
};

impl Config {
    /// Every setting as `NOTARY_X=value`, a line each, defaults included; what is not in use is
    /// empty. A secret is `<set>`, or `<set from file>`.
    pub fn dump(&self) -> String {
        let secret = |setting: &Setting| match self.from_files.contains(&setting.name) {
            true => "<set from file>".to_owned(),
            false => "<set>".to_owned(),
        };
        let (smtp_uri, mail_from, confirmation_uri) = match &self.mail {
            MailRoute::Smtp { from, .. } => (secret(&s::SMTP_URI), from.clone(), String::new()),
            MailRoute::Webhook { uri } => (String::new(), String::new(), without_query(uri)),
        };
        let lines = [
            (&s::DB_URI, secret(&s::DB_URI)),
            (&s::PUBLIC_URI, self.public_uri.to_string()),
            (&s::PUBLIC_PORT, self.public_port.to_string()),
            (&s::ADMIN_INTERFACE, self.admin_interface.to_string()),
            (&s::ADMIN_SECRET, secret(&s::ADMIN_SECRET)),
            (&s::SECRET_KEY, secret(&s::SECRET_KEY)),
            (&s::CONFIRMATION_TTL, time(self.confirmation_ttl)),
            (&s::SMTP_URI, smtp_uri),
            (&s::MAIL_FROM, mail_from),
            (&s::CONFIRMATION_URI, confirmation_uri),
            (&s::MAX_CALLS_PER_SECOND, self.calls_per_second.to_string()),
            (&s::MAX_CALLS_PER_MINUTE, self.calls_per_minute.to_string()),
            (&s::BLOCK_IPS_FOR, (self.block_for.as_secs() / 3600).to_string()),
            (&s::TRUSTED_PROXIES, list(&self.trusted_proxies, ToString::to_string)),
            (&s::ALLOWED_ORIGINS, list(&self.allowed_origins, Origin::ascii_serialization)),
            (&s::REQUIRE_REFERRER, self.require_referrer.to_string()),
            (&s::SIGNER_URI, self.signer_uri.as_ref().map(ToString::to_string).unwrap_or_default()),
            (&s::OPRF, if self.oprf { "on".into() } else { "off".into() }),
            (&s::TOKEN_MAX_AGE, time(self.token_max_age)),
            (&s::MAX_EVALUATIONS_PER_HOUR, self.max_evaluations_per_hour.to_string()),
            (&s::DB_POOL_SIZE, self.db_pool_size.to_string()),
            (&s::VERIFY_CACHE_MB, (self.verify_cache / 1_000_000).to_string()),
            (
                &s::JOURNAL,
                self.journal.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            ),
            (&s::LOG, self.log.clone()),
        ];
        lines.map(|(setting, value)| format!("{}={value}\n", setting.name)).concat()
    }
}

/// A query may hold a secret.
fn without_query(uri: &Url) -> String {
    match uri.as_str().split_once('?') {
        Some((before, _)) => format!("{before}?<set>"),
        None => uri.to_string(),
    }
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

fn list<T>(entries: &[T], shown: impl Fn(&T) -> String) -> String {
    entries.iter().map(shown).collect::<Vec<_>>().join(",")
}
