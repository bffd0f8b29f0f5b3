//! `/signature`: a user's own, and on the admin listener anybody's.

use super::{
    body::Json,
    problem::{Problem, ProblemBody},
    signup::{KeyRequest, SENT, StatusResponse},
    to_the_end::to_the_end,
};
use crate::{
    core::Core,
    domain::{address::Address, salt::Kid},
    error::Error,
    flow::{self, disable::Target},
};
use actix_web::{HttpResponse, web::Data};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A JWT signed by the active key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JwtRequest {
    /// ES384.
    jwt: String,
}

/// The key is the active one.
#[derive(Serialize, ToSchema)]
pub struct SignatureResponse {
    /// The canonical address.
    address: String,
    /// Its key id.
    kid: String,
    /// Seconds since 1970.
    confirmed_at: i64,
    /// The version of the kdf that made the key.
    kdf_v: i32,
}

/// Is my key the active one?
#[utoipa::path(post, path = "/signature", operation_id = "status", request_body = JwtRequest, responses(
    (status = 200, body = SignatureResponse, description = "It is"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn post(core: Data<Core>, body: Json<JwtRequest>) -> Result<HttpResponse, Problem> {
    let active = flow::status::status(&core, &body.0.jwt).await?;
    Ok(HttpResponse::Ok().json(SignatureResponse {
        address: active.address.into(),
        kid: active.kid.to_string(),
        confirmed_at: active.confirmed_at,
        kdf_v: active.kdf_v,
    }))
}

/// Asks for a new password or a new address.
#[utoipa::path(patch, path = "/signature", operation_id = "replaceKey", request_body = KeyRequest, responses(
    (status = 202, body = StatusResponse, description = "A mail may be on its way"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn patch(core: Data<Core>, body: Json<KeyRequest>) -> Result<HttpResponse, Problem> {
    flow::replace::replace(&core, &body.0.jwt, &body.0.jwk()?).await?;
    Ok(HttpResponse::Accepted().json(SENT))
}

/// Disables the account at once.
#[utoipa::path(delete, path = "/signature", operation_id = "disable", request_body = JwtRequest, responses(
    (status = 204, description = "Disabled"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn delete(core: Data<Core>, body: Json<JwtRequest>) -> Result<HttpResponse, Problem> {
    to_the_end(async move { flow::disable::by_user(&core, &body.0.jwt).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whom an admin disables: exactly one of address and kid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisableRequest {
    /// The address, in any spelling.
    address: Option<String>,
    /// The key id.
    kid: Option<String>,
    /// Also keep the address from signing up again.
    #[serde(default)]
    block: bool,
}

/// Disables an account at once; nobody is asked.
#[utoipa::path(delete, path = "/signature", operation_id = "disableAny", request_body = DisableRequest, responses(
    (status = 204, description = "Disabled"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn delete_any(
    core: Data<Core>,
    body: Json<DisableRequest>,
) -> Result<HttpResponse, Problem> {
    let Json(DisableRequest { address, kid, block }) = body;
    let target = match (address, kid) {
        (Some(address), None) => Target::Address(Address::parse(&address).map_err(Error::from)?),
        (None, Some(kid)) => Target::Kid(
            Kid::parse(&kid).ok_or(Error::Query("kid must be 128 lower-case hex digits."))?,
        ),
        _ => return Err(Problem::MalformedRequest("Name either an address or a kid.")),
    };
    to_the_end(async move { flow::disable::by_admin(&core, target, block).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
