//! A route cannot exist without a guard.

use super::{guard, problem::Problem};
use actix_web::{
    HttpResponse, ResponseError, Route as ActixRoute,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

/// What stands before a route's handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: pages and health, which cost little and tell nothing.
    Open,
    /// The origin rule, the blocklist and the limits per IP.
    Caller,
    /// The admin secret.
    Secret,
    /// The handler authenticates by itself: RFC 7662 has its own ways to carry the secret.
    Own,
}

/// A row of a listener's route table.
pub struct Route {
    /// The method; `None` for any.
    pub method: Option<Method>,
    /// The path's template.
    pub path: &'static str,
    /// What stands before the handler.
    pub guard: Guard,
    /// The handler.
    pub handler: fn() -> ActixRoute,
}

/// Registers route tables: what is on it, 405 with `Allow` for other methods of its paths, and
/// 404 for everything else.
pub fn register(config: &mut ServiceConfig, table: &'static [Route], extra: &'static [Route]) {
    let mut seen = Vec::new();
    let table = || table.iter().chain(extra);
    for Route { path, .. } in table() {
        if seen.contains(path) {
            continue;
        }
        seen.push(path);
        let mut resource = web::resource(*path);
        let mut allowed = Vec::new();
        for route in table().filter(|route| route.path == *path) {
            resource = resource.route(guarded(route));
            allowed.extend(methods(route));
        }
        let refuse = move || {
            let response = Problem::MethodNotAllowed(allowed.clone()).error_response();
            std::future::ready(response)
        };
        config.service(resource.default_service(web::to(refuse)));
    }
    config.default_service(web::to(|| async { not_found() }));
}

fn guarded(route: &Route) -> ActixRoute {
    let handler = match &route.method {
        // Whoever can GET can HEAD (RFC 9110 section 9.3.2).
        Some(Method::GET) => (route.handler)()
            .guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head())),
        Some(method) => (route.handler)().method(method.clone()),
        None => (route.handler)(),
    };
    match route.guard {
        Guard::Open | Guard::Own => handler,
        Guard::Caller => handler.wrap(from_fn(guard::caller)),
        Guard::Secret => handler.wrap(from_fn(guard::secret)),
    }
}

fn methods(route: &Route) -> Vec<Method> {
    match &route.method {
        Some(Method::GET) => vec![Method::GET, Method::HEAD],
        Some(method) => vec![method.clone()],
        None => Vec::new(),
    }
}

fn not_found() -> HttpResponse {
    Problem::NotFound.error_response()
}
