//! `POST /confirm`.

use super::{
    body::Json,
    problem::{Problem, ProblemBody},
    signup::StatusResponse,
    to_the_end::to_the_end,
};
use crate::{
    core::Core,
    flow::confirm::{self, Confirmed},
};
use actix_web::{HttpResponse, web::Data};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A JWT with the claim `token`, signed by the pending key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// ES384, with the claim `token`.
    jwt: String,
    /// The pending key's kid, where the client wants it checked.
    kid: Option<String>,
}

/// The key is active.
#[derive(Serialize, ToSchema)]
pub struct ConfirmResponse {
    /// The canonical address.
    address: String,
    /// Its key id.
    kid: String,
    /// Seconds since 1970.
    confirmed_at: i64,
}

/// Confirms a sign-up, a new password or a new address.
#[utoipa::path(post, path = "/confirm", operation_id = "confirm", request_body = ConfirmRequest, responses(
    (status = 200, body = ConfirmResponse, description = "The key is active"),
    (status = 202, body = StatusResponse, description = "The other mailbox has to confirm, too"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")))]
pub async fn post(core: Data<Core>, body: Json<ConfirmRequest>) -> Result<HttpResponse, Problem> {
    let Json(ConfirmRequest { jwt, kid }) = body;
    let confirmed =
        to_the_end(async move { confirm::confirm(&core, &jwt, kid.as_deref()).await }).await?;
    Ok(match confirmed {
        Confirmed::OneMore => {
            HttpResponse::Accepted().json(StatusResponse { status: "one_more_confirmation" })
        }
        Confirmed::Active { address, kid, at } => HttpResponse::Ok().json(ConfirmResponse {
            address: address.into(),
            kid: kid.to_string(),
            confirmed_at: at,
        }),
    })
}
