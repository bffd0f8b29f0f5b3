//! Letters by `POST` to an external mailer, `NOTARY_CONFIRMATION_URI`.
//!
//! The body is `{token, address, purpose, expires_at}`: `address` is where the mail goes. `token`
//! and `expires_at` are absent from a notice. `account` is there when it is not `address`: what
//! the link must name, or the new address in a notice of the change.

use std::{fmt, time::Duration};

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use reqwest::{Client, StatusCode, header::CONTENT_TYPE, redirect::Policy};
use serde::Serialize;
use tokio::{net::TcpStream, time::timeout};
use url::{Host, Url};

use super::{
    Letter, MailConfigError, SendError,
    failure::{causes, network_words},
    guard::{Guard, NotAllowed},
};

/// How long one call may take, from the name's resolution to the answer's head.
const CALL_LIMIT: Duration = Duration::from_secs(5);

const UNUSABLE: MailConfigError = MailConfigError {
    setting: "NOTARY_CONFIRMATION_URI",
    expected: "https://mailer.example.org/path, or http on loopback; no user or password in it, \
               no link-local address",
};

/// An external mailer.
pub struct Webhook {
    uri: Url,
    key: hmac::Key,
    client: Client,
    guard: Guard,
}

#[derive(Serialize)]
struct Call<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    address: &'a str,
    purpose: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

impl Webhook {
    /// `uri` is https, or http on loopback; `hook_key` is K_hook, of any length.
    ///
    /// # Errors
    /// A URI that we do not call.
    pub fn new(uri: Url, hook_key: &[u8]) -> Result<Self, MailConfigError> {
        let guard = guard_for(&uri).ok_or(UNUSABLE)?;
        let client = Client::builder()
            .timeout(CALL_LIMIT)
            .redirect(Policy::none())
            // A proxy from the environment would resolve the name in our place, unguarded.
            .no_proxy()
            .dns_resolver(guard)
            .build()
            .map_err(|_| UNUSABLE)?;
        Ok(Self { uri, key: hmac::Key::new(hmac::HMAC_SHA256, hook_key), client, guard })
    }

    /// Makes one call, at most five seconds long; `now` in seconds since the Unix epoch.
    ///
    /// The header `Notary-Signature: t=<now>,v1=<hex>` carries HMAC-SHA-256(K_hook,
    /// `<now>.<body>`), and `Notary-Delivery` the letter's id, the same in every attempt. The
    /// answer's body is not read.
    ///
    /// # Errors
    /// Permanent on 4xx other than 408, 425 and 429; temporary on any other failure.
    pub async fn send(&self, letter: &Letter, now: i64) -> Result<(), SendError> {
        let body = body(letter)?;
        let signature = sign(&self.key, now, &body);
        let answer = self
            .client
            .post(self.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("Notary-Signature", signature)
            .header("Notary-Delivery", letter.id.to_string())
            .body(body)
            .send()
            .await
            .map_err(|error| SendError::Temporary(words(&error).into()))?;
        judge(answer.status())
    }

    /// Whether the mailer accepts a TCP connection; nothing is sent.
    ///
    /// # Errors
    /// Temporary, with the words for the operator.
    pub async fn check(&self) -> Result<(), SendError> {
        let connect = async {
            let host = self.uri.host_str().unwrap_or_default().trim_matches(['[', ']']);
            let port = self.uri.port_or_known_default().unwrap_or_default();
            let addresses = self.guard.lookup(host, port).await?;
            TcpStream::connect(addresses.as_slice()).await
        };
        match timeout(CALL_LIMIT, connect).await {
            Err(_) => Err(SendError::timeout()),
            Ok(Err(error)) => Err(SendError::Temporary(network_words(&error).into())),
            Ok(Ok(_)) => Ok(()),
        }
    }
}

/// Silent about the URI, whose query may hold a secret.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("host", &self.uri.host_str()).finish_non_exhaustive()
    }
}

/// The guard that goes with the URI; none if it is not to be called at all.
fn guard_for(uri: &Url) -> Option<Guard> {
    let guard = match uri.scheme() {
        "https" => Guard { loopback_only: false },
        "http" => Guard { loopback_only: true },
        _ => return None,
    };
    let allowed = match uri.host()? {
        Host::Ipv4(ip) => guard.allows(ip.into()),
        Host::Ipv6(ip) => guard.allows(ip.into()),
        Host::Domain(name) => !guard.loopback_only || name == "localhost",
    };
    let anonymous = uri.username().is_empty() && uri.password().is_none();
    (allowed && anonymous).then_some(guard)
}

fn body(letter: &Letter) -> Result<Vec<u8>, SendError> {
    let token = letter.token()?;
    let call = Call {
        token,
        address: &letter.to,
        purpose: letter.purpose.as_str(),
        expires_at: token.map(|_| letter.expires_at),
        account: (letter.account != letter.to).then_some(&letter.account),
    };
    serde_json::to_vec(&call)
        .map_err(|_| SendError::Permanent("the letter cannot be written as JSON".into()))
}

fn sign(key: &hmac::Key, now: i64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(key);
    context.update(format!("{now}.").as_bytes());
    context.update(body);
    format!("t={now},v1={}", HEXLOWER.encode(context.sign().as_ref()))
}

fn judge(status: StatusCode) -> Result<(), SendError> {
    const AGAIN: [StatusCode; 3] =
        [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    let words = format!("HTTP {}", status.as_u16());
    if status.is_success() {
        Ok(())
    } else if status.is_client_error() && !AGAIN.contains(&status) {
        Err(SendError::Permanent(words))
    } else {
        Err(SendError::Temporary(words))
    }
}

fn words(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if causes(error).any(|cause| cause.is::<NotAllowed>()) {
        "address not allowed"
    } else {
        network_words(error)
    }
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
