//! The listener: actix's requests in, its responses out, and a line in the log for each.

use super::{
    body::Incoming,
    request::{Head, Request},
    routes::{self, Found},
    site::{Arrived, Site},
};
use crate::{config::EndOfService, flow::call::Answer, metrics};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, body,
    dev::Server,
    http::{
        Method, StatusCode,
        header::{ACCESS_CONTROL_REQUEST_HEADERS, HOST, HeaderName, HeaderValue, ORIGIN},
    },
    web,
};
use serde_json::json;
use std::{io, net::TcpListener, sync::Arc, time::Duration};
use tracing::Instrument;

/// Requests under way may take so many seconds when the service stops.
const GRACE: u64 = 20;
/// Connections that one thread holds at most.
const MOST_CONNECTIONS: usize = 10_000;
/// The head of a request is here by then …
const HEAD_TIME: Duration = Duration::from_secs(10);
/// … and the next one on the same connection.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// A server for a site, ready to run.
///
/// # Errors
/// The listener cannot be used.
pub fn server(site: Arc<Site>, listener: TcpListener) -> io::Result<Server> {
    let site = web::Data::from(site);
    let server =
        HttpServer::new(move || App::new().app_data(site.clone()).default_service(web::to(serve)))
            .max_connections(MOST_CONNECTIONS)
            .client_request_timeout(HEAD_TIME)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(GRACE)
            .disable_signals()
            .listen(listener)?;
    Ok(server.run())
}

async fn serve(site: web::Data<Site>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let service = &site.service;
    let id = service.random.uuid();
    let began = service.clock.now();
    let span = tracing::info_span!("request", %id);
    let mut body = Incoming::new(payload.into_inner());
    let answer = site.answer(arrived(&request), &mut body).instrument(span.clone()).await;
    let response = respond(&site, &request, answer);
    let took = (service.clock.now() - began).to_std().unwrap_or_default();
    let labels = metrics::Request {
        method: method_name(request.method()),
        route: route(request.path()),
        status: response.status().as_u16(),
    };
    // Neither path nor query: nothing that a user sent.
    span.in_scope(|| {
        let metrics::Request { method, route, status } = labels;
        tracing::info!(method, route, status, micros = took.as_micros() as u64, "answered");
    });
    service.metrics.seconds.observe(took.as_secs_f64());
    service.metrics.requests.get_or_create(&labels).inc();
    response
}

fn arrived(request: &HttpRequest) -> Arrived {
    let text = |name: HeaderName| {
        let value = request.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    let host = text(HOST).unwrap_or_else(|| request.app_config().local_addr().to_string());
    Arrived {
        request: Request {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            head: Head::of(request.headers()),
        },
        host,
        requested_headers: text(ACCESS_CONTROL_REQUEST_HEADERS),
    }
}

/// The answer with what all answers carry (KINTO 2.3).
fn respond(site: &Site, request: &HttpRequest, answer: Answer) -> HttpResponse {
    let api = &site.service.config.api;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let is_unchanged = status == StatusCode::NOT_MODIFIED;
    let is_head = request.method() == Method::HEAD;
    let is_bare = answer.body.is_empty() && (is_head || is_unchanged);
    let is_json = !answer.body.is_empty() || (is_head && status.is_success());
    let mut response = if is_bare {
        // Its length would be that of a body that is not sent (RFC 9110 section 8.6).
        HttpResponse::with_body(status, body::None::new()).map_into_boxed_body()
    } else {
        HttpResponse::build(status).body(answer.body)
    };
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let mut headers = answer.headers;
    let has = |headers: &[(&str, String)], name: &str| headers.iter().any(|(n, _)| *n == name);
    if is_json && !has(&headers, "Content-Type") {
        headers.push(("Content-Type", "application/json".to_owned()));
    }
    // A 304 would change how long what it confirms is kept.
    if !has(&headers, "Cache-Control") && !is_unchanged {
        headers.push(("Cache-Control", "no-cache, no-store".to_owned()));
    }
    if let Some(eos) = api.eos.as_ref().filter(|_| !has(&headers, "Alert")) {
        headers.push(("Alert", alert(eos, site.has_ended(), &api.project_docs)));
    }
    headers.extend(api.backoff.map(|seconds| ("Backoff", seconds.to_string())));
    headers.push(("X-Content-Type-Options", "nosniff".to_owned()));
    headers.push(("Content-Security-Policy", CONTENT_SECURITY_POLICY.to_owned()));
    headers.extend(site.origins.headers(origin));
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn alert(eos: &EndOfService, has_ended: bool, docs: &str) -> String {
    let code = if has_ended { "hard-eol" } else { "soft-eol" };
    let url = eos.url.as_deref().unwrap_or(docs);
    let alert = json!({ "code": code, "message": eos.message, "url": url });
    // A header field is ASCII; JSON has a way to say the rest in it.
    alert.to_string().chars().fold(String::new(), |mut text, c| {
        if c.is_ascii() {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text += &format!("\\u{unit:04x}"));
        }
        text
    })
}

/// Callers cannot add to the metrics' labels.
fn route(path: &str) -> &'static str {
    match routes::find(path) {
        Ok(Found::Route(matched)) => matched.route.template,
        Ok(Found::Redirect(_)) => "redirect",
        Err(_) => "unmatched",
    }
}

fn method_name(method: &Method) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_json_that_fits_a_header() {
        let at = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let eos = EndOfService { at, message: Some("adiós 😀".into()), url: None };
        assert_eq!(
            alert(&eos, false, "https://docs.example"),
            "{\"code\":\"soft-eol\",\"message\":\"adi\\u00f3s \\ud83d\\ude00\",\
             \"url\":\"https://docs.example\"}"
        );
        assert!(alert(&eos, true, "").contains("hard-eol"));
    }

    #[test]
    fn labels_are_few() {
        assert_eq!(route("/v1/buckets/b"), "/buckets/{bucket}");
        assert_eq!(route("/v1/buckets/b/"), "redirect");
        assert_eq!(route("/v1/nope"), "unmatched");
        assert_eq!(method_name(&Method::TRACE), "other");
    }
}
