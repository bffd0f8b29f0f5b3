use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::bounded::Key;

/// What counts as one caller: an IPv4 address, or the /64 an IPv6 address is in, because one
/// customer gets at least a /64 (RFC 6177 section 2). IPv4-mapped addresses count as IPv4.
///
/// Written as a CIDR block: `203.0.113.7/32`, `2001:db8:1:2::/64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpKey(IpNet);

/// The text is neither an IP address nor a block that lies within one [`IpKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an IP address, an IPv4 /32 or an IPv6 /64, such as 203.0.113.7 or 2001:db8::/64")]
pub struct NotAnIpKey;

impl IpKey {
    /// The block as a network, for storing.
    pub fn network(self) -> IpNet {
        self.0
    }
}

impl From<IpAddr> for IpKey {
    fn from(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V4(v4) => Ipv4Net::from(v4).into(),
            IpAddr::V6(v6) => Ipv6Net::new_assert(v6, 64).trunc().into(),
        })
    }
}

impl fmt::Display for IpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for IpKey {
    type Err = NotAnIpKey;

    /// Reads an address, or a block no wider than one key.
    fn from_str(text: &str) -> Result<Self, NotAnIpKey> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(ip.into());
        }
        let block: IpNet = text.parse().map_err(|_| NotAnIpKey)?;
        let key = Self::from(block.addr());
        let mapped = block.addr().is_ipv6() && key.0.addr().is_ipv4();
        let narrowest = if mapped { 128 } else { key.0.prefix_len() };
        if block.prefix_len() < narrowest { Err(NotAnIpKey) } else { Ok(key) }
    }
}

impl Key for IpKey {
    /// IPv4 by /16; IPv6 by /32, folded onto as many buckets.
    fn coarse(&self) -> u32 {
        match self.0.addr() {
            IpAddr::V4(v4) => v4.to_bits() >> 16,
            IpAddr::V6(v6) => {
                let top = (v6.to_bits() >> 96) as u32;
                1 << 16 | ((top >> 16) ^ (top & 0xffff))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> IpKey {
        text.parse().unwrap()
    }

    #[test]
    fn counts_v4_by_address_and_v6_by_64() {
        for (given, shown) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.7/32", "203.0.113.7/32"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.7/128", "203.0.113.7/32"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:3::/80", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(key(given).to_string(), shown, "{given}");
            assert_eq!(key(shown), key(given), "{given} survives being written down");
        }
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }

    #[test]
    fn refuses_what_is_wider_than_one_caller() {
        for text in [
            "",
            "localhost",
            "203.0.113.0/24",
            "2001:db8::/63",
            "::ffff:203.0.113.7/96",
            "1.2.3.4/33",
        ] {
            assert_eq!(text.parse::<IpKey>(), Err(NotAnIpKey), "{text}");
        }
    }

    #[test]
    fn coarsens_v4_by_16_and_v6_by_32_into_few_buckets() {
        assert_eq!(key("203.0.113.7").coarse(), key("203.0.1.1").coarse());
        assert_ne!(key("203.0.113.7").coarse(), key("203.1.113.7").coarse());
        assert_eq!(key("2001:db8:1::").coarse(), key("2001:db8:2::").coarse());
        assert_ne!(key("2001:db8::").coarse(), key("2001:db9::").coarse());
        assert!(key("ffff:1::").coarse() < 1 << 17);
        assert_ne!(key("0.0.0.0").coarse(), key("::").coarse());
    }
}
