//! A request's id, its line in the log and its place in the metrics.

use super::guard;
use crate::metrics::Request;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Which listener this is.
#[derive(Clone, Copy, Debug)]
pub struct Listener(pub &'static str);

/// Gives the request an id, logs its answer and counts it. Neither path nor query is logged, only
/// the route's template: nothing that a user sent.
pub async fn request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let core = guard::core(request.request());
    let listener = request.app_data::<Listener>().map_or("", |listener| listener.0);
    let id = core.random.label();
    let began = core.clock.elapsed();
    let method = request.method().clone();
    let span = tracing::info_span!("request", %id);
    let mut response = next.call(request).instrument(span.clone()).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = core.clock.elapsed().saturating_sub(began);
    let status = response.status().as_u16();
    core.metrics.seconds.observe(took.as_secs_f64());
    let labels = Request { listener, method: name(&method), route, status };
    span.in_scope(|| {
        tracing::info!(
            listener,
            method = labels.method,
            route = labels.route,
            status,
            micros = took.as_micros() as u64,
            "answered"
        );
    });
    core.metrics.requests.get_or_create(&labels).inc();
    Ok(response)
}

/// Callers cannot add to the metrics' labels.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
