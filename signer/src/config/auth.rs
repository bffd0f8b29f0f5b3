//! Whom the service believes, and whom it tells.

use url::Url;

use super::{
    secret::{HmacSecret, Secret},
    settings::{Noted, Settings},
    values,
};

const NOBODY: &str =
    "required: nobody could sign in; for trying out, multiauth.policies = basicauth";

/// How callers are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthSettings {
    /// `kinto.userid_hmac_secret`, where `multiauth.policies` has `basicauth`.
    pub basic: Option<HmacSecret>,
    /// Where JWTs are checked.
    pub notary: Option<NotarySettings>,
}

/// The identity service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotarySettings {
    /// `notary.admin_url`: its admin listener.
    pub admin_url: Url,
    /// `notary.admin_secret`, or the file `notary.admin_secret_file`.
    pub admin_secret: Secret,
    /// `notary.audience`: our public URI, which a JWT's `aud` must be.
    pub audience: String,
}

/// Who is told of reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// `signer.webhook_url`: https, or http of this machine.
    pub url: Url,
    /// `signer.webhook_secret`, or the file `signer.webhook_secret_file`: signs what is sent.
    pub secret: Secret,
}

impl AuthSettings {
    /// Notes what is wrong, and that nobody could sign in where somebody must be able to.
    pub(super) fn read(
        settings: &mut Settings,
        readonly: bool,
        warnings: &mut Vec<String>,
    ) -> Self {
        let policies = settings.list("multiauth.policies").unwrap_or_default();
        let mut with_basic = false;
        for policy in policies {
            match policy.as_str() {
                "basicauth" => with_basic = true,
                other => warnings.push(format!(
                    "multiauth.policies: there is no {other} here; people are known through Notary"
                )),
            }
        }
        let notary = NotarySettings::read(settings, !with_basic && !readonly);
        let hmac_secret = settings.text("userid_hmac_secret").map(Secret::new);
        if with_basic {
            warnings.push(
                "multiauth.policies: basicauth takes whatever user and password somebody makes up; \
                 it is for trying out"
                    .into(),
            );
            if hmac_secret.is_none() {
                settings.mistake("userid_hmac_secret", "required by basicauth");
            }
        }
        Self { basic: hmac_secret.filter(|_| with_basic), notary }
    }
}

impl NotarySettings {
    /// `None` when nothing of it is given, or a mistake has been noted.
    fn read(settings: &mut Settings, required: bool) -> Option<Self> {
        let admin_url = settings.parsed("notary.admin_url", values::HTTP_URL, values::http_url);
        let admin_secret = settings.secret("notary.admin_secret");
        let audience = settings.text("notary.audience");
        if settings.text("notary.admin_url").is_none() {
            if !matches!(admin_secret, Ok(None)) || audience.is_some() {
                settings.mistake("notary.admin_url", "required, as others of notary.… are given");
            } else if required {
                settings.mistake("notary.admin_url", NOBODY);
            }
            return None;
        }
        if audience.is_none() {
            settings.mistake("notary.audience", "required: the public URI of this service");
        }
        let admin_secret = long(settings, "notary.admin_secret", admin_secret);
        Some(Self { admin_url: admin_url?, admin_secret: admin_secret?, audience: audience? })
    }
}

impl Webhook {
    /// `None` when there is none, or a mistake has been noted.
    pub(super) fn read(settings: &mut Settings) -> Option<Self> {
        let url = settings.parsed(
            "signer.webhook_url",
            values::HTTPS_OR_LOOPBACK,
            values::https_or_loopback,
        );
        let secret = settings.secret("signer.webhook_secret");
        if settings.text("signer.webhook_url").is_none() {
            if !matches!(secret, Ok(None)) {
                settings.mistake("signer.webhook_url", "required, as its secret is given");
            }
            return None;
        }
        let secret = long(settings, "signer.webhook_secret", secret);
        Some(Self { url: url?, secret: secret? })
    }
}

/// Notes a secret that is missing, too short, or could not travel in a header field.
fn long(
    settings: &mut Settings,
    key: &str,
    secret: Result<Option<Secret>, Noted>,
) -> Option<Secret> {
    let secret = secret.ok()?;
    let fits = secret.as_ref().is_some_and(|secret| values::is_long_secret(secret.expose()));
    if !fits {
        settings.mistake(key, format!("expected {}", values::LONG_SECRET));
    }
    secret.filter(|_| fits)
}
