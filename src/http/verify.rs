//! `GET /verify`.

use super::problem::{Problem, ProblemBody};
use crate::{
    core::Core,
    domain::jwt::{JwtFault, ServiceClaims},
    error::Error,
    flow::{self, verify::Question},
    metrics::Outcome,
    store::keys::ActiveKey,
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderName},
    web::Data,
};
use std::sync::Arc;

const ADDRESS: HeaderName = HeaderName::from_static("notary-address");
const KID: HeaderName = HeaderName::from_static("notary-kid");
const THUMBPRINT: HeaderName = HeaderName::from_static("notary-key-thumbprint");

/// Who signed the JWT in `Authorization: Bearer`, and is the key still the active one?
#[utoipa::path(get, path = "/verify", operation_id = "verify",
    params(("aud" = Option<Vec<String>>, Query, description = "An accepted audience; NOTARY_PUBLIC_URI where absent"),
           ("method" = Option<String>, Query, description = "The htm that the JWT must have"),
           ("uri" = Option<String>, Query, description = "The htu that the JWT must have"),
           ("digest" = Option<String>, Query, description = "The digest that the JWT must have")),
    responses(
    (status = 200, body = Object, description = "The claims, as signed"),
    (status = 404, body = ProblemBody, description = "No confirmed signature", content_type = "application/problem+json"),
    (status = 422, body = ProblemBody, description = "Not a valid JWT", content_type = "application/problem+json"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [], "jwt" = [])))]
pub async fn get(core: Data<Core>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let question = question(request.query_string())?;
    let jwt = bearer(request.headers()).ok_or(Problem::Rejected(JwtFault::Malformed(
        "a JWT is expected in Authorization: Bearer",
    )))?;
    let (claims, key) = count(&core, verify(&core, jwt, &question).await)?;
    Ok(with_key(HttpResponse::Ok(), &key)
        .content_type("application/json")
        .body(claims.payload().to_owned()))
}

/// Verifies; what is wrong with the JWT is 422 or 404.
pub async fn verify(
    core: &Core,
    jwt: &str,
    question: &Question,
) -> Result<(ServiceClaims, Arc<ActiveKey>), Problem> {
    flow::verify::verify(core, jwt, question).await.map_err(Problem::of_verification)
}

/// Counts a verification's outcome.
pub fn count<T>(core: &Core, result: Result<T, Problem>) -> Result<T, Problem> {
    let outcome = result.as_ref().map_or_else(Problem::name, |_| "ok");
    core.metrics.verifications.get_or_create(&Outcome { outcome }).inc();
    result
}

/// The headers that tell whose key it was.
pub fn with_key(mut response: HttpResponseBuilder, key: &ActiveKey) -> HttpResponseBuilder {
    response
        .insert_header((ADDRESS, key.address.as_str()))
        .insert_header((KID, key.kid.to_string()))
        .insert_header((THUMBPRINT, key.key.thumbprint().to_string()))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// The token of `Authorization: Bearer` (RFC 6750 section 2.1). Two such headers are none: others on
/// the way may have read the other one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(AUTHORIZATION);
    let line = lines.next().filter(|_| lines.next().is_none())?;
    // Whatever else is no visible ASCII is no base64url either, and is noticed there.
    let (scheme, token) = std::str::from_utf8(line.as_bytes()).ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Parses the query; a name that is not known, or occurs twice where it may not, is a mistake that
/// would otherwise loosen the check.
pub fn question(query: &str) -> Result<Question, Problem> {
    let mut question = Question::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let slot = match name.as_ref() {
            "aud" => {
                question.audiences.push(value.into_owned());
                continue;
            }
            "method" => &mut question.method,
            "uri" => &mut question.uri,
            "digest" => &mut question.digest,
            _ => return Err(unknown_parameter()),
        };
        if slot.replace(value.into_owned()).is_some() {
            return Err(unknown_parameter());
        }
    }
    Ok(question)
}

fn unknown_parameter() -> Problem {
    Error::Query(
        "The query may hold aud, any number of times, and method, uri and digest once each.",
    )
    .into()
}
