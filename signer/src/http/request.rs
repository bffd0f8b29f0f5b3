//! Requests become calls.

use crate::{
    error::{Error, Result},
    flow::call::{BodyKind, Call, Caller, Method, Target},
};
use actix_web::http::header::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::{fmt, sync::Arc};
use url::form_urlencoded;

/// The header fields that matter to a call. Silent about credentials in `Debug`.
#[derive(Clone, Default)]
pub struct Head {
    /// Who asks.
    pub authorization: Option<String>,
    accept: Option<String>,
    content_type: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Head {
    /// Those of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let mut head = Self::default();
        for (name, value) in headers {
            head.set(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        head
    }

    /// Sets a field, if it matters.
    pub fn set(&mut self, name: &str, value: &str) {
        let field = match name.to_ascii_lowercase().as_str() {
            "authorization" => &mut self.authorization,
            "accept" => &mut self.accept,
            "content-type" => &mut self.content_type,
            "if-match" => &mut self.if_match,
            "if-none-match" => &mut self.if_none_match,
            _ => return,
        };
        *field = Some(value.to_owned());
    }

    /// The same, for a body that is JSON whatever was said.
    #[must_use]
    pub fn of_json(self) -> Self {
        Self { content_type: None, ..self }
    }

    /// Whether the caller takes JSON (RFC 9110 section 12.5.1).
    ///
    /// # Errors
    /// [`Error::NotAcceptable`].
    pub fn check_accept(&self) -> Result<()> {
        let Some(accept) = self.accept.as_deref().filter(|accept| !accept.trim().is_empty()) else {
            return Ok(());
        };
        let json = ["application/json", "application/*", "*/*"];
        let takes = accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = |part: &str| {
                let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
                weight.and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
            };
            json.iter().any(|json| name.eq_ignore_ascii_case(json)) && !parts.any(refused)
        });
        if takes { Ok(()) } else { Err(Error::NotAcceptable) }
    }

    /// How the body is meant; only POST, PUT and PATCH have one that means something.
    ///
    /// # Errors
    /// [`Error::MediaType`].
    pub fn body_kind(&self, method: Method) -> Result<BodyKind> {
        const JSON: &str = "application/json";
        const MERGE_PATCH: &str = "application/merge-patch+json";
        const JSON_PATCH: &str = "application/json-patch+json";
        let Some(name) = &self.content_type else { return Ok(BodyKind::Json) };
        let name = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match (method, name.as_str()) {
            (Method::Get | Method::Head | Method::Delete, _) | (_, "" | JSON) => Ok(BodyKind::Json),
            (Method::Patch, MERGE_PATCH) => Ok(BodyKind::MergePatch),
            (Method::Patch, JSON_PATCH) => Ok(BodyKind::JsonPatch),
            (Method::Patch, _) => Err(Error::MediaType(&[JSON, MERGE_PATCH, JSON_PATCH])),
            (Method::Post | Method::Put, _) => Err(Error::MediaType(&[JSON])),
        }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head")
            .field("accept", &self.accept)
            .field("content_type", &self.content_type)
            .field("if_match", &self.if_match)
            .field("if_none_match", &self.if_none_match)
            .finish_non_exhaustive()
    }
}

/// A request as it goes into a call, alone or out of a batch.
#[derive(Clone, Debug)]
pub struct Request {
    /// As sent.
    pub method: String,
    /// Percent-encoded, from the version on.
    pub path: String,
    /// Behind the question mark, percent-encoded.
    pub query: String,
    /// The header fields.
    pub head: Head,
}

impl Request {
    /// What a flow is to do. The body comes already parsed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a query that is no text.
    pub fn call(
        self,
        (method, target): (Method, Target),
        body: Option<Value>,
        base: String,
        caller: Arc<Caller>,
    ) -> Result<Call> {
        Ok(Call {
            method,
            target,
            body_kind: self.head.body_kind(method)?,
            path: percent_decode_str(&self.path).decode_utf8_lossy().into_owned(),
            query: query(&self.query)?,
            if_match: self.head.if_match,
            if_none_match: self.head.if_none_match,
            body,
            base,
            caller,
        })
    }
}

/// The method of a call, for one that the routes let through.
///
/// # Errors
/// [`Error::Broken`] for any other.
pub fn method(name: &str) -> Result<Method> {
    Ok(match name {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return Err(Error::Broken("a method that no route has")),
    })
}

/// A query's fields, in order.
fn query(text: &str) -> Result<Vec<(String, String)>> {
    let readable = percent_decode_str(text).decode_utf8().is_ok_and(|text| !text.contains('\0'));
    if !readable {
        return Err(Error::malformed("querystring", "Should be UTF-8, and without NUL"));
    }
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str, value: &str) -> Head {
        let mut head = Head::default();
        head.set(name, value);
        head
    }

    #[test]
    fn debug_tells_no_credentials() {
        let shown = format!("{:?}", head("Authorization", "Bearer s3cret"));
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn accept_must_have_room_for_json() {
        for good in [
            "",
            "*/*",
            "application/json",
            "Application/JSON; charset=utf-8",
            "text/html, application/*;q=0.1",
            "text/html;q=0, */*",
        ] {
            assert!(head("Accept", good).check_accept().is_ok(), "{good}");
        }
        assert!(Head::default().check_accept().is_ok());
        for bad in ["text/html", "application/json;q=0", "application/xml, image/*", "json"] {
            let refused = head("accept", bad).check_accept();
            assert!(matches!(refused, Err(Error::NotAcceptable)), "{bad}");
        }
    }

    #[test]
    fn bodies_are_json() {
        use BodyKind::{Json, JsonPatch, MergePatch};
        let kind = |method, name: &str| head("content-type", name).body_kind(method);
        for method in [Method::Post, Method::Put, Method::Patch] {
            assert_eq!(Head::default().body_kind(method).unwrap(), Json);
            assert_eq!(kind(method, "application/json; charset=UTF-8").unwrap(), Json);
            assert!(matches!(kind(method, "text/plain"), Err(Error::MediaType(_))));
        }
        assert_eq!(kind(Method::Patch, "application/merge-patch+json").unwrap(), MergePatch);
        assert_eq!(kind(Method::Patch, "application/json-patch+json").unwrap(), JsonPatch);
        assert!(matches!(
            kind(Method::Put, "application/merge-patch+json"),
            Err(Error::MediaType(&["application/json"]))
        ));
        assert_eq!(kind(Method::Delete, "text/plain").unwrap(), Json);
    }

    #[test]
    fn calls_hold_what_was_sent() {
        let request = Request {
            method: "PATCH".into(),
            path: "/v1/buckets/%61".into(),
            query: "a=1&b=x%20y+z&a=%22%C3%A9%22".into(),
            head: head("If-Match", "\"12\""),
        };
        let caller = Arc::new(Caller { user_id: Some("u".into()) });
        let body = Some(Value::from(vec![1]));
        let base = "https://signer.example/v1".to_owned();
        let call = request
            .call((Method::Patch, Target::Permissions), body.clone(), base, caller.clone())
            .unwrap();
        assert_eq!(call.path, "/v1/buckets/a");
        let query = [("a", "1"), ("b", "x y z"), ("a", "\"é\"")];
        assert_eq!(call.query, query.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!((call.if_match.as_deref(), call.if_none_match), (Some("\"12\""), None));
        assert_eq!((call.body, call.base), (body, "https://signer.example/v1".to_owned()));
        assert_eq!(call.caller, caller);
    }

    #[test]
    fn queries_are_text() {
        for bad in ["a=%ff", "a=%00", "%c3=1"] {
            assert!(matches!(query(bad), Err(Error::Invalid(_))), "{bad}");
        }
        assert_eq!(query("").unwrap(), []);
    }
}
