//! Who calls: the peer, or the address that trusted proxies vouch for.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The caller's address: `peer`, unless it is a trusted proxy. Then `X-Forwarded-For` is read from
/// right to left for as long as the address reached is a trusted proxy's, so the answer is the
/// rightmost untrusted one. An entry that is no address ends the walk at the last good one.
///
/// `forwarded_for`: the header's lines in order. Pass a line that is not text as an empty string:
/// left out, it would vouch for what stands before it. IPv4-mapped addresses come out as IPv4.
pub fn caller_ip<'a>(
    peer: IpAddr,
    forwarded_for: impl IntoIterator<Item = &'a str>,
    trusted: &[IpNet],
) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut caller = peer.to_canonical();
    if !is_trusted(&caller) {
        return caller;
    }
    let entries: Vec<&str> =
        forwarded_for.into_iter().flat_map(|line| line.split(',')).map(str::trim).collect();
    for entry in entries.into_iter().rev() {
        let Some(ip) = address(entry) else { break };
        caller = ip;
        if !is_trusted(&caller) {
            break;
        }
    }
    caller
}

/// `203.0.113.7`, `203.0.113.7:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let ip = match bare {
        Some(v6) => IpAddr::V6(v6.parse().ok()?),
        None => match entry.parse() {
            Ok(ip) => ip,
            Err(_) => entry.parse::<SocketAddr>().ok()?.ip(),
        },
    };
    Some(ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        caller_ip(peer.parse().unwrap(), lines.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn without_trusted_proxies_the_header_changes_nothing() {
        for line in ["198.51.100.1", "127.0.0.1", "garbage", "198.51.100.1, 203.0.113.7"] {
            assert_eq!(caller("203.0.113.7", &[line], &[]), "203.0.113.7");
            assert_eq!(caller("203.0.113.7", &[line], &["10.0.0.0/8"]), "203.0.113.7");
        }
    }

    #[test]
    fn through_trusted_proxies_the_rightmost_untrusted_counts() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&["203.0.113.7"], "203.0.113.7"),
            (&["spoofed, 198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            (&["198.51.100.1, 203.0.113.7, 10.0.0.2,10.0.0.3"], "203.0.113.7"),
            (&["203.0.113.7, fd00::5"], "203.0.113.7"),
            (&["10.9.9.9, 10.0.0.2"], "10.9.9.9"),
            (&["198.51.100.1", "203.0.113.7, 10.0.0.2", "10.0.0.3"], "203.0.113.7"),
        ] {
            assert_eq!(caller("10.0.0.1", lines, &trusted), expected, "{lines:?}");
        }
    }

    #[test]
    fn understands_ports_brackets_and_mapped_addresses() {
        for (entry, expected) in [
            ("203.0.113.7:54321", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:54321", "2001:db8::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("\t203.0.113.7 ", "203.0.113.7"),
        ] {
            assert_eq!(caller("10.0.0.1", &[entry], &["10.0.0.0/8"]), expected, "{entry}");
        }
        assert_eq!(caller("::ffff:10.0.0.1", &["203.0.113.7"], &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(caller("::ffff:203.0.113.7", &[], &[]), "203.0.113.7");
    }

    #[test]
    fn garbage_ends_the_walk_at_the_last_good_address() {
        for garbage in
            ["unknown", "_hidden", "", "1.2.3", "1.2.3.4.5", "[1.2.3.4]", "[::1", "1.2.3.4:99999"]
        {
            let line = format!("203.0.113.7, {garbage}, 10.0.0.2");
            assert_eq!(caller("10.0.0.1", &[&line], &["10.0.0.0/8"]), "10.0.0.2", "{garbage}");
        }
        let not_text = ["203.0.113.7", "", "10.0.0.2"];
        assert_eq!(caller("10.0.0.1", &not_text, &["10.0.0.0/8"]), "10.0.0.2");
    }
}
