//! From one setting's text to its type. `None`: the text does not fit.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

use super::secret::Secret;

pub(super) const HTTP_URL: &str = "an http or https URL, without a user or a password";
pub(super) const HTTPS_OR_LOOPBACK: &str = "an https URL, or an http one of this machine";
pub(super) const LONG_SECRET: &str = "at least 32 characters, ASCII and visible";
pub(super) const POSTGRES: &str =
    "a postgresql:// or postgres:// URL; nothing is stored elsewhere than in PostgreSQL";
pub(super) const DATE: &str = "a date, or a date with a time: 2027-01-31, 2027-01-31T12:00:00Z";

const SECRET_MIN_CHARACTERS: usize = 32;

/// Digits only: `parse` alone would take `+5`.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

pub(super) fn http_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && matches!(url.scheme(), "http" | "https")).then_some(url)
}

pub(super) fn https_or_loopback(text: &str) -> Option<Url> {
    http_url(text).filter(|url| match (url.scheme(), url.host()) {
        ("https", _) => true,
        (_, Some(Host::Domain(name))) => name == "localhost",
        (_, Some(Host::Ipv4(address))) => address.is_loopback(),
        (_, Some(Host::Ipv6(address))) => address.is_loopback(),
        (_, None) => false,
    })
}

/// Only the scheme is looked at: libpq reads more (several hosts, sockets) than a URL parser does.
/// SQLAlchemy's `postgresql+psycopg2://` is the same database by its driver's name.
pub(super) fn postgres(text: &str) -> Option<Secret> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.split_once('+').map_or(scheme, |(scheme, _driver)| scheme) {
        scheme @ ("postgres" | "postgresql") => Some(Secret::new(format!("{scheme}://{rest}"))),
        _ => None,
    }
}

/// The same without what may be secret in it: for showing.
pub(super) fn shown_postgres(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if !text.contains("password=") => {
            if url.password().is_some() && url.set_password(Some("***")).is_err() {
                return "***".into();
            }
            url.into()
        }
        _ => "***".into(),
    }
}

pub(super) fn is_long_secret(text: &str) -> bool {
    text.len() >= SECRET_MIN_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(super) fn log_directives(text: &str) -> Option<String> {
    EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
}

/// A host, and perhaps a port, as they stand in a URL.
pub(super) fn host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (bare && !text.contains(['/', '@', '?', '#'])).then(|| text.to_owned())
}

/// A date is its first moment; what has no offset is UTC.
pub(super) fn date(text: &str) -> Option<DateTime<Utc>> {
    let with_offset = DateTime::parse_from_rfc3339(text).ok().map(|date| date.to_utc());
    let with_time = || text.replacen(' ', "T", 1).parse::<NaiveDateTime>().ok();
    let whole_day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    with_offset.or_else(|| Some(with_time().or_else(whole_day)?.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits() {
        assert_eq!(number::<u16>("65535"), Some(65535));
        for text in ["", "+1", "-1", "1.5", "65536", "1e3"] {
            assert_eq!(number::<u16>(text), None, "{text}");
        }
    }

    #[test]
    fn only_postgres_is_a_database() {
        for (text, url) in [
            ("postgres://a:b@c/d", "postgres://a:b@c/d"),
            ("postgresql:///d?host=/run", "postgresql:///d?host=/run"),
            ("postgresql+psycopg2://a@c/d", "postgresql://a@c/d"),
        ] {
            assert_eq!(postgres(text).unwrap().expose(), url);
        }
        for text in ["", "redis://localhost", "sqlite:///x", "localhost", "mysql+postgres://x"] {
            assert!(postgres(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_database_is_shown_without_its_password() {
        for (text, shown) in [
            ("postgres://a:b@c/d", "postgres://a:***@c/d"),
            ("postgres://a@c/d", "postgres://a@c/d"),
            ("postgres://c/d?password=b", "***"),
            ("postgres://a:b@c,d/e", "postgres://a:***@c,d/e"),
            ("postgres://a:b@[c/d", "***"),
        ] {
            assert_eq!(shown_postgres(text), shown);
        }
    }

    #[test]
    fn hosts_have_no_path() {
        for text in ["a.example", "a.example:8888", "127.0.0.1", "[::1]:80"] {
            assert_eq!(host(text).as_deref(), Some(text));
        }
        for text in ["", "https://a", "a/b", "a?b", "u@a", "a b"] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_in_utc() {
        for (text, shown) in [
            ("2027-01-31", "2027-01-31 00:00:00 UTC"),
            ("2027-01-31T12:00:01", "2027-01-31 12:00:01 UTC"),
            ("2027-01-31 12:00:01", "2027-01-31 12:00:01 UTC"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31 10:00:00 UTC"),
        ] {
            assert_eq!(date(text).map(|date| date.to_string()).as_deref(), Some(shown));
        }
        for text in ["", "soon", "2027-02-30", "31.1.2027"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn webhooks_are_https_or_stay_here() {
        for text in ["https://a.example/hook", "http://localhost:1/", "http://[::1]/"] {
            assert!(https_or_loopback(text).is_some(), "{text}");
        }
        for text in ["http://a.example", "https://u:p@a.example", "ftp://localhost", "hook"] {
            assert!(https_or_loopback(text).is_none(), "{text}");
        }
    }
}
