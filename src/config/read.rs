use std::fs;

use super::{
    AdminSecrets, Config, ConfigErrors, MailRoute, Mistake, PublicUri, SecretKey,
    names::{self, FILE_SUFFIX},
    raw::Raw,
    settings::{self as s, Setting},
    uri, values as v,
};

const CHOOSE_A_MAIL_ROUTE: &str =
    "either this with NOTARY_MAIL_FROM, or NOTARY_CONFIRMATION_URI instead";

/// What is wrong has been noted already.
#[derive(PartialEq, Eq)]
struct Noted;

/// Collects mistakes while settings are read.
#[derive(Default)]
struct Reader {
    mistakes: Vec<Mistake>,
    from_files: Vec<&'static str>,
}

pub(super) fn read(
    vars: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigErrors> {
    let mut reader = Reader::default();
    let known = names::canonical(vars, &mut reader.mistakes);
    let raw = Raw::from_canonical(known).unwrap_or_default();
    let config = reader.config(raw);
    match config {
        Some(config) if reader.mistakes.is_empty() => Ok(config),
        _ => Err(ConfigErrors(reader.mistakes)),
    }
}

impl Reader {
    /// `None` only when a mistake has been noted. Everything is read before anything is given up.
    fn config(&mut self, raw: Raw) -> Option<Config> {
        let db_uri = self.text_or_file(&s::DB_URI, raw.db_uri, raw.db_uri_file);
        let db_uri = self.secret(&s::DB_URI, db_uri, v::postgres);
        let public_uri = self.value(&s::PUBLIC_URI, raw.public_uri, PublicUri::parse);
        let public_port = self.value(&s::PUBLIC_PORT, raw.public_port, v::parsed);
        let admin_interface = self.value(&s::ADMIN_INTERFACE, raw.admin_interface, v::parsed);
        let admin_secret =
            self.text_or_file(&s::ADMIN_SECRET, raw.admin_secret, raw.admin_secret_file);
        let admin_secrets = self.secret(&s::ADMIN_SECRET, admin_secret, AdminSecrets::parse);
        let secret_key = self.text_or_file(&s::SECRET_KEY, raw.secret_key, raw.secret_key_file);
        let secret_key = self.secret(&s::SECRET_KEY, secret_key, SecretKey::parse);
        let ttl = self.value(&s::CONFIRMATION_TTL, raw.confirmation_ttl, v::up_to_a_day);
        let smtp_uri = self.text_or_file(&s::SMTP_URI, raw.smtp_uri, raw.smtp_uri_file);
        let mail = self.mail(smtp_uri, raw.mail_from, raw.confirmation_uri);
        let per_second = self.value(&s::MAX_CALLS_PER_SECOND, raw.max_calls_per_second, v::parsed);
        let per_minute = self.value(&s::MAX_CALLS_PER_MINUTE, raw.max_calls_per_minute, v::parsed);
        let block_for = self.value(&s::BLOCK_IPS_FOR, raw.block_ips_for, v::block_hours);
        let trusted_proxies = self.value(&s::TRUSTED_PROXIES, raw.trusted_proxies, v::networks);
        let allowed_origins = self.value(&s::ALLOWED_ORIGINS, raw.allowed_origins, v::origins);
        let require_referrer = self.value(&s::REQUIRE_REFERRER, raw.require_referrer, v::on_or_off);
        let signer_uri = self.value(&s::SIGNER_URI, raw.signer_uri, v::signer);
        let oprf = self.value(&s::OPRF, raw.oprf, v::on_or_off);
        let token_max_age = self.value(&s::TOKEN_MAX_AGE, raw.token_max_age, v::up_to_a_day);
        let evaluations =
            self.value(&s::MAX_EVALUATIONS_PER_HOUR, raw.max_evaluations_per_hour, v::parsed);
        let db_pool_size = self.value(&s::DB_POOL_SIZE, raw.db_pool_size, v::parsed);
        let verify_cache = self.value(&s::VERIFY_CACHE_MB, raw.verify_cache_mb, v::megabytes);
        let journal = self.value(&s::JOURNAL, raw.journal, v::file);
        let log = self.value(&s::LOG, raw.log, v::log_directives);
        Some(Config {
            db_uri: db_uri?,
            public_uri: public_uri?,
            public_port: public_port?,
            admin_interface: admin_interface?,
            admin_secrets: admin_secrets?,
            secret_key: secret_key?,
            confirmation_ttl: ttl?,
            mail: mail?,
            calls_per_second: per_second?,
            calls_per_minute: per_minute?,
            block_for: block_for?,
            trusted_proxies: trusted_proxies?,
            allowed_origins: allowed_origins?,
            require_referrer: require_referrer?,
            signer_uri: signer_uri?,
            oprf: oprf?,
            token_max_age: token_max_age?,
            max_evaluations_per_hour: evaluations?,
            db_pool_size: db_pool_size?,
            verify_cache: verify_cache?,
            journal: journal?,
            log: log?,
            from_files: self.from_files.clone(),
        })
    }

    /// One of the two mail routes; half of one, both and none are mistakes.
    fn mail(
        &mut self,
        smtp_uri: Result<Option<String>, Noted>,
        from: Option<String>,
        webhook: Option<String>,
    ) -> Option<MailRoute> {
        let smtp = smtp_uri != Ok(None) || from.is_some();
        if smtp == webhook.is_some() {
            self.note(&s::SMTP_URI, CHOOSE_A_MAIL_ROUTE);
        }
        let by_smtp = smtp.then(|| {
            let uri = self.secret(&s::SMTP_URI, smtp_uri, v::mail_server);
            let from = self.value(&s::MAIL_FROM, from, v::mailbox);
            Some(MailRoute::Smtp { uri: uri?, from: from? })
        });
        let by_webhook = webhook.map(|uri| {
            let uri = self.value(&s::CONFIRMATION_URI, Some(uri), uri::webhook);
            uri.map(|uri| MailRoute::Webhook { uri })
        });
        by_smtp.or(by_webhook).flatten()
    }

    /// A secret's text, from its own variable or from the file that its twin names.
    fn text_or_file(
        &mut self,
        setting: &Setting,
        text: Option<String>,
        path: Option<String>,
    ) -> Result<Option<String>, Noted> {
        let twin = || format!("{}{FILE_SUFFIX}", setting.name);
        match (text, path) {
            (text, None) => Ok(text),
            (Some(_), Some(_)) => {
                self.note(setting, &format!("a value here or in {}, not both", twin()));
                Err(Noted)
            }
            (None, Some(path)) => match fs::read_to_string(path.trim()) {
                Ok(text) => {
                    self.from_files.push(setting.name);
                    Ok(Some(text))
                }
                Err(_) => {
                    self.mistakes.push(Mistake {
                        name: twin(),
                        expected: "the path of a text file that this process may read".into(),
                        example: format!("{}=/run/secrets/{}", twin(), setting.name.to_lowercase()),
                    });
                    Err(Noted)
                }
            },
        }
    }

    fn secret<T>(
        &mut self,
        setting: &Setting,
        text: Result<Option<String>, Noted>,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.value(setting, text.ok()?, parse)
    }

    /// The given text, or else the default, as its type.
    fn value<T>(
        &mut self,
        setting: &Setting,
        given: Option<String>,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = given.as_deref().or(setting.default).and_then(|text| parse(text.trim()));
        if value.is_none() {
            self.note(setting, setting.expected);
        }
        value
    }

    fn note(&mut self, setting: &Setting, expected: &str) {
        self.mistakes.push(Mistake {
            name: setting.name.into(),
            expected: expected.into(),
            example: format!("{}={}", setting.name, setting.example),
        });
    }
}
