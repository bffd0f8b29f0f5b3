//! Pages of other origins may call (Fetch, "CORS protocol"; KINTO 2.3).

use super::routes::Found;
use crate::flow::call::Answer;

const EXPOSED: &str = "Alert, Backoff, Cache-Control, Content-Length, Content-Type, ETag, Expires, \
                       Last-Modified, Next-Page, Pragma, Retry-After, Total-Objects, Total-Records";
const ANY_METHOD: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const MAX_AGE: &str = "3600";

/// The origins whose pages may call: `*`, or patterns such as `https://*.example.org`.
#[derive(Clone, Debug)]
pub struct Origins(pub Vec<String>);

impl Origins {
    /// What every answer says, errors too.
    pub fn headers(&self, origin: Option<&str>) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Access-Control-Expose-Headers", EXPOSED.to_owned())];
        let all = self.0.iter().any(|pattern| pattern == "*");
        if !all {
            // What a cache keeps for one origin is not for another.
            headers.push(("Vary", "Origin".to_owned()));
        }
        let allowed = match origin {
            _ if all => Some("*"),
            Some(origin) => self.0.iter().any(|pattern| matches(pattern, origin)).then_some(origin),
            None => None,
        };
        if let Some(allowed) = allowed {
            headers.push(("Access-Control-Allow-Origin", allowed.to_owned()));
        }
        headers
    }
}

/// Whether a text has the form of a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let mut ends = (0..=text.len()).filter_map(|at| text.get(at..));
            ends.any(|end| matches(rest, end))
        }),
    }
}

/// The answer to `OPTIONS`: what a page may do with a path. A path that leads elsewhere allows
/// everything, as a browser sends no preflight after a redirect.
pub fn preflight(found: &Found, requested_headers: Option<&str>) -> Answer {
    let methods = match found {
        Found::Route(matched) => matched.route.methods,
        Found::Redirect(_) => ANY_METHOD,
    };
    let methods = methods.join(", ");
    let mut headers = vec![
        ("Allow", methods.clone()),
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Max-Age", MAX_AGE.to_owned()),
    ];
    if let Some(requested) = requested_headers {
        headers.push(("Access-Control-Allow-Headers", requested.to_owned()));
    }
    Answer { status: 200, headers, body: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::routes::find;

    fn allowed(origins: &[&str], origin: Option<&str>) -> Option<String> {
        let origins = Origins(origins.iter().map(|&origin| origin.to_owned()).collect());
        let headers = origins.headers(origin);
        let named = |name| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
        assert!(named("Access-Control-Expose-Headers").unwrap().contains("Total-Records"));
        assert_eq!(named("Vary").is_none(), origins.0.iter().any(|o| o == "*"));
        named("Access-Control-Allow-Origin")
    }

    #[test]
    fn all_origins_are_alike_unless_some_are_named() {
        assert_eq!(allowed(&["*"], Some("https://a.example")).as_deref(), Some("*"));
        assert_eq!(allowed(&["*"], None).as_deref(), Some("*"));
        let some = ["https://a.example", "https://*.b.example"];
        for good in ["https://a.example", "https://x.b.example", "https://x.y.b.example"] {
            assert_eq!(allowed(&some, Some(good)).as_deref(), Some(good));
        }
        for bad in ["https://b.example", "http://a.example", "https://a.example.evil", "null", ""] {
            assert_eq!(allowed(&some, Some(bad)), None, "{bad}");
        }
        assert_eq!(allowed(&some, None), None);
    }

    #[test]
    fn a_preflight_names_the_methods_of_the_path() {
        let found = find("/v1/buckets/b").unwrap();
        let answer = preflight(&found, Some("authorization, if-match"));
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        let methods = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS".to_owned();
        assert!(answer.headers.contains(&("Access-Control-Allow-Methods", methods)));
        let headers = ("Access-Control-Allow-Headers", "authorization, if-match".to_owned());
        assert!(answer.headers.contains(&headers));
        let elsewhere = preflight(&find("/buckets/b").unwrap(), None);
        assert!(elsewhere.headers[1].1.contains("POST"));
    }
}
