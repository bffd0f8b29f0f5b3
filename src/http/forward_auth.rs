//! `/forward-auth`: the same check for proxies that know only 2xx and 401 (nginx's auth_request,
//! Traefik's ForwardAuth, Envoy's ext_authz).

use super::{
    problem::{Problem, ProblemBody},
    verify::{bearer, counted, question, with_key},
};
use crate::{core::Core, domain::jwt::JwtFault, flow::verify::Question};
use actix_web::{HttpRequest, HttpResponse, http::header::HeaderMap, web::Data};
use serde_json::{Map, Value};

/// Any method, any path below. Takes the query of `/verify`. A JWT that is bound to a method or a
/// URI must be bound to the original request, which the proxy names in `X-Forwarded-Method`,
/// `-Proto`, `-Host` and `-Uri` or in `X-Original-Method` and `X-Original-URL`.
#[utoipa::path(get, path = "/forward-auth", responses(
    (status = 200, description = "Let it pass; the headers tell whose request it is"),
    (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn any(core: Data<Core>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let question = question(request.query_string())?;
    let jwt = bearer(request.headers()).ok_or(Problem::InvalidToken)?;
    let (claims, key) = counted(&core, jwt, &question).await.map_err(for_proxy)?;
    check_binding(&claims.claims, &question, request.headers())
        .map_err(|_| Problem::InvalidToken)?;
    Ok(with_key(HttpResponse::Ok(), &key).finish())
}

/// Whatever is wrong with the token is 401; what is wrong with us stays what it is.
fn for_proxy(problem: Problem) -> Problem {
    match problem {
        Problem::Rejected(_) | Problem::NotActive => Problem::InvalidToken,
        problem => problem,
    }
}

/// A claim that binds to a request must be checked by somebody: where the query did not name what
/// it must be, the proxy's headers do.
fn check_binding(
    claims: &Map<String, Value>,
    asked: &Question,
    headers: &HeaderMap,
) -> Result<(), JwtFault> {
    let bindings = [
        ("htm", asked.method.is_some(), original_method(headers)),
        ("htu", asked.uri.is_some(), original_uri(headers)),
    ];
    for (name, checked, original) in bindings {
        let claim = claims.get(name).filter(|_| !checked);
        if claim.is_some_and(|claim| claim.as_str() != original.as_deref()) {
            return Err(JwtFault::Binding(name));
        }
    }
    // The body never comes here, so only the query can tell its digest.
    match claims.get("digest") {
        Some(_) if asked.digest.is_none() => Err(JwtFault::Binding("digest")),
        _ => Ok(()),
    }
}

fn original_method(headers: &HeaderMap) -> Option<String> {
    let named = text(headers, "x-forwarded-method").or(text(headers, "x-original-method"));
    named.map(str::to_owned)
}

/// The original URI without query and fragment (RFC 9449 section 4.2).
fn original_uri(headers: &HeaderMap) -> Option<String> {
    let uri = match text(headers, "x-original-url") {
        Some(url) => url.to_owned(),
        None => {
            let scheme = text(headers, "x-forwarded-proto")?;
            let host = text(headers, "x-forwarded-host")?;
            format!("{scheme}://{host}{}", text(headers, "x-forwarded-uri")?)
        }
    };
    uri.split(['?', '#']).next().map(str::to_owned)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
