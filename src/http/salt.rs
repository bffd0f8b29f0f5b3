//! `POST /salt`.

use super::{
    body::Json,
    guard::ip,
    problem::{Problem, ProblemBody},
};
use crate::{
    core::Core,
    domain::{address::Address, oprf::Blinded},
    error::Error,
    flow,
};
use actix_web::{HttpRequest, HttpResponse, web::Data};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a client asks before it makes its key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaltRequest {
    /// The mail address, in any spelling.
    address: String,
    /// The blinded password (RFC 9497): 49 bytes, base64url without padding.
    blinded: Option<String>,
}

/// What the client makes its key from.
#[derive(Serialize, ToSchema)]
pub struct SaltResponse {
    /// The address in canonical form.
    address: String,
    /// 16 bytes, standard padded base64.
    salt: String,
    /// How to get from password to key.
    #[schema(value_type = Object)]
    kdf: notary_sdk::Kdf,
    /// The server's time in seconds since 1970.
    now: i64,
    /// The evaluated element: 49 bytes, base64url without padding.
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluated: Option<String>,
}

/// The salt of an address, always the same, whether or not it has an account.
#[utoipa::path(post, path = "/salt", operation_id = "salt", request_body = SaltRequest, responses(
    (status = 200, body = SaltResponse, description = "What the key is made from"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn post(
    core: Data<Core>,
    request: HttpRequest,
    body: Json<SaltRequest>,
) -> Result<HttpResponse, Problem> {
    let Json(SaltRequest { address, blinded }) = body;
    let address = Address::parse(&address).map_err(Error::from)?;
    let blinded = blinded.map(|text| parse_blinded(&text)).transpose()?;
    let answer = flow::salt::salt(&core, &address, blinded.as_ref(), ip(&request).into()).await?;
    Ok(HttpResponse::Ok().json(SaltResponse {
        address: address.into(),
        salt: answer.salt.to_base64(),
        kdf: core.kdf.clone(),
        now: core.clock.now(),
        evaluated: answer.evaluated.map(|element| URL_SAFE_NO_PAD.encode(element)),
    }))
}

fn parse_blinded(text: &str) -> Result<Blinded, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Blinded)?;
    Blinded::parse(&bytes).ok_or(Error::Blinded)
}
