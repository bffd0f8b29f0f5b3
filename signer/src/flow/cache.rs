//! How long proxies and browsers may keep what anonymous callers read.

use super::session::Session;
use crate::domain::uri::List;
use serde_json::Value;

/// `Cache-Control` for records that an anonymous caller reads: from the collection's
/// `cache_expires`, or from the settings. Everything else is not to be kept, which the listener
/// says.
pub fn control(session: &mut Session, list: &List) -> Vec<(&'static str, String)> {
    let List::Records(collection) = list else { return Vec::new() };
    if session.caller.user_id.is_some() {
        return Vec::new();
    }
    let own = session.object(&collection.uri()).ok().flatten();
    let own = own.and_then(|object| object.data.get("cache_expires").and_then(Value::as_i64));
    let seconds = match own {
        Some(seconds) => u32::try_from(seconds).unwrap_or(0),
        None => match session.service.config.api.cache.records(collection) {
            Some(seconds) => seconds,
            None => return Vec::new(),
        },
    };
    let expires = session.now + chrono::TimeDelta::seconds(seconds.into());
    let expires = httpdate::fmt_http_date(expires.into());
    match seconds {
        0 => Vec::new(),
        _ => vec![("Cache-Control", format!("max-age={seconds}")), ("Expires", expires)],
    }
}
