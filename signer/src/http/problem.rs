//! What callers are told of an error (KINTO 2.5): the only place where errors meet the wire.

use crate::{
    domain::{object::Timestamp, uri::Kind},
    error::{Error, Fault},
    flow::{answer::timestamps, call::Answer},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

/// What an installation says with its errors.
#[derive(Clone, Debug)]
pub struct Faces {
    /// When to come back after a conflict, or when something is down, in whole seconds.
    pub retry_after: Duration,
    /// How to authenticate (RFC 9110 section 11.6.1).
    pub challenge: &'static str,
}

/// Kinto's own numbers of errors.
#[derive(Clone, Copy)]
enum Errno {
    MissingAuthToken = 104,
    InvalidParameters = 107,
    InvalidPostedData = 109,
    InvalidResourceId = 110,
    MissingResource = 111,
    RequestTooLarge = 113,
    ModifiedMeanwhile = 114,
    MethodNotAllowed = 115,
    VersionNotAvailable = 116,
    Forbidden = 121,
    ConstraintViolated = 122,
    Backend = 201,
    ServiceDeprecated = 202,
    Undefined = 999,
}

/// The body of an error.
#[derive(Serialize)]
struct Body<'a> {
    code: u16,
    errno: u16,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

const NO_TOKEN: &str = "Please authenticate yourself to use this endpoint.";
// One answer for whatever is wrong: otherwise anybody could find out who has an account.
const TOKEN_REFUSED: &str = "This token is not, or no longer, valid here.";
const REFUSED_CHALLENGE: &str = "Bearer realm=\"Realm\", error=\"invalid_token\"";
const FORBIDDEN: &str = "This user cannot access this resource.";
const NO_PATH: &str = "The resource you are looking for could not be found.";
const NO_VERSION: &str = "The requested API version is not available on this server.";
const METHOD: &str = "Method not allowed on this endpoint.";
const READ_METHODS: &[&str] = &["GET", "HEAD", "OPTIONS"];
const MODIFIED: &str = "Resource was modified meanwhile";
const CONFLICT: &str = "Integrity constraint violated, please retry.";
const BROKEN: &str = "A programmatic error occurred, developers have been informed.";
const AWAY: &str =
    "Service temporary unavailable due to overloading or maintenance, please retry later.";
const GONE: &str = "The service you are trying to connect no longer exists at this location.";
const TIMEOUT: &str = "The body of the request did not arrive in time.";
const INVALID: &str = "Invalid parameters";

/// The answer to a request that was not served.
pub fn answer(error: &Error, faces: &Faces) -> Answer {
    match error {
        Error::Invalid(faults) => invalid(400, faults),
        Error::Workflow(message) => problem(400, Errno::InvalidPostedData, "Bad Request", message),
        Error::NotYours(message) => problem(403, Errno::Forbidden, "Forbidden", message),
        Error::Unauthenticated => unauthorized(NO_TOKEN, faces.challenge),
        Error::TokenRefused => unauthorized(TOKEN_REFUSED, REFUSED_CHALLENGE),
        Error::Forbidden => problem(403, Errno::Forbidden, "Forbidden", FORBIDDEN),
        Error::NoObject { kind, id } => missing(Errno::InvalidResourceId, *kind, id),
        Error::NoParent { kind, id } => missing(Errno::MissingResource, *kind, id),
        Error::NoPath => problem(404, Errno::MissingResource, "Not Found", NO_PATH),
        Error::NoVersion => problem(404, Errno::VersionNotAvailable, "Not Found", NO_VERSION),
        Error::Method(methods) => not_allowed(methods),
        Error::ReadOnly => not_allowed(READ_METHODS),
        Error::MediaType(types) => header_fault(415, "Content-Type", types),
        Error::NotAcceptable => header_fault(406, "Accept", &["application/json"]),
        Error::BodyTooLarge(most) => problem(
            413,
            Errno::RequestTooLarge,
            "Content Too Large",
            &format!("The body of a request is limited to {most} bytes."),
        ),
        Error::BodyTimeout => problem(408, Errno::InvalidParameters, "Request Timeout", TIMEOUT),
        Error::Precondition { timestamp, existing } => modified(*timestamp, existing.as_ref()),
        Error::NotModified(timestamp) => {
            Answer { status: 304, headers: timestamps(*timestamp), body: String::new() }
        }
        Error::Conflict => {
            let answer = problem(409, Errno::ConstraintViolated, "Conflict", CONFLICT);
            later(answer, faces.retry_after)
        }
        Error::Gone => problem(410, Errno::ServiceDeprecated, "Gone", GONE),
        Error::NotaryAway { retry_after } => away(retry_after.unwrap_or(faces.retry_after)),
        Error::Busy | Error::DatabaseAway => away(faces.retry_after),
        Error::Signing(_) | Error::Database(_) | Error::Broken(_) => {
            problem(500, Errno::Undefined, "Internal Server Error", BROKEN)
        }
    }
}

fn body<'a>(code: u16, errno: Errno, error: &'a str, message: Option<&'a str>) -> Body<'a> {
    Body { code, errno: errno as u16, error, message, details: None }
}

fn render(body: &Body) -> Answer {
    Answer { status: body.code, headers: Vec::new(), body: json!(body).to_string() }
}

fn problem(code: u16, errno: Errno, error: &str, message: &str) -> Answer {
    render(&body(code, errno, error, Some(message)))
}

fn with(mut answer: Answer, name: &'static str, value: impl Into<String>) -> Answer {
    answer.headers.push((name, value.into()));
    answer
}

fn later(answer: Answer, retry_after: Duration) -> Answer {
    with(answer, "Retry-After", retry_after.as_secs().max(1).to_string())
}

fn away(retry_after: Duration) -> Answer {
    later(problem(503, Errno::Backend, "Service Unavailable", AWAY), retry_after)
}

fn unauthorized(message: &str, challenge: &str) -> Answer {
    let answer = problem(401, Errno::MissingAuthToken, "Unauthorized", message);
    with(answer, "WWW-Authenticate", challenge)
}

fn not_allowed(methods: &[&str]) -> Answer {
    let answer = problem(405, Errno::MethodNotAllowed, "Method Not Allowed", METHOD);
    with(answer, "Allow", methods.join(", "))
}

fn missing(errno: Errno, kind: Kind, id: &str) -> Answer {
    let details = Some(json!({ "id": id, "resource_name": kind.name() }));
    render(&Body { details, ..body(404, errno, "Not Found", None) })
}

fn modified(timestamp: Timestamp, existing: Option<&Value>) -> Answer {
    let details = existing.map(|existing| json!({ "existing": existing }));
    let body = body(412, Errno::ModifiedMeanwhile, "Precondition Failed", Some(MODIFIED));
    Answer { headers: timestamps(timestamp), ..render(&Body { details, ..body }) }
}

fn header_fault(code: u16, name: &str, types: &[&str]) -> Answer {
    let types: Vec<String> = types.iter().map(|name| format!("'{name}'")).collect();
    let description = format!("{name} header should be one of [{}]", types.join(", "));
    invalid(code, &[Fault { location: "header", name: Some(name.to_owned()), description }])
}

/// All faults as details; the first by name is the message.
fn invalid(code: u16, faults: &[Fault]) -> Answer {
    let message = faults.iter().min_by_key(|fault| fault.name.as_deref()).map(message);
    let details = faults.iter().map(|fault| {
        let Fault { location, name, description } = fault;
        json!({ "location": location, "name": name, "description": description })
    });
    let details = Some(details.collect());
    render(&Body { details, ..body(code, Errno::InvalidParameters, INVALID, message.as_deref()) })
}

fn message(fault: &Fault) -> String {
    let Fault { location, name, description } = fault;
    match name {
        Some(name) if description.contains(name.as_str()) => description.clone(),
        Some(name) => format!("{name} in {location}: {description}"),
        None => format!("{location}: {description}"),
    }
}
