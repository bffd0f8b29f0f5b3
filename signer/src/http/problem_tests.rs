//! Every error's face, word by word.

use super::problem::{Faces, answer};
use crate::{
    domain::uri::Kind,
    error::{Error, Fault},
};
use serde_json::{Value, json};
use std::time::Duration;

fn faces() -> Faces {
    Faces { retry_after: Duration::from_secs(30), challenge: "Basic realm=\"Realm\"" }
}

fn shows(error: Error, status: u16, headers: &[(&str, &str)], body: Value) {
    let answer = answer(&error, &faces());
    assert_eq!(answer.status, status, "{error:?}");
    let shown: Vec<_> =
        answer.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(shown, headers, "{error:?}");
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), body, "{error:?}");
}

#[test]
fn invalid_requests_are_told_everything_that_is_wrong() {
    shows(
        Error::Invalid(vec![
            Fault {
                location: "querystring",
                name: Some("_since".into()),
                description: "\"abc\" is not a number".into(),
            },
            Fault { location: "body", name: Some("".into()), description: "Required".into() },
        ]),
        400,
        &[],
        json!({"code": 400, "errno": 107, "error": "Invalid parameters", "message": "Required",
               "details": [
                   {"location": "querystring", "name": "_since",
                    "description": "\"abc\" is not a number"},
                   {"location": "body", "name": "", "description": "Required"}]}),
    );
}

#[test]
fn messages_name_the_field_once() {
    let message = |error| {
        let body: Value = serde_json::from_str(&answer(&error, &faces()).body).unwrap();
        body["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message(Error::invalid("body", "a", "Required")), "a in body: Required");
    assert_eq!(message(Error::invalid("body", "a", "a is bad")), "a is bad");
    assert_eq!(message(Error::malformed("path", "Invalid object id")), "path: Invalid object id");
}

#[test]
fn the_workflow() {
    shows(
        Error::Workflow("Cannot remove status".into()),
        400,
        &[],
        json!({"code": 400, "errno": 109, "error": "Bad Request",
               "message": "Cannot remove status"}),
    );
    shows(
        Error::NotYours("Not in editors group".into()),
        403,
        &[],
        json!({"code": 403, "errno": 121, "error": "Forbidden",
               "message": "Not in editors group"}),
    );
}

#[test]
fn who_asks() {
    shows(
        Error::Unauthenticated,
        401,
        &[("WWW-Authenticate", "Basic realm=\"Realm\"")],
        json!({"code": 401, "errno": 104, "error": "Unauthorized",
               "message": "Please authenticate yourself to use this endpoint."}),
    );
    shows(
        Error::TokenRefused,
        401,
        &[("WWW-Authenticate", "Bearer realm=\"Realm\", error=\"invalid_token\"")],
        json!({"code": 401, "errno": 104, "error": "Unauthorized",
               "message": "This token is not, or no longer, valid here."}),
    );
    shows(
        Error::Forbidden,
        403,
        &[],
        json!({"code": 403, "errno": 121, "error": "Forbidden",
               "message": "This user cannot access this resource."}),
    );
}

#[test]
fn what_is_not_there() {
    shows(
        Error::NoObject { kind: Kind::Record, id: "r".into() },
        404,
        &[],
        json!({"code": 404, "errno": 110, "error": "Not Found",
               "details": {"id": "r", "resource_name": "record"}}),
    );
    shows(
        Error::NoParent { kind: Kind::Collection, id: "c".into() },
        404,
        &[],
        json!({"code": 404, "errno": 111, "error": "Not Found",
               "details": {"id": "c", "resource_name": "collection"}}),
    );
    shows(
        Error::NoPath,
        404,
        &[],
        json!({"code": 404, "errno": 111, "error": "Not Found",
               "message": "The resource you are looking for could not be found."}),
    );
    shows(
        Error::NoVersion,
        404,
        &[],
        json!({"code": 404, "errno": 116, "error": "Not Found",
               "message": "The requested API version is not available on this server."}),
    );
    shows(
        Error::Gone,
        410,
        &[],
        json!({"code": 410, "errno": 202, "error": "Gone",
               "message": "The service you are trying to connect no longer exists at this location."}),
    );
}

#[test]
fn methods_and_types() {
    shows(
        Error::Method(&["GET", "OPTIONS"]),
        405,
        &[("Allow", "GET, OPTIONS")],
        json!({"code": 405, "errno": 115, "error": "Method Not Allowed",
               "message": "Method not allowed on this endpoint."}),
    );
    shows(
        Error::ReadOnly,
        405,
        &[("Allow", "GET, HEAD, OPTIONS")],
        json!({"code": 405, "errno": 115, "error": "Method Not Allowed",
               "message": "Method not allowed on this endpoint."}),
    );
    let types = "Content-Type header should be one of ['application/json', 'a/b']";
    shows(
        Error::MediaType(&["application/json", "a/b"]),
        415,
        &[],
        json!({"code": 415, "errno": 107, "error": "Invalid parameters", "message": types,
               "details": [{"location": "header", "name": "Content-Type", "description": types}]}),
    );
    let accept = "Accept header should be one of ['application/json']";
    shows(
        Error::NotAcceptable,
        406,
        &[],
        json!({"code": 406, "errno": 107, "error": "Invalid parameters", "message": accept,
               "details": [{"location": "header", "name": "Accept", "description": accept}]}),
    );
}

#[test]
fn bodies_that_are_too_large_or_too_slow() {
    shows(
        Error::BodyTooLarge(1_000),
        413,
        &[],
        json!({"code": 413, "errno": 113, "error": "Content Too Large",
               "message": "The body of a request is limited to 1000 bytes."}),
    );
    shows(
        Error::BodyTimeout,
        408,
        &[],
        json!({"code": 408, "errno": 107, "error": "Request Timeout",
               "message": "The body of the request did not arrive in time."}),
    );
}

const VERSION: [(&str, &str); 2] =
    [("ETag", "\"1460558489816\""), ("Last-Modified", "Wed, 13 Apr 2016 14:41:29 GMT")];

#[test]
fn preconditions() {
    shows(
        Error::Precondition { timestamp: 1_460_558_489_816, existing: Some(json!({"id": "r"})) },
        412,
        &VERSION,
        json!({"code": 412, "errno": 114, "error": "Precondition Failed",
               "message": "Resource was modified meanwhile",
               "details": {"existing": {"id": "r"}}}),
    );
    shows(
        Error::Precondition { timestamp: 1_460_558_489_816, existing: None },
        412,
        &VERSION,
        json!({"code": 412, "errno": 114, "error": "Precondition Failed",
               "message": "Resource was modified meanwhile"}),
    );
    let unchanged = answer(&Error::NotModified(1_460_558_489_816), &faces());
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    assert_eq!(unchanged.headers.len(), 2);
}

#[test]
fn what_may_work_later() {
    shows(
        Error::Conflict,
        409,
        &[("Retry-After", "30")],
        json!({"code": 409, "errno": 122, "error": "Conflict",
               "message": "Integrity constraint violated, please retry."}),
    );
    let away = json!({"code": 503, "errno": 201, "error": "Service Unavailable",
                      "message": "Service temporary unavailable due to overloading or maintenance, \
                                  please retry later."});
    for error in [Error::Busy, Error::DatabaseAway, Error::NotaryAway { retry_after: None }] {
        shows(error, 503, &[("Retry-After", "30")], away.clone());
    }
    let soon = Error::NotaryAway { retry_after: Some(Duration::from_secs(2)) };
    shows(soon, 503, &[("Retry-After", "2")], away);
}

#[test]
fn mistakes_of_ours_tell_nothing() {
    let ours = json!({"code": 500, "errno": 999, "error": "Internal Server Error",
                      "message": "A programmatic error occurred, developers have been informed."});
    for error in [
        Error::Signing("key 7 is gone".into()),
        Error::Database(diesel::result::Error::NotFound),
        Error::Broken("row"),
    ] {
        shows(error, 500, &[], ours.clone());
    }
}
