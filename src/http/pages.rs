//! The browser client, embedded in the binary.

use super::problem::Problem;
use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY},
    web::Path,
};
use rust_embed::RustEmbed;

/// What the build of `client/` has left; nothing where it was not built.
#[derive(RustEmbed)]
#[folder = "client/dist/"]
#[allow_missing = true]
struct Client;

/// THREATS row 35: nothing but our own scripts, styles and calls, and no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The sign-up page.
pub async fn index() -> HttpResponse {
    page("index.html").unwrap_or_else(not_built)
}

/// The page behind the mail's link. It changes nothing by itself.
pub async fn confirm() -> HttpResponse {
    page("confirm.html").unwrap_or_else(not_built)
}

/// The other pages.
pub async fn app(name: Path<String>) -> Result<HttpResponse, Problem> {
    page(&format!("app/{name}.html")).ok_or(Problem::NotFound)
}

/// Scripts, styles and images. Their names change with their content.
pub async fn asset(name: Path<String>) -> Result<HttpResponse, Problem> {
    let name = format!("assets/{name}");
    let file = Client::get(&name).ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        // Other teams' pages embed the elements from their own origin.
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .content_type(content_type(&name))
        .body(file.data.into_owned()))
}

fn page(name: &str) -> Option<HttpResponse> {
    let file = Client::get(name)?;
    let html = file.data.into_owned();
    Some(response().content_type("text/html; charset=utf-8").body(html))
}

fn response() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")));
    response
}

fn not_built() -> HttpResponse {
    response().content_type("text/plain; charset=utf-8").body(
        "Notary is running, without its pages: they were not built.\n\n\
         To build them:  cd client && npm ci && npm run build\n\
         and then build notary again. The API is described at /openapi.json.\n",
    )
}

fn content_type(name: &str) -> String {
    mime_guess::from_path(name).first_or_octet_stream().to_string()
}
