//! Letters by SMTP (RFC 5321).

use std::{
    error::Error as _,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lettre::{
    Message,
    transport::smtp::{
        Error,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use tokio::time::timeout;
use url::Host;

use super::{
    Letter, MailConfigError, SendError,
    failure::network_words,
    message::{self, Composer},
    relay::Relay,
};

/// How long handing over one letter may take, connecting included.
const SEND_LIMIT: Duration = Duration::from_secs(30);
/// How long a parked connection may take to show that it is alive.
const ALIVE_LIMIT: Duration = Duration::from_secs(5);
/// How many connections stay open between letters.
const PARKED: usize = 4;

/// A mail server, with a few connections kept for the next letters.
///
/// lettre's own pool takes back a connection whose conversation was cut short by a timeout, and
/// the next letter would read the answers meant for the last. Here only a connection that has
/// just finished a mail is kept. lettre's transport also hides at which command a 5xx came, which
/// decides between a refused letter and a refused login.
pub struct Smtp {
    relay: Relay,
    composer: Composer,
    parked: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Smtp {
    /// `uri` as in `NOTARY_SMTP_URI`, `from` as in `NOTARY_MAIL_FROM`, `public_uri` as in
    /// `NOTARY_PUBLIC_URI`. Connects to nobody yet.
    ///
    /// # Errors
    /// The setting that cannot be used.
    pub fn new(uri: &str, from: &str, public_uri: &str) -> Result<Self, MailConfigError> {
        let composer = Composer::new(from, public_uri)?;
        let relay = Relay::parse(uri, client_id(composer.host()))?;
        Ok(Self { relay, composer, parked: Mutex::default() })
    }

    /// Hands the letter to the mail server within 30 seconds.
    ///
    /// # Errors
    /// Permanent when the server answers 5xx to the recipient or to the message, or when the
    /// letter cannot be written; temporary in every other case, a refused login among them.
    pub async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let message = self.composer.compose(letter)?;
        timeout(SEND_LIMIT, self.deliver(&message)).await.unwrap_or(Err(SendError::timeout()))
    }

    /// Connects, signs in, asks for a sign of life (NOOP) and says goodbye.
    ///
    /// # Errors
    /// Temporary, with the words for the operator.
    pub async fn check(&self) -> Result<(), SendError> {
        let converse = async {
            let mut connection = self.relay.connect().await.map_err(|e| temporary(&e))?;
            let alive = connection.test_connected().await;
            connection.abort().await;
            alive.then_some(()).ok_or_else(|| SendError::Temporary("NOOP refused".into()))
        };
        timeout(SEND_LIMIT, converse).await.unwrap_or(Err(SendError::timeout()))
    }

    async fn deliver(&self, message: &Message) -> Result<(), SendError> {
        let mut connection = self.connection().await?;
        converse(&mut connection, message).await?;
        let mut parked = self.parked();
        if parked.len() < PARKED {
            parked.push(connection);
        }
        Ok(())
    }

    /// A parked connection that still answers, else a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SendError> {
        loop {
            let Some(mut connection) = self.parked().pop() else {
                return self.relay.connect().await.map_err(|e| temporary(&e));
            };
            if timeout(ALIVE_LIMIT, connection.test_connected()).await == Ok(true) {
                return Ok(connection);
            }
        }
    }

    fn parked(&self) -> MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("relay", &self.relay).finish_non_exhaustive()
    }
}

/// One mail transaction (RFC 5321 section 3.3). The message is ASCII, addresses included, so it
/// asks for no extension.
async fn converse(
    connection: &mut AsyncSmtpConnection,
    message: &Message,
) -> Result<(), SendError> {
    let envelope = message.envelope();
    let mail = Mail::new(envelope.from().cloned(), vec![]);
    connection.command(mail).await.map_err(|e| temporary(&e))?;
    for to in envelope.to() {
        let rcpt = Rcpt::new(to.clone(), vec![]);
        connection.command(rcpt).await.map_err(|e| refusal(&e))?;
    }
    connection.command(Data).await.map_err(|e| refusal(&e))?;
    connection.message(&message.formatted()).await.map_err(|e| refusal(&e))?;
    Ok(())
}

/// Whether [`Smtp::new`] takes this `uri`.
pub(crate) fn takes_uri(uri: &str) -> bool {
    Relay::parse(uri, ClientId::default()).is_ok()
}

/// Whether [`Smtp::new`] takes this `from`.
pub(crate) fn takes_from(from: &str) -> bool {
    message::sender(from).is_some()
}

fn client_id(host: &str) -> ClientId {
    match Host::parse(host) {
        Ok(Host::Ipv4(ip)) => ClientId::Ipv4(ip),
        Ok(Host::Ipv6(ip)) => ClientId::Ipv6(ip),
        Ok(Host::Domain(_)) | Err(_) => ClientId::Domain(host.into()),
    }
}

fn refusal(error: &Error) -> SendError {
    if error.is_permanent() { SendError::Permanent(words(error)) } else { temporary(error) }
}

fn temporary(error: &Error) -> SendError {
    SendError::Temporary(words(error))
}

/// The reply code and the enhanced status code (RFC 3463), or the kind of failure; nothing of
/// the server's text, which likes to repeat the address.
fn words(error: &Error) -> String {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return match text.split_whitespace().next() {
            Some(status) if is_enhanced_status(status) => format!("SMTP {code} {status}"),
            _ => format!("SMTP {code}"),
        };
    }
    if error.is_tls() {
        "TLS failed".into()
    } else if error.is_client() {
        "the server offers no STARTTLS or no login that we know".into()
    } else if error.is_response() {
        "no SMTP answer".into()
    } else {
        network_words(error).into()
    }
}

/// `class.subject.detail` (RFC 3463 section 2).
fn is_enhanced_status(text: &str) -> bool {
    let number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split('.').count() == 3 && text.split('.').all(number)
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
