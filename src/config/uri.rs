use std::{fmt, net::IpAddr};

use url::{Host, Origin, Url};

/// Where people reach a service, ours (`NOTARY_PUBLIC_URI`) or the signing one: https, or http on
/// loopback; written canonically, so that an `aud` or `htu` can be compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUri {
    text: String,
    origin: Origin,
}

impl PublicUri {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = https_or_loopback(text)?;
        let bare = url.query().is_none() && url.fragment().is_none();
        let canonical = url.as_str().trim_end_matches('/') == text;
        (bare && canonical).then(|| Self { text: text.to_owned(), origin: url.origin() })
    }

    /// The URI as given: the `aud` of users' JWTs.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its scheme, host and port.
    pub fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// The URI of one of our endpoints, whose `path` begins with a slash: the `htu` of a JWT made
    /// for it (RFC 9449 section 4.2).
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Display for PublicUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An https URL, or an http one whose host is this machine; without a user.
fn https_or_loopback(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let trusted = match url.scheme() {
        "https" => true,
        "http" => is_loopback(url.host()?),
        _ => false,
    };
    (trusted && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Where to post confirmations. A link-local address is refused, because cloud metadata services
/// live there.
pub(super) fn webhook(text: &str) -> Option<Url> {
    let link_local = |url: &Url| match url.host() {
        Some(Host::Ipv4(v4)) => v4.is_link_local(),
        Some(Host::Ipv6(v6)) => match v6.to_canonical() {
            IpAddr::V4(v4) => v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        },
        Some(Host::Domain(_)) | None => false,
    };
    https_or_loopback(text).filter(|url| !link_local(url))
}

/// An origin and nothing else: `https://shop.example.com`.
pub(super) fn origin(text: &str) -> Option<Origin> {
    let origin = https_or_loopback(text)?.origin();
    (origin.ascii_serialization() == text).then_some(origin)
}

fn is_loopback(host: Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(v4) => v4.is_loopback(),
        Host::Ipv6(v6) => v6.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_uris_are_canonical_and_bare() {
        for text in [
            "https://accounts.example.com",
            "https://accounts.example.com:8443",
            "https://example.com/accounts",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:8080",
        ] {
            let uri = PublicUri::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(uri.as_str(), text);
            assert_eq!(uri.join("/confirm"), format!("{text}/confirm"));
        }
        for text in [
            "",
            "accounts.example.com",
            "http://accounts.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://localhost",
            "https://",
            "https://example.com/",
            "https://example.com/accounts/",
            "https://example.com?x",
            "https://example.com#x",
            "https://example.com/?",
            "https://user@example.com",
            "https://:password@example.com",
            "https://Example.com",
            "HTTPS://example.com",
            "https://example.com:443",
            "https://bücher.example",
            "https://example.com/a/../b",
        ] {
            assert_eq!(PublicUri::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_origin_leaves_the_path_out() {
        let uri = PublicUri::parse("https://example.com:8443/accounts").unwrap();
        assert_eq!(uri.origin().ascii_serialization(), "https://example.com:8443");
    }

    #[test]
    fn webhooks_are_never_link_local() {
        for text in [
            "https://mailer.example.com/confirmations?tenant=1",
            "http://localhost:3000/",
            "http://127.0.0.1:3000/hook",
            "https://10.0.0.1/hook",
        ] {
            assert!(webhook(text).is_some(), "{text}");
        }
        for text in [
            "http://mailer.example.com/",
            "https://user:password@mailer.example.com/",
            "https://169.254.169.254/latest",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://[fe80::1]/",
            "https://[::ffff:169.254.169.254]/",
            "file:///etc/passwd",
        ] {
            assert!(webhook(text).is_none(), "{text}");
        }
    }

    #[test]
    fn origins_are_exact() {
        assert!(origin("https://shop.example.com").is_some());
        assert!(origin("http://localhost:3000").is_some());
        for text in [
            "*",
            "null",
            "https://shop.example.com/",
            "https://*.example.com/x",
            "http://shop.example",
        ] {
            assert!(origin(text).is_none(), "{text}");
        }
    }
}
