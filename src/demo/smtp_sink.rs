//! An SMTP server (RFC 5321) on loopback that keeps all mail it is given: the mailbox of
//! `notary demo`, and the other side of the mail in tests.
//!
//! The dialogue is crate `mailin`'s; this file adds the sockets. It speaks plain SMTP with
//! 8BITMIME, without TLS, AUTH or SMTPUTF8.

use std::fmt;
use std::io;
use std::mem::take;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mail_parser::{MessageParser, PartType};
use mailin::response::{NO_MAILBOX, OK};
use mailin::{Action, Handler, Response, SessionBuilder};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{oneshot, watch};

/// What the server answers to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 250.
    Accept,
    /// 451: the client may try again later.
    Temporary,
    /// 550: there is no such mailbox.
    Permanent,
    /// 250, but only after this long.
    Stall(Duration),
}

/// A mail that the server took. Its `Debug` is silent about the text, which may hold a token.
#[derive(Clone)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients that were accepted, in their order.
    pub to: Vec<String>,
    /// The message as it came, headers and body, with CRLF line ends (RFC 5322).
    pub raw: Vec<u8>,
    /// The `Subject`, decoded.
    pub subject: Option<String>,
    /// The `Date`, in seconds since the Unix epoch.
    pub date: Option<i64>,
    /// The `Message-ID`, without its angle brackets.
    pub message_id: Option<String>,
    /// The first text/plain part, decoded.
    pub text: Option<String>,
    /// The first text/html part, decoded.
    pub html: Option<String>,
}

impl Mail {
    fn parse(from: String, to: Vec<String>, raw: Vec<u8>) -> Self {
        let message = MessageParser::default().parse(&raw).unwrap_or_default();
        let text = message.parts.iter().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let html = message.parts.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        let subject = message.subject().map(str::to_owned);
        let message_id = message.message_id().map(str::to_owned);
        let date = message.date().map(|date| date.to_timestamp());
        Self { from, to, subject, date, message_id, text, html, raw }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, subject, .. } = self;
        f.debug_struct("Mail")
            .field("from", from)
            .field("to", to)
            .field("subject", subject)
            .finish_non_exhaustive()
    }
}

/// The awaited mail did not come.
#[derive(Debug, Error)]
#[error("the awaited mail did not come within {waited:?}; {received} others did")]
pub struct NoMail {
    /// How long it was waited for.
    pub waited: Duration,
    /// How many mails the server has received so far.
    pub received: usize,
}

/// A running SMTP server. Dropping it closes the port and cuts off its clients.
#[derive(Debug)]
pub struct SmtpSink {
    port: u16,
    mails: watch::Receiver<Vec<Mail>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SmtpSink {
    /// Starts a server on a free port of 127.0.0.1, in a thread of its own. `policy` decides about
    /// each recipient, and may change its mind from one to the next.
    ///
    /// # Errors
    /// When the operating system gives no port or no thread.
    pub fn start(policy: impl Fn(&str) -> Verdict + Send + Sync + 'static) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _context = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (received, mails) = watch::channel(Vec::new());
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("smtp-sink".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, Arc::new(policy), Arc::new(received)) => (),
                    _ = stopped => (),
                }
            });
        })?;
        Ok(Self { port, mails, stop: Some(stop), thread: Some(thread) })
    }

    /// The port of 127.0.0.1 that the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All mail received so far, oldest first.
    pub fn messages(&self) -> Vec<Mail> {
        self.mails.borrow().clone()
    }

    /// Waits until `complete` holds for the mail received so far, and returns that.
    ///
    /// # Errors
    /// [`NoMail`] when that takes longer than `timeout`.
    pub async fn wait_for(
        &self,
        complete: impl Fn(&[Mail]) -> bool,
        timeout: Duration,
    ) -> Result<Vec<Mail>, NoMail> {
        let mut mails = self.mails.clone();
        let waited = tokio::time::timeout(timeout, mails.wait_for(|mails| complete(mails))).await;
        match waited {
            Ok(Ok(mails)) => Ok(mails.clone()),
            _ => Err(NoMail { waited: timeout, received: self.mails.borrow().len() }),
        }
    }

    /// Waits until `recipient` has received `count` mails, and returns all of that recipient's,
    /// oldest first.
    ///
    /// # Errors
    /// [`NoMail`] when that takes longer than `timeout`.
    pub async fn wait_for_recipient(
        &self,
        recipient: &str,
        count: usize,
        timeout: Duration,
    ) -> Result<Vec<Mail>, NoMail> {
        let theirs = |mail: &Mail| mail.to.iter().any(|to| to == recipient);
        let enough = |mails: &[Mail]| mails.iter().filter(|mail| theirs(mail)).count() >= count;
        let mut mails = self.wait_for(enough, timeout).await?;
        mails.retain(theirs);
        Ok(mails)
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It fails only if the policy panicked, which has been reported then.
            drop(thread.join());
        }
    }
}

/// Takes connections for ever. The sessions are tasks of the same runtime and end with it.
async fn serve<P>(listener: TcpListener, policy: Arc<P>, received: Arc<watch::Sender<Vec<Mail>>>)
where
    P: Fn(&str) -> Verdict + Send + Sync + 'static,
{
    loop {
        // A connection that was reset before we took it is no reason to stop.
        if let Ok((stream, client)) = listener.accept().await {
            let stall = Arc::new(Mutex::new(None));
            let transaction = Transaction {
                policy: Arc::clone(&policy),
                received: Arc::clone(&received),
                stall: Arc::clone(&stall),
                from: String::new(),
                to: Vec::new(),
                raw: Vec::new(),
            };
            tokio::spawn(converse(stream, client.ip(), transaction, stall));
        }
    }
}

/// One client's session, from greeting to QUIT.
async fn converse<P>(
    stream: TcpStream,
    client: IpAddr,
    transaction: Transaction<P>,
    stall: Arc<Mutex<Option<Duration>>>,
) -> io::Result<()>
where
    P: Fn(&str) -> Verdict,
{
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut session = SessionBuilder::new("localhost").build(client, transaction);
    stream.write_all(&session.greeting().buffer()?).await?;
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        let answer = session.process(&line);
        let stalled = stall.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(pause) = stalled {
            tokio::time::sleep(pause).await;
        }
        stream.write_all(&answer.buffer()?).await?;
        if answer.action == Action::Close {
            break;
        }
        line.clear();
    }
    Ok(())
}

/// The mail that a client is handing over (RFC 5321, section 3.3).
struct Transaction<P> {
    policy: Arc<P>,
    received: Arc<watch::Sender<Vec<Mail>>>,
    /// How long to wait before the next answer; read by [`converse`], since mailin's session
    /// neither waits nor gives its handler back.
    stall: Arc<Mutex<Option<Duration>>>,
    from: String,
    to: Vec<String>,
    raw: Vec<u8>,
}

impl<P: Fn(&str) -> Verdict> Handler for Transaction<P> {
    fn rcpt(&mut self, to: &str) -> Response {
        match (self.policy)(to) {
            Verdict::Accept => OK,
            Verdict::Temporary => Response::custom(451, "Try again later".into()),
            Verdict::Permanent => NO_MAILBOX,
            Verdict::Stall(pause) => {
                *self.stall.lock().unwrap_or_else(PoisonError::into_inner) = Some(pause);
                OK
            }
        }
    }

    fn data_start(&mut self, _domain: &str, from: &str, _is8bit: bool, to: &[String]) -> Response {
        self.from = from.to_owned();
        self.to = to.to_vec();
        self.raw.clear();
        OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.raw.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let (from, to, raw) = (take(&mut self.from), take(&mut self.to), take(&mut self.raw));
        self.received.send_modify(|mails| mails.push(Mail::parse(from, to, raw)));
        OK
    }
}

#[cfg(test)]
mod tests;
