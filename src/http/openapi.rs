//! `GET /openapi.json` on both listeners, made from the handlers' own annotations.

use actix_web::HttpResponse;
use utoipa::OpenApi;

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
    )
)]
struct Admin;

/// This document.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, body = Object)))]
pub async fn public() -> HttpResponse {
    HttpResponse::Ok().json(Public::openapi())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, body = Object)))]
pub async fn admin() -> HttpResponse {
    HttpResponse::Ok().json(Admin::openapi())
}
