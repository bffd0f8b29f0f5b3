//! How long proxies and browsers may keep what anonymous callers read.

use super::session::Session;
use crate::{domain::uri::List, error::Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// `Cache-Control` for records that an anonymous caller reads: from the collection's
/// `cache_expires`, or from the settings. Everything else is not to be kept, which the listener
/// says.
///
/// # Errors
/// The database's.
pub fn control(session: &mut Session, list: &List) -> Result<Vec<(&'static str, String)>> {
    let List::Records(collection) = list else { return Ok(Vec::new()) };
    if session.caller.user_id.is_some() {
        return Ok(Vec::new());
    }
    let own = session.object(&collection.uri())?;
    let own = own.and_then(|object| object.data.get("cache_expires").and_then(Value::as_i64));
    let seconds = match own {
        Some(seconds) => u32::try_from(seconds).unwrap_or(0),
        None => match session.service.config.api.cache.records(collection) {
            Some(seconds) => seconds,
            None => return Ok(Vec::new()),
        },
    };
    Ok(if seconds == 0 { Vec::new() } else { max_age(session.now, seconds) })
}

/// That an answer may be kept for so many seconds.
pub fn max_age(now: DateTime<Utc>, seconds: u32) -> Vec<(&'static str, String)> {
    let expires = now + TimeDelta::seconds(seconds.into());
    vec![
        ("Cache-Control", format!("max-age={seconds}")),
        ("Expires", httpdate::fmt_http_date(expires.into())),
    ]
}
