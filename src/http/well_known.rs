//! `GET /.well-known/notary`.

use crate::core::Core;
use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

/// The least length of a password, in code points. Only clients can check it.
const PASSWORD_LENGTH: u32 = 15;

/// What a client needs to know about this deployment.
#[derive(Serialize, ToSchema)]
pub struct WellKnown {
    /// `NOTARY_PUBLIC_URI`: the audience of every JWT for the user side.
    public_uri: String,
    /// From password to key.
    #[schema(value_type = Object)]
    kdf: notary_sdk::Kdf,
    /// Calls per IP.
    limits: Limits,
    /// What clients ask of passwords.
    password: PasswordRules,
    /// Seconds that a confirmation waits.
    confirmation_ttl: u64,
    /// `NOTARY_SIGNER_URI`: the signing service that goes with this one, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
    /// Where to call.
    endpoints: Endpoints,
}

/// Calls per IP.
#[derive(Serialize, ToSchema)]
struct Limits {
    calls_per_second: u32,
    calls_per_minute: u32,
}

/// What clients ask of passwords.
#[derive(Serialize, ToSchema)]
struct PasswordRules {
    min_length: u32,
    normalization: &'static str,
}

/// Where to call.
#[derive(Serialize, ToSchema)]
struct Endpoints {
    salt: String,
    signup: String,
    confirm: String,
    signature: String,
}

/// What a client needs to know about this deployment.
#[utoipa::path(get, path = "/.well-known/notary", operation_id = "discover", responses(
    (status = 200, body = WellKnown, description = "This deployment")))]
pub async fn get(core: Data<Core>) -> HttpResponse {
    let uri = &core.config.public_uri;
    HttpResponse::Ok().json(WellKnown {
        public_uri: uri.to_string(),
        kdf: core.kdf.clone(),
        limits: Limits {
            calls_per_second: core.config.calls_per_second.get(),
            calls_per_minute: core.config.calls_per_minute.get(),
        },
        password: PasswordRules { min_length: PASSWORD_LENGTH, normalization: "NFKC" },
        confirmation_ttl: core.config.confirmation_ttl.as_secs(),
        signer: core.config.signer_uri.as_ref().map(ToString::to_string),
        endpoints: Endpoints {
            salt: uri.join("/salt"),
            signup: uri.join("/signup"),
            confirm: uri.join("/confirm"),
            signature: uri.join("/signature"),
        },
    })
}
