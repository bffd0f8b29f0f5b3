//! The browser client, embedded in the binary.

use super::problem::Problem;
use crate::core::Core;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETag, EntityTag, Header, HeaderValue,
            IfNoneMatch, REFERRER_POLICY,
        },
    },
    web::{Data, Path},
};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::{collections::HashSet, sync::LazyLock};

/// What the build of `client/` has left; nothing where it was not built. Release builds hold it in
/// the binary, debug builds read it from the disk.
#[derive(RustEmbed)]
#[folder = "client/dist/"]
#[allow_missing = true]
struct Client;

/// THREATS row 35: nothing but our own scripts, styles and calls, and no frame around us. Whom else
/// a page may call is added at the end.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    connect-src 'self'";

/// The page that verifies what a signing service serves: no other may call it.
const COLLECTION: &str = "collection";

/// The files whose names hold a hash of their content.
static IMMUTABLE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let read = || serde_json::from_slice(&Client::get("manifest.json")?.data).ok();
    let Manifest { files } = read().unwrap_or_default();
    files.into_iter().filter(|file| file.immutable).map(|file| file.path).collect()
});

/// The build's own list of its files.
#[derive(Default, Deserialize)]
struct Manifest {
    files: Vec<BuiltFile>,
}

#[derive(Deserialize)]
struct BuiltFile {
    path: String,
    immutable: bool,
}

/// The sign-up page.
pub async fn index() -> HttpResponse {
    page("index.html", POLICY).unwrap_or_else(not_built)
}

/// The page behind the mail's link. It changes nothing by itself.
pub async fn confirm() -> HttpResponse {
    page("confirm.html", POLICY).unwrap_or_else(not_built)
}

/// The other pages.
pub async fn app(core: Data<Core>, name: Path<String>) -> Result<HttpResponse, Problem> {
    let signer = core.config.signer_uri.as_ref().filter(|_| *name == COLLECTION);
    let signer = signer.map(|uri| format!(" {}", uri.origin().ascii_serialization()));
    let policy = format!("{POLICY}{}", signer.unwrap_or_default());
    page(&format!("app/{name}.html"), &policy).ok_or(Problem::NotFound)
}

/// Scripts, styles and images. Most names change with their content; what has a lasting name is
/// asked for again each time, and answered by 304 while it is the same (RFC 9110 section 13.1.2).
pub async fn asset(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Problem> {
    let name = format!("assets/{name}");
    let file = file(&name).ok_or(Problem::NotFound)?;
    let mut response = HttpResponse::Ok();
    response
        // Other teams' pages embed the elements from their own origin.
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY));
    if IMMUTABLE.contains(&name) {
        response.insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    } else {
        let tag = EntityTag::new_strong(HEXLOWER.encode(&file.metadata.sha256_hash()));
        let known = holds(&request, &tag);
        response.insert_header((CACHE_CONTROL, "no-cache")).insert_header(ETag(tag));
        if known {
            return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
        }
    }
    Ok(response.content_type(content_type(&name)).body(file.data.into_owned()))
}

/// Does the caller hold this version already?
fn holds(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// A file by the very name that the build gave it. A debug build reads from the disk, where `..`
/// would be followed; a release build has no such name.
fn file(name: &str) -> Option<EmbeddedFile> {
    Client::get(name).filter(|_| !name.contains(".."))
}

fn page(name: &str, policy: &str) -> Option<HttpResponse> {
    let file = file(name)?;
    let html = file.data.into_owned();
    Some(response(policy).content_type("text/html; charset=utf-8").body(html))
}

fn response(policy: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("same-origin")));
    response
}

fn not_built() -> HttpResponse {
    response(POLICY).content_type("text/plain; charset=utf-8").body(
        "Notary is running, without its pages: they were not built.\n\n\
         To build them:  cd client && npm ci && npm run build\n\
         and then build notary again. The API is described at /openapi.json.\n",
    )
}

fn content_type(name: &str) -> String {
    mime_guess::from_path(name).first_or_octet_stream().to_string()
}
