//! From one setting's text to its type. `None`: the text does not fit; what would have is said in
//! `settings`.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use url::Origin;

use super::{
    secrets::Secret,
    uri::{self, PublicUri},
};
use crate::mail::smtp;

const HOUR: Duration = Duration::from_secs(3600);

/// Whatever reads itself.
pub(super) fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

pub(super) fn on_or_off(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}

/// `600`, `600s`, `10m`, `1h`; one second to 24 hours.
pub(super) fn up_to_a_day(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let time = Duration::from_secs(whole_number(digits)?.checked_mul(unit)?);
    (Duration::from_secs(1)..=24 * HOUR).contains(&time).then_some(time)
}

pub(super) fn block_hours(text: &str) -> Option<Duration> {
    let hours = whole_number(text).filter(|hours| (1..=720).contains(hours))?;
    Some(Duration::from_secs(hours * 3600))
}

/// Millions of bytes, 1 to 65,536.
pub(super) fn megabytes(text: &str) -> Option<usize> {
    let millions = whole_number(text).filter(|millions| (1..=65_536).contains(millions))?;
    Some(millions as usize * 1_000_000)
}

/// Digits only: `parse` alone would take `+5`.
fn whole_number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// CIDR blocks, or addresses that stand for themselves alone.
pub(super) fn networks(text: &str) -> Option<Vec<IpNet>> {
    list(text, |entry| {
        let net = entry.parse().ok().or_else(|| Some(IpNet::from(parsed::<IpAddr>(entry)?)));
        unmapped(net?)
    })
}

/// A network of IPv4 that is mapped into IPv6, as IPv4: callers' addresses are compared as that.
/// `None` where it reaches beyond what is mapped.
fn unmapped(net: IpNet) -> Option<IpNet> {
    let IpNet::V6(v6) = net else { return Some(net) };
    let Some(v4) = v6.addr().to_ipv4_mapped() else { return Some(net) };
    IpNet::new(v4.into(), v6.prefix_len().checked_sub(96)?).ok()
}

pub(super) fn origins(text: &str) -> Option<Vec<Origin>> {
    list(text, uri::origin)
}

/// Written as canonically as our own; empty for none.
pub(super) fn signer(text: &str) -> Option<Option<PublicUri>> {
    if text.is_empty() { Some(None) } else { PublicUri::parse(text).map(Some) }
}

/// Entries with commas between; no entry in an empty text.
fn list<T>(text: &str, entry: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(str::trim).map(entry).collect()
}

/// Only the scheme is looked at: libpq reads more (several hosts, sockets) than a URL parser does.
pub(super) fn postgres(text: &str) -> Option<Secret> {
    let is_postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
    is_postgres.then(|| Secret::new(text))
}

pub(super) fn mail_server(text: &str) -> Option<Secret> {
    smtp::takes_uri(text).then(|| Secret::new(text))
}

pub(super) fn mailbox(text: &str) -> Option<String> {
    smtp::takes_from(text).then(|| text.to_owned())
}

pub(super) fn log_directives(text: &str) -> Option<String> {
    EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
}

/// An absolute path; empty for none.
pub(super) fn file(text: &str) -> Option<Option<PathBuf>> {
    match PathBuf::from(text) {
        path if path.as_os_str().is_empty() => Some(None),
        path if path.is_absolute() => Some(Some(path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_minutes_or_hours_up_to_a_day() {
        for (text, seconds) in
            [("1", 1), ("600", 600), ("90s", 90), ("10m", 600), ("1h", 3600), ("24h", 86_400)]
        {
            assert_eq!(up_to_a_day(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        let too_much = u64::MAX.to_string() + "h";
        for text in [
            "", "0", "0m", "25h", "86401", "m", "1 m", "1.5h", "-1", "+1", "1d", "1hm", &too_much,
            "ü",
        ] {
            assert_eq!(up_to_a_day(text), None, "{text}");
        }
    }

    #[test]
    fn blocks_last_whole_hours() {
        assert_eq!(block_hours("1"), Some(HOUR));
        assert_eq!(block_hours("720"), Some(720 * HOUR));
        for text in ["", "0", "721", "0.5", "1h", "+1"] {
            assert_eq!(block_hours(text), None, "{text}");
        }
    }

    #[test]
    fn networks_are_blocks_or_addresses() {
        assert_eq!(networks(""), Some(vec![]));
        let shown = |text| networks(text).map(|nets| nets.iter().map(IpNet::to_string).collect());
        let expected = Some(["10.0.0.0/8", "::1/128"].map(str::to_owned).to_vec());
        assert_eq!(shown("10.0.0.0/8, ::1"), expected);
        let mapped = shown("::ffff:127.0.0.1, ::ffff:10.0.0.0/104, ::ffff:0:0/96, ::/0");
        let expected = ["127.0.0.1/32", "10.0.0.0/8", "0.0.0.0/0", "::/0"].map(str::to_owned);
        assert_eq!(mapped, Some(expected.to_vec()));
        for text in ["10.0.0.0/33", "10.0.0.0/8,", "proxy.example", "::ffff:10.0.0.0/95"] {
            assert_eq!(shown(text), None::<Vec<String>>, "{text}");
        }
    }

    #[test]
    fn switches_have_four_spellings() {
        assert_eq!(
            ["on", "TRUE", "off", "False"].map(on_or_off),
            [Some(true), Some(true), Some(false), Some(false)]
        );
        assert_eq!(["1", "yes", ""].map(on_or_off), [None; 3]);
    }
}
