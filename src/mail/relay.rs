//! The mail server: what `NOTARY_SMTP_URI` says, and how a connection to it begins.

use std::{fmt, time::Duration};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Tls, TlsParameters},
    extension::ClientId,
};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::MailConfigError;

/// How long one address of the server may take to accept a TCP connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

const UNUSABLE: MailConfigError = MailConfigError {
    setting: "NOTARY_SMTP_URI",
    expected: "smtps://user:password@host, smtp://host?tls=required or, for a server on a trusted \
               network, smtp://host",
};

/// A mail server and how to introduce ourselves to it.
pub(super) struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    /// What EHLO says (RFC 5321 section 4.1.1.1).
    name: ClientId,
}

impl Relay {
    /// Reads `scheme://user:password@host:port/ehlo-name?tls=…`, the form that lettre defines.
    ///
    /// `smtps` is TLS from the start; `smtp` is plain, or STARTTLS with `tls=required` or
    /// `tls=opportunistic`. `name` stands in for a missing EHLO name.
    pub(super) fn parse(uri: &str, name: ClientId) -> Result<Self, MailConfigError> {
        let url = Url::parse(uri).map_err(|_| UNUSABLE)?;
        let host = match url.host().ok_or(UNUSABLE)? {
            Host::Ipv6(ip) => ip.to_string(),
            host => host.to_string(),
        };
        let (port, tls) = security(&url, &host)?;
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decode(url.username())?, decode(password)?)),
            None if url.username().is_empty() => None,
            None => return Err(UNUSABLE),
        };
        let name = match url.path().trim_matches('/') {
            "" => name,
            path => ClientId::Domain(path.into()),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), tls, credentials, name })
    }

    /// A connection that is ready for a mail: encrypted and signed in as the URI asks.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let wrapper = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(CONNECT_LIMIT),
            &self.name,
            wrapper,
            None,
        )
        .await?;
        match &self.tls {
            Tls::Required(parameters) => {
                connection.starttls(parameters.clone(), &self.name).await?;
            }
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.name).await?;
            }
            Tls::Opportunistic(_) | Tls::None | Tls::Wrapper(_) => {}
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// The default port and the TLS mode. A parameter that is not understood is refused: a misspelt
/// `tls=required` must not mean plain text.
fn security(url: &Url, host: &str) -> Result<(u16, Tls), MailConfigError> {
    let parameters: Vec<_> = url.query_pairs().collect();
    let mode = match parameters.as_slice() {
        [] => None,
        [(key, mode)] if key == "tls" => Some(mode.as_ref()),
        _ => return Err(UNUSABLE),
    };
    let tls = || TlsParameters::new(host.into()).map_err(|_| UNUSABLE);
    match (url.scheme(), mode) {
        ("smtps", None) => Ok((465, Tls::Wrapper(tls()?))),
        ("smtp", None) => Ok((25, Tls::None)),
        ("smtp", Some("required")) => Ok((587, Tls::Required(tls()?))),
        ("smtp", Some("opportunistic")) => Ok((587, Tls::Opportunistic(tls()?))),
        _ => Err(UNUSABLE),
    }
}

fn decode(text: &str) -> Result<String, MailConfigError> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| UNUSABLE)?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(uri: &str) -> Result<Relay, MailConfigError> {
        Relay::parse(uri, ClientId::Domain("id.example.org".into()))
    }

    #[test]
    fn schemes_ports_and_modes() {
        for (uri, host, port, tls) in [
            ("smtp://mail.example.org", "mail.example.org", 25, "None"),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, "None"),
            ("smtp://[::1]:2525", "::1", 2525, "None"),
            ("smtps://mail.example.org", "mail.example.org", 465, "Wrapper"),
            ("smtp://mail.example.org?tls=required", "mail.example.org", 587, "Required"),
            ("smtp://mail.example.org?tls=opportunistic", "mail.example.org", 587, "Opportunistic"),
        ] {
            let relay = parse(uri).unwrap();
            let mode = match relay.tls {
                Tls::None => "None",
                Tls::Wrapper(_) => "Wrapper",
                Tls::Required(_) => "Required",
                Tls::Opportunistic(_) => "Opportunistic",
            };
            assert_eq!((relay.host.as_str(), relay.port, mode), (host, port, tls), "{uri}");
        }
    }

    #[test]
    fn credentials_and_name() {
        let relay = parse("smtps://a%40b.example:p%2Fw%3A+@mail.example.org/mx.example").unwrap();
        let expected = Credentials::new("a@b.example".into(), "p/w:+".into());
        assert!(relay.credentials == Some(expected));
        assert_eq!(relay.name, ClientId::Domain("mx.example".into()));
        assert!(!format!("{relay:?}").contains("p/w"));
        let relay = parse("smtp://mail.example.org").unwrap();
        assert!(relay.credentials.is_none());
        assert_eq!(relay.name, ClientId::Domain("id.example.org".into()));
    }

    #[test]
    fn what_is_refused() {
        for uri in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp:///",
            "smtp://mail.example.org?tsl=required",
            "smtp://mail.example.org?tls=yes",
            "smtp://mail.example.org?tls=required&tls=opportunistic",
            "smtps://mail.example.org?tls=opportunistic",
            "smtps://user@mail.example.org",
            "smtps://user:%ff@mail.example.org",
        ] {
            assert_eq!(parse(uri).err(), Some(UNUSABLE), "{uri}");
        }
    }
}
