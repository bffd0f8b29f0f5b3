//! `GET /openapi.json` on both listeners, made from the handlers' own annotations.

use actix_web::HttpResponse;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// The public listener.
#[derive(OpenApi)]
#[openapi(
    info(title = "Notary: public listener", description = "Accounts without shared secrets"),
    paths(
        super::salt::post,
        super::signup::post,
        super::confirm::post,
        super::signature::post,
        super::signature::patch,
        super::signature::delete,
        super::well_known::get,
        super::health::healthz,
        super::health::readyz,
        public
    )
)]
struct Public;

/// The admin listener.
#[derive(OpenApi)]
#[openapi(
    info(title = "Notary: admin listener", description = "For the one application that verifies"),
    paths(
        super::verify::get,
        super::forward_auth::any,
        super::forward_auth::any_below,
        super::introspect::post,
        super::signature::delete_any,
        super::accounts::list,
        super::accounts::get,
        super::blocks::list,
        super::blocks::lift,
        super::blocks::unblock,
        super::events::list,
        super::metrics::get,
        super::health::healthz,
        super::health::readyz,
        admin
    ),
    modifiers(&Credentials)
)]
struct Admin;

/// The ways to carry the admin secret, and the JWT that is asked about.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let header = ApiKey::Header(ApiKeyValue::new("Notary-Admin-Secret"));
        let http = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
        let jwt = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("adminSecret", SecurityScheme::ApiKey(header));
        components.add_security_scheme("jwt", SecurityScheme::Http(jwt));
        components.add_security_scheme("basic", http(HttpAuthScheme::Basic));
        components.add_security_scheme("bearer", http(HttpAuthScheme::Bearer));
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", responses(
    (status = 200, body = Object, description = "OpenAPI 3.1")))]
pub async fn public() -> HttpResponse {
    HttpResponse::Ok().json(Public::openapi())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", responses(
    (status = 200, body = Object, description = "OpenAPI 3.1")))]
pub async fn admin() -> HttpResponse {
    HttpResponse::Ok().json(Admin::openapi())
}
