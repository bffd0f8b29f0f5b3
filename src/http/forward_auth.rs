//! `/forward-auth`: the same check for proxies that know only 2xx and 401 (nginx's auth_request,
//! Traefik's ForwardAuth, Envoy's ext_authz).

use super::{
    problem::{Problem, ProblemBody},
    verify::{bearer, count, question, verify, with_key},
};
use crate::{
    core::Core,
    domain::jwt::{Claim, Claims, JwtFault},
    flow::verify::Question,
};
use actix_web::{HttpRequest, HttpResponse, http::header::HeaderMap, web::Data};

/// Any method. A JWT that is bound to a method or a URI must be bound to the
/// original request, which the proxy names in `X-Forwarded-Method`, `-Proto`, `-Host` and `-Uri` or
/// in `X-Original-Method` and `X-Original-URL`. The proxy must set what it uses itself: where both
/// are there, both must fit, so that a caller cannot add the other.
#[utoipa::path(get, path = "/forward-auth", operation_id = "forwardAuth",
    params(("aud" = Option<Vec<String>>, Query, description = "An accepted audience; NOTARY_PUBLIC_URI where absent"),
           ("method" = Option<String>, Query, description = "The htm that the JWT must have"),
           ("uri" = Option<String>, Query, description = "The htu that the JWT must have"),
           ("digest" = Option<String>, Query, description = "The digest that the JWT must have"),
           ("binding" = Option<String>, Query, description = "`required`: refuse JWTs without htm and htu")),
    responses(
    (status = 200, description = "Let it pass; the headers tell whose request it is"),
    (status = 401, body = ProblemBody, description = "Refuse it", content_type = "application/problem+json"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [], "jwt" = [])))]
pub async fn any(core: Data<Core>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    answer(&core, &request, &policy(request.query_string())?).await
}

/// The same for proxies that ask below this path, as Envoy does. The query is then the original
/// request's, chosen by whoever made it, and asks for nothing: the audience is NOTARY_PUBLIC_URI.
#[utoipa::path(get, path = "/forward-auth/{path}", operation_id = "forwardAuthBelow",
    params(("path" = String, Path, description = "Anything: it is not looked at")),
    responses(
    (status = 200, description = "Let it pass; the headers tell whose request it is"),
    (status = 401, body = ProblemBody, description = "Refuse it", content_type = "application/problem+json"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [], "jwt" = [])))]
pub async fn any_below(core: Data<Core>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    answer(&core, &request, &Policy::default()).await
}

async fn answer(
    core: &Core,
    request: &HttpRequest,
    policy: &Policy,
) -> Result<HttpResponse, Problem> {
    let jwt = bearer(request.headers()).ok_or(Problem::InvalidToken)?;
    let result = verify(core, jwt, &policy.question).await.and_then(|(claims, key)| {
        check_binding(claims.claims(), policy, request.headers()).map_err(Problem::Rejected)?;
        Ok(key)
    });
    let key = count(core, result).map_err(for_proxy)?;
    Ok(with_key(HttpResponse::Ok(), &key).finish())
}

/// What a proxy asks for.
#[derive(Default)]
struct Policy {
    question: Question,
    /// Every JWT must be bound to its request.
    binding_required: bool,
}

/// The query of `/verify`, and `binding=required`.
fn policy(query: &str) -> Result<Policy, Problem> {
    let (binding, rest): (Vec<_>, Vec<_>) =
        query.split('&').partition(|pair| pair.split('=').next() == Some("binding"));
    let binding_required = match binding.as_slice() {
        [] => false,
        ["binding=required"] => true,
        _ => return Err(Problem::MalformedRequest("binding can only be required.")),
    };
    Ok(Policy { question: question(&rest.join("&"))?, binding_required })
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
fn check_binding(claims: &Claims, policy: &Policy, headers: &HeaderMap) -> Result<(), JwtFault> {
    let Policy { question: asked, binding_required } = policy;
    let bindings = [
        ("htm", &claims.htm, asked.method.is_some(), original_methods(headers)),
        ("htu", &claims.htu, asked.uri.is_some(), original_uris(headers)),
    ];
    for (name, claim, checked, originals) in bindings {
        let fits = match claim {
            Claim::Absent => !binding_required,
            _ if checked => true,
            claim => {
                let is_original = |original: &String| claim.text() == Some(original);
                !originals.is_empty() && originals.iter().all(is_original)
            }
        };
        if !fits {
            return Err(JwtFault::Binding(name));
        }
    }
    // The body never comes here, so only the query can tell its digest.
    if !claims.digest.is_absent() && asked.digest.is_none() {
        return Err(JwtFault::Binding("digest"));
    }
    Ok(())
}

/// Every method that the headers name for the original request.
fn original_methods(headers: &HeaderMap) -> Vec<String> {
    let names = ["x-forwarded-method", "x-original-method"];
    names.into_iter().flat_map(|name| texts(headers, name)).collect()
}

/// Every URI that the headers name for the original request, without query and fragment (RFC 9449
/// section 4.2).
fn original_uris(headers: &HeaderMap) -> Vec<String> {
    let [schemes, hosts, paths] =
        ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"].map(|n| texts(headers, n));
    let mut uris = texts(headers, "x-original-url");
    for (scheme, host) in schemes.iter().flat_map(|s| hosts.iter().map(move |host| (s, host))) {
        uris.extend(paths.iter().map(|path| format!("{scheme}://{host}{path}")));
    }
    for uri in &mut uris {
        let end = uri.find(['?', '#']).unwrap_or(uri.len());
        uri.truncate(end);
    }
    uris
}

/// A header's lines; one that is no text fits nothing.
fn texts(headers: &HeaderMap, name: &str) -> Vec<String> {
    let lines = headers.get_all(name).map(|line| line.to_str().unwrap_or_default().to_owned());
    lines.collect()
}
