//! The admin listener's route table.

use super::{
    accounts, blocks, events, forward_auth, health, introspect, metrics, openapi,
    route::{
        Guard::{Open, Own, Secret},
        Route,
    },
    signature, verify,
};
use actix_web::{http::Method, web};

/// Everything that the admin listener serves.
pub static ROUTES: &[Route] = &[
    Route {
        method: Some(Method::GET),
        path: "/verify",
        guard: Secret,
        handler: || web::to(verify::get),
    },
    Route {
        method: None,
        path: "/forward-auth",
        guard: Secret,
        handler: || web::to(forward_auth::any),
    },
    Route {
        method: None,
        path: "/forward-auth/{path:.*}",
        guard: Secret,
        handler: || web::to(forward_auth::any_below),
    },
    Route {
        method: Some(Method::POST),
        path: "/introspect",
        guard: Own,
        handler: || web::to(introspect::post),
    },
    Route {
        method: Some(Method::DELETE),
        path: "/signature",
        guard: Secret,
        handler: || web::to(signature::delete_any),
    },
    Route {
        method: Some(Method::GET),
        path: "/accounts",
        guard: Secret,
        handler: || web::to(accounts::list),
    },
    Route {
        method: Some(Method::GET),
        path: "/accounts/{kid}",
        guard: Secret,
        handler: || web::to(accounts::get),
    },
    Route {
        method: Some(Method::GET),
        path: "/blocks",
        guard: Secret,
        handler: || web::to(blocks::list),
    },
    Route {
        method: Some(Method::DELETE),
        path: "/blocks/addresses/{address}",
        guard: Secret,
        handler: || web::to(blocks::unblock),
    },
    Route {
        method: Some(Method::DELETE),
        path: "/blocks/{ip:.+}",
        guard: Secret,
        handler: || web::to(blocks::lift),
    },
    Route {
        method: Some(Method::GET),
        path: "/events",
        guard: Secret,
        handler: || web::to(events::list),
    },
    Route {
        method: Some(Method::GET),
        path: "/metrics",
        guard: Open,
        handler: || web::to(metrics::get),
    },
    Route {
        method: Some(Method::GET),
        path: "/openapi.json",
        guard: Open,
        handler: || web::to(openapi::admin),
    },
    Route {
        method: Some(Method::GET),
        path: "/healthz",
        guard: Open,
        handler: || web::to(health::healthz),
    },
    Route {
        method: Some(Method::GET),
        path: "/readyz",
        guard: Open,
        handler: || web::to(health::readyz),
    },
];
