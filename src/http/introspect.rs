//! `POST /introspect`: token introspection (RFC 7662).

use super::{
    body::Form,
    guard::check_secret,
    problem::{Problem, ProblemBody},
    verify::{bearer, count, question, verify},
};
use crate::core::Core;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{AUTHORIZATION, CACHE_CONTROL},
    web::Data,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The form of RFC 7662 section 2.1.
#[derive(Deserialize, ToSchema)]
pub struct IntrospectRequest {
    /// The JWT.
    token: String,
}

/// What is said of a token that is active (RFC 7662 section 2.2).
#[derive(Serialize)]
struct Active<'a> {
    active: bool,
    token_type: &'static str,
    username: &'a str,
    #[serde(flatten)]
    theirs: BTreeMap<String, &'a RawValue>,
}

/// What the server itself says of a token (RFC 7662 section 2.2): users cannot say it of theirs.
const OURS: [&str; 6] = ["active", "scope", "client_id", "username", "token_type", "iss"];

/// Is this token active, and what does it say? The client authenticates with Basic (any id, the
/// admin secret as password), Bearer or `Notary-Admin-Secret`.
#[utoipa::path(post, path = "/introspect", operation_id = "introspect",
    params(("aud" = Option<Vec<String>>, Query, description = "An accepted audience; NOTARY_PUBLIC_URI where absent"),
           ("method" = Option<String>, Query, description = "The htm that the JWT must have"),
           ("uri" = Option<String>, Query, description = "The htu that the JWT must have"),
           ("digest" = Option<String>, Query, description = "The digest that the JWT must have")),
    request_body(content = IntrospectRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
    (status = 200, body = Object, description = "`active`, and if it is true the claims, `username` and `token_type`"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = []), ("basic" = []), ("bearer" = [])))]
pub async fn post(
    core: Data<Core>,
    request: HttpRequest,
    body: Result<Form<IntrospectRequest>, Problem>,
) -> Result<HttpResponse, Problem> {
    check_secret(&request, &presented(&request))?;
    let question = question(request.query_string())?;
    let token = body?.0.token;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(match count(&core, verify(&core, &token, &question).await) {
        Ok((claims, key)) => {
            let mut theirs = claims.members();
            theirs.retain(|name, _| !OURS.contains(&name.as_str()));
            let username = key.address.as_str();
            response.json(Active { active: true, token_type: "Bearer", username, theirs })
        }
        Err(Problem::Rejected(_) | Problem::NotActive) => response.json(json!({ "active": false })),
        Err(problem) => return Err(problem),
    })
}

fn presented(request: &HttpRequest) -> Vec<u8> {
    let headers = request.headers();
    if let Some(secret) = headers.get("Notary-Admin-Secret") {
        return secret.as_bytes().to_vec();
    }
    if let Some(secret) = bearer(headers) {
        return secret.as_bytes().to_vec();
    }
    basic_password(headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()))
        .unwrap_or_default()
}

/// The password of Basic credentials (RFC 7617).
fn basic_password(header: Option<&str>) -> Option<Vec<u8>> {
    let (scheme, credentials) = header?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(())?;
    let credentials = STANDARD.decode(credentials.trim()).ok()?;
    let colon = credentials.iter().position(|byte| *byte == b':')?;
    Some(credentials[colon + 1..].to_vec())
}
