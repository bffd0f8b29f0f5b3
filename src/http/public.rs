//! The public listener's route table.

use super::{
    confirm, health, openapi, pages,
    route::{
        Guard::{Caller, Open},
        Route,
    },
    salt, signature, signup, well_known,
};
use actix_web::{http::Method, web};

/// Everything that the public listener serves.
pub static ROUTES: &[Route] = &[
    Route {
        method: Some(Method::POST),
        path: "/salt",
        guard: Caller,
        handler: || web::to(salt::post),
    },
    Route {
        method: Some(Method::POST),
        path: "/signup",
        guard: Caller,
        handler: || web::to(signup::post),
    },
    Route {
        method: Some(Method::POST),
        path: "/confirm",
        guard: Caller,
        handler: || web::to(confirm::post),
    },
    Route {
        method: Some(Method::POST),
        path: "/signature",
        guard: Caller,
        handler: || web::to(signature::post),
    },
    Route {
        method: Some(Method::PATCH),
        path: "/signature",
        guard: Caller,
        handler: || web::to(signature::patch),
    },
    Route {
        method: Some(Method::DELETE),
        path: "/signature",
        guard: Caller,
        handler: || web::to(signature::delete),
    },
    Route {
        method: Some(Method::GET),
        path: "/.well-known/notary",
        guard: Open,
        handler: || web::to(well_known::get),
    },
    Route {
        method: Some(Method::GET),
        path: "/openapi.json",
        guard: Open,
        handler: || web::to(openapi::public),
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
    Route { method: Some(Method::GET), path: "/", guard: Open, handler: || web::to(pages::index) },
    Route {
        method: Some(Method::GET),
        path: "/confirm",
        guard: Open,
        handler: || web::to(pages::confirm),
    },
    Route {
        method: Some(Method::GET),
        path: "/app/{page}",
        guard: Open,
        handler: || web::to(pages::app),
    },
    Route {
        method: Some(Method::GET),
        path: "/assets/{file:.+}",
        guard: Open,
        handler: || web::to(pages::asset),
    },
];
