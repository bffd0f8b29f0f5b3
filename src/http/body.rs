//! Request bodies: bounded in size and time, of one type, strictly parsed.

use super::problem::Problem;
use actix_web::{
    FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE, rt, web::BytesMut,
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// No body of the protocol comes near this.
const MOST_BYTES: usize = 16 * 1024;
/// A body that has not arrived by then never will.
const TIME: Duration = Duration::from_secs(10);

/// An answer is out by then.
const HELD: Duration = Duration::from_secs(1);

const OTHER_MEMBERS: &str =
    "The JSON does not have the members that this call takes; see /openapi.json.";

/// A JSON body. Each type refuses members it does not know and members that occur twice.
pub struct Json<T>(pub T);

/// An `application/x-www-form-urlencoded` body.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = check_type(request, "application/json");
        let payload = payload.take();
        Box::pin(async move {
            let body = read(media_type, payload).await?;
            parse(&body).map(Self)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = check_type(request, "application/x-www-form-urlencoded");
        let payload = payload.take();
        Box::pin(async move {
            let body = read(media_type, payload).await?;
            let malformed = Problem::MalformedRequest("The form lacks a member, or has one twice.");
            serde_urlencoded::from_bytes(&body).map(Self).map_err(|_| malformed)
        })
    }
}

/// The type's essence must be `expected`; parameters such as a charset do not matter.
fn check_type(request: &HttpRequest, expected: &'static str) -> Result<(), Problem> {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = header.and_then(|value| value.split(';').next()).map(str::trim);
    match essence {
        Some(essence) if essence.eq_ignore_ascii_case(expected) => Ok(()),
        _ => Err(Problem::UnsupportedMediaType(expected)),
    }
}

async fn read(media_type: Result<(), Problem>, mut payload: Payload) -> Result<BytesMut, Problem> {
    let collected = async {
        media_type?;
        collect(&mut payload).await
    };
    let body = timeout(TIME, collected).await.unwrap_or(Err(Problem::RequestTimeout));
    if body.is_err() {
        // Once nobody holds a chunked body, actix reads it to its end, however long that takes. Held
        // until the answer is out, it ends with its connection.
        rt::spawn(async move {
            sleep(HELD).await;
            drop(payload);
        });
    }
    body
}

async fn collect(payload: &mut Payload) -> Result<BytesMut, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::MalformedRequest("The body broke off."))?;
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Problem::PayloadTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let parsed = serde_json::from_slice(body);
    let parsed = parsed.map_err(|error| Problem::MalformedRequest(reason(&error)))?;
    // Derived code takes an array for an object, and its items for the members in their order.
    if body.trim_ascii_start().starts_with(b"{") {
        Ok(parsed)
    } else {
        Err(Problem::MalformedRequest(OTHER_MEMBERS))
    }
}

/// serde's own words quote the input.
fn reason(error: &serde_json::Error) -> &'static str {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => OTHER_MEMBERS,
        Category::Syntax | Category::Eof | Category::Io => "The body is not JSON.",
    }
}
