//! `POST /signup`.

use super::{
    body::Json,
    problem::{Problem, ProblemBody},
};
use crate::{core::Core, domain::key::JwkFault, flow};
use actix_web::{HttpResponse, web::Data};
use notary_sdk::Jwk;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// A JWT and the key that has signed it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// ES384, signed by `publicKey`.
    pub jwt: String,
    /// The public key as a strict JWK.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: Box<RawValue>,
}

impl KeyRequest {
    /// The JWK, with its members checked.
    pub fn jwk(&self) -> Result<Jwk, Problem> {
        let parsed = Jwk::parse(self.public_key.get());
        parsed.map_err(|error| Problem::InvalidKey(JwkFault::Form(error)))
    }
}

/// What happens next.
#[derive(Serialize, ToSchema)]
pub struct StatusResponse {
    /// `confirmation_sent` or `one_more_confirmation`.
    pub status: &'static str,
}

/// A mail may be on its way; nobody learns whether.
pub const SENT: StatusResponse = StatusResponse { status: "confirmation_sent" };

/// Signs up, or asks for the mail once more.
#[utoipa::path(post, path = "/signup", operation_id = "signUp", request_body = KeyRequest, responses(
    (status = 202, body = StatusResponse, description = "A mail may be on its way"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn post(core: Data<Core>, body: Json<KeyRequest>) -> Result<HttpResponse, Problem> {
    flow::signup::signup(&core, &body.0.jwt, &body.0.jwk()?).await?;
    Ok(HttpResponse::Accepted().json(SENT))
}
