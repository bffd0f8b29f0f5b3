//! Where a webhook call may connect to, decided on the address that a name resolves to.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

/// Every address of the host is one that we do not call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("address not allowed")]
pub(super) struct NotAllowed;

/// Which addresses are allowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    /// Plain http goes to this machine alone.
    pub(super) loopback_only: bool,
}

impl Guard {
    /// Link-local addresses are refused: cloud providers serve credentials there.
    pub(super) fn allows(self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let link_local = match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_unicast_link_local(),
        };
        !link_local && (!self.loopback_only || ip.is_loopback())
    }

    /// The allowed addresses of `host`, a name or an address literal without brackets.
    pub(super) async fn lookup(self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = lookup_host((host, port)).await?;
        let allowed: Vec<_> = found.filter(|address| self.allows(address.ip())).collect();
        if allowed.is_empty() { Err(io::Error::other(NotAllowed)) } else { Ok(allowed) }
    }
}

/// reqwest asks for names only; literals are checked when the webhook is made.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            // Port 0 lets reqwest put in that of the URI.
            let allowed = guard.lookup(name.as_str(), 0).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_addresses_are_called() {
        for (ip, over_https, over_http) in [
            ("127.0.0.1", true, true),
            ("::1", true, true),
            ("::ffff:127.0.0.1", true, true),
            ("192.0.2.1", true, false),
            ("10.0.0.1", true, false),
            ("2001:db8::1", true, false),
            ("169.254.169.254", false, false),
            ("::ffff:169.254.169.254", false, false),
            ("fe80::1", false, false),
            ("febf::1", false, false),
        ] {
            let ip = ip.parse().unwrap();
            assert_eq!(Guard { loopback_only: false }.allows(ip), over_https, "{ip}");
            assert_eq!(Guard { loopback_only: true }.allows(ip), over_http, "{ip}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        let guard = Guard { loopback_only: true };
        assert!(guard.resolve("localhost".parse().unwrap()).await.is_ok());
        let refused = guard.resolve("169.254.169.254".parse().unwrap()).await.err().unwrap();
        assert_eq!(refused.to_string(), NotAllowed.to_string());
    }
}
