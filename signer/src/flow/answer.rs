//! How objects and timestamps look in answers.

use super::{
    call::{Answer, Call, Method},
    session::Session,
};
use crate::{
    domain::{
        object::{Object, Permissions, Timestamp},
        query::{Fields, projection::Projection},
    },
    error::{Error, Result},
};
use serde_json::Value;
use std::time::{Duration, UNIX_EPOCH};

/// An object with what the caller may see of its permissions.
///
/// # Errors
/// The database's.
pub fn object(session: &mut Session, call: &Call, status: u16, object: &Object) -> Result<Answer> {
    let principals = session.principals()?;
    // Who may change it may see who else may.
    let visible = object.permissions.grants("write", &principals);
    let permissions = if visible { object.permissions.clone() } else { Permissions::default() };
    let permissions = serde_json::to_string(&permissions)
        .map_err(|_| Error::Broken("permissions have no JSON"))?;
    let data = projected(call, object)?;
    let body = format!("{{\"data\":{data},\"permissions\":{permissions}}}");
    Ok(Answer { status, headers: timestamps(object.last_modified), body: unless_head(call, body) })
}

/// The object as JSON, with `_fields` of it alone if the query says so.
fn projected(call: &Call, object: &Object) -> Result<String> {
    let fields = call.query.iter().rfind(|(name, _)| name == "_fields");
    let fields = fields.map_or("", |(_, value)| value.as_str());
    let data = object.value();
    match (Projection::parse(fields, Fields::Free)?, data.as_object()) {
        (Some(projection), Some(data)) => Ok(Value::Object(projection.apply(data)).to_string()),
        _ => Ok(object.json()),
    }
}

/// `ETag` and `Last-Modified`.
pub fn timestamps(at: Timestamp) -> Vec<(&'static str, String)> {
    vec![("ETag", format!("\"{at}\"")), ("Last-Modified", http_date(at))]
}

/// A timestamp as HTTP has dates, in whole seconds, as far as they go: to the end of the year 9999.
pub fn http_date(at: Timestamp) -> String {
    let time = UNIX_EPOCH + Duration::from_millis(at.clamp(0, 253_402_300_799_999).unsigned_abs());
    httpdate::fmt_http_date(time)
}

/// A HEAD has the header fields of a GET.
pub fn unless_head(call: &Call, body: String) -> String {
    if call.method == Method::Head { String::new() } else { body }
}
