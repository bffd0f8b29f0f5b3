//! The Referer rule: a browser may call from our own pages and the origins we name, nowhere else.

use url::{Origin, Url};

/// The origins whose pages may call.
#[derive(Clone, Debug)]
pub struct AllowedOrigins(Vec<Origin>);

/// The call came from a page of another origin, or did not say from which and had to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Origin or Referer of this call is not an origin this service allows")]
pub struct ForbiddenOrigin;

impl AllowedOrigins {
    /// The service's own origin and the extra ones.
    pub fn new(own: Origin, extra: impl IntoIterator<Item = Origin>) -> Self {
        Self(std::iter::once(own).chain(extra).collect())
    }

    /// Does this `Origin` header (RFC 6454 section 7) name an allowed origin? For CORS, which may
    /// then repeat the header's text.
    pub fn allows_origin(&self, header: &str) -> bool {
        let has_path = |rest: &str| rest.contains(['/', '?', '#']);
        web_url(header).is_some_and(|url| self.0.contains(&url.origin()))
            && header.split_once("://").is_some_and(|(_, rest)| !has_path(rest))
    }

    fn allows_referer(&self, header: &str) -> bool {
        web_url(header).is_some_and(|url| self.0.contains(&url.origin()))
    }
}

/// `Origin` decides, or else `Referer`; with neither, a call passes unless one is required.
///
/// Origins are equal when scheme, host and port are (RFC 6454 section 5). `null`, and what no
/// browser sends (user names, backslashes, missing slashes), never passes.
pub fn check_origin(
    origin: Option<&str>,
    referer: Option<&str>,
    allowed: &AllowedOrigins,
    require: bool,
) -> Result<(), ForbiddenOrigin> {
    let passes = match (origin, referer) {
        (Some(origin), _) => allowed.allows_origin(origin),
        (None, Some(referer)) => allowed.allows_referer(referer),
        (None, None) => !require,
    };
    if passes { Ok(()) } else { Err(ForbiddenOrigin) }
}

/// An http or https URL, read without the repairs of the WHATWG parser: it would take
/// `https:\a.com`, `https:a.com` and `https:///a.com` for `https://a.com`.
fn web_url(text: &str) -> Option<Url> {
    if text.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> AllowedOrigins {
        let origin = |text: &str| Url::parse(text).unwrap().origin();
        AllowedOrigins::new(
            origin("https://a.com"),
            [origin("https://shop.example:8443"), origin("http://localhost:3000")],
        )
    }

    fn with_origin(origin: &str) -> bool {
        check_origin(Some(origin), None, &allowed(), false).is_ok()
    }

    fn with_referer(referer: &str) -> bool {
        check_origin(None, Some(referer), &allowed(), false).is_ok()
    }

    #[test]
    fn own_and_named_origins_pass() {
        for origin in
            ["https://a.com", "HTTPS://A.com", "https://shop.example:8443", "http://localhost:3000"]
        {
            assert!(with_origin(origin), "{origin}");
            assert!(with_referer(origin), "{origin}");
            assert!(with_referer(&format!("{origin}/sign-up?x=@y#z")), "{origin}");
        }
    }

    #[test]
    fn look_alikes_never_pass() {
        for text in [
            "",
            "null",
            "https://a.com.evil.net",
            "https://evil.net/https://a.com",
            "https://evil.net?https://a.com",
            "https://a.com@evil.net",
            "https://evil@a.com",
            "https://@a.com",
            "https://a.com:pass@evil.net",
            "https://a.com.",
            "https://xa.com",
            "https://a.co",
            "https://www.a.com",
            "http://a.com",
            "https://a.com:8443",
            "https://shop.example",
            "ws://a.com",
            "ftp://a.com",
            "https:a.com",
            "https:/a.com",
            "https:///a.com",
            "https:\\\\a.com",
            "https://evil.net\\@a.com",
            "https://a.com https://evil.net",
            " https://a.com",
            "https://a\t.com",
            "//a.com",
            "a.com",
            "blob:https://a.com/x",
            "file://a.com",
            "https://а.com",
            "*",
        ] {
            assert!(!with_origin(text), "Origin: {text}");
            assert!(!with_referer(text), "Referer: {text}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        for text in ["https://a.com/", "https://a.com/x", "https://a.com?x", "https://a.com#x"] {
            assert!(!with_origin(text), "Origin: {text}");
            assert!(with_referer(text), "Referer: {text}");
        }
    }

    #[test]
    fn a_present_origin_decides_alone() {
        let good = Some("https://a.com");
        for bad in ["null", "", "https://evil.net"] {
            assert_eq!(check_origin(Some(bad), good, &allowed(), false), Err(ForbiddenOrigin));
            assert_eq!(check_origin(good, Some(bad), &allowed(), true), Ok(()));
        }
    }

    #[test]
    fn with_neither_header_the_setting_decides() {
        assert_eq!(check_origin(None, None, &allowed(), false), Ok(()));
        assert_eq!(check_origin(None, None, &allowed(), true), Err(ForbiddenOrigin));
    }
}
