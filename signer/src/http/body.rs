//! Bodies of requests: bounded in size and time, and JSON.

use crate::error::{Error, Result};
use actix_web::{dev::Payload, rt, web::BytesMut};
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Room for the largest batches; Kinto leaves the limit to the proxy before it.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// A body that pauses for so long has stalled …
const PAUSE: Duration = Duration::from_secs(10);
/// … and one that is not here by then never will be.
const TIME: Duration = Duration::from_secs(60);
/// An answer is out by then.
const HELD: Duration = Duration::from_secs(1);

/// The body of one request, on its way.
pub struct Incoming {
    payload: Payload,
    ended: bool,
}

impl Incoming {
    /// Nothing of it is read yet.
    pub fn new(payload: Payload) -> Self {
        let ended = matches!(payload, Payload::None);
        Self { payload, ended }
    }

    /// Reads it to its end.
    ///
    /// # Errors
    /// [`Error::BodyTooLarge`], [`Error::BodyTimeout`], [`Error::Invalid`] where it breaks off.
    pub async fn read(&mut self) -> Result<BytesMut> {
        timeout(TIME, self.collect()).await.unwrap_or(Err(Error::BodyTimeout))
    }

    async fn collect(&mut self) -> Result<BytesMut> {
        let mut body = BytesMut::new();
        while !self.ended {
            let chunk = timeout(PAUSE, self.payload.next()).await;
            match chunk.map_err(|_| Error::BodyTimeout)? {
                Some(Ok(chunk)) if body.len() + chunk.len() > MOST_BYTES => {
                    return Err(Error::BodyTooLarge(MOST_BYTES));
                }
                Some(Ok(chunk)) => body.extend_from_slice(&chunk),
                Some(Err(_)) => return Err(Error::malformed("body", "The body broke off")),
                None => self.ended = true,
            }
        }
        Ok(body)
    }
}

impl Drop for Incoming {
    /// Once nobody holds a body that was not read, actix reads it to its end, however long that
    /// takes. Held until the answer is out, it ends with its connection.
    fn drop(&mut self) {
        if !self.ended {
            let payload = std::mem::replace(&mut self.payload, Payload::None);
            rt::spawn(async move {
                sleep(HELD).await;
                drop(payload);
            });
        }
    }
}

/// The JSON of a body; `None` for an empty one.
///
/// # Errors
/// [`Error::Invalid`] for what is no JSON, is neither object nor array, or holds a NUL, which the
/// database cannot store.
pub fn parse(body: &[u8]) -> Result<Option<Value>> {
    if body.is_empty() {
        return Ok(None);
    }
    let fault = |words: String| Error::invalid("body", "", words);
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        // serde's own words quote the input.
        let (line, column) = (error.line(), error.column());
        fault(format!("Invalid JSON: error at line {line} column {column}"))
    })?;
    if !value.is_object() && !value.is_array() {
        return Err(fault("Should be a JSON object or an array".to_owned()));
    }
    if has_nul(&value) {
        return Err(fault("Texts with a NUL character cannot be stored".to_owned()));
    }
    Ok(Some(value))
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(body: &str) -> String {
        match parse(body.as_bytes()) {
            Err(Error::Invalid(faults)) => {
                assert_eq!((faults[0].location, faults[0].name.as_deref()), ("body", Some("")));
                faults[0].description.clone()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn objects_and_arrays() {
        assert_eq!(parse(b"").unwrap(), None);
        assert_eq!(parse(b" {\"a\":[1]} ").unwrap(), Some(json!({"a": [1]})));
        assert_eq!(parse(b"[]").unwrap(), Some(json!([])));
    }

    #[test]
    fn what_is_wrong_is_said_without_quoting_it() {
        assert_eq!(fault("{x"), "Invalid JSON: error at line 1 column 2");
        assert_eq!(fault("{\"a\":\"\\ud800\"}"), "Invalid JSON: error at line 1 column 13");
        assert_eq!(fault("3"), "Should be a JSON object or an array");
        assert!(fault("{\"a\":NaN}").starts_with("Invalid JSON"));
        assert!(fault(&format!("{}{}", "[".repeat(500), "]".repeat(500))).contains("Invalid JSON"));
    }

    #[test]
    fn no_nul_gets_as_far_as_the_database() {
        for body in [r#"{"a":"\u0000"}"#, r#"{"\u0000":1}"#, r#"[{"a":["x\u0000"]}]"#] {
            assert_eq!(fault(body), "Texts with a NUL character cannot be stored");
        }
        assert!(parse(br#"{"a":"\\u0000"}"#).is_ok());
    }
}
