use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use mailin_embedded::{
    Handler, Response, Server, SslConfig,
    response::{NO_MAILBOX, OK},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    time::Instant,
};

use super::*;
use crate::mail::Purpose;

/// A mail server with the given answers; counts who greets it and keeps the recipients.
#[derive(Clone)]
struct Stub {
    mail: Response,
    rcpt: Response,
    data: Response,
    greetings: Arc<AtomicUsize>,
    recipients: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    fn new() -> Self {
        Self { mail: OK, rcpt: OK, data: OK, greetings: Arc::default(), recipients: Arc::default() }
    }

    fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = Server::new(self.clone());
        server.with_ssl(SslConfig::None).unwrap().with_tcp_listener(listener);
        thread::spawn(move || server.serve().unwrap());
        address
    }

    async fn send(self) -> Result<(), SendError> {
        smtp(self.serve()).send(&Letter::sample(Purpose::Signup)).await
    }
}

impl Handler for Stub {
    fn helo(&mut self, _: IpAddr, domain: &str) -> Response {
        assert_eq!(domain, "id.example.org");
        self.greetings.fetch_add(1, Ordering::SeqCst);
        OK
    }

    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        assert_eq!(from, "no-reply@example.org");
        self.mail.clone()
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.recipients.lock().unwrap().push(to.into());
        self.rcpt.clone()
    }

    fn data_end(&mut self) -> Response {
        self.data.clone()
    }
}

fn smtp(address: SocketAddr) -> Smtp {
    let uri = format!("smtp://{address}");
    Smtp::new(&uri, "Example <no-reply@example.org>", "https://id.example.org").unwrap()
}

fn answer(code: u16, text: &str) -> Response {
    Response::custom(code, text.into())
}

#[tokio::test]
async fn letters_share_a_connection_and_reach_the_stored_address() {
    let stub = Stub::new();
    let smtp = smtp(stub.serve());
    for purpose in Purpose::ALL {
        assert_eq!(smtp.send(&Letter::sample(purpose)).await, Ok(()));
    }
    assert_eq!(stub.greetings.load(Ordering::SeqCst), 1);
    assert_eq!(*stub.recipients.lock().unwrap(), ["alice@example.org"; Purpose::ALL.len()]);
}

#[tokio::test]
async fn a_refused_recipient_or_message_is_permanent() {
    let permanent = |words: &str| Err(SendError::Permanent(words.into()));
    let stub = Stub { rcpt: NO_MAILBOX, ..Stub::new() };
    assert_eq!(stub.send().await, permanent("SMTP 550"));
    let rcpt = answer(550, "5.1.1 <alice@example.org> unknown");
    assert_eq!(Stub { rcpt, ..Stub::new() }.send().await, permanent("SMTP 550 5.1.1"));
    let data = answer(554, "5.7.1 spam, says alice@example.org");
    assert_eq!(Stub { data, ..Stub::new() }.send().await, permanent("SMTP 554 5.7.1"));
}

#[tokio::test]
async fn everything_else_is_temporary() {
    let temporary = |words: &str| Err(SendError::Temporary(words.into()));
    let rcpt = answer(451, "4.7.1 greylisted, alice@example.org");
    assert_eq!(Stub { rcpt, ..Stub::new() }.send().await, temporary("SMTP 451 4.7.1"));
    let data = answer(452, "full");
    assert_eq!(Stub { data, ..Stub::new() }.send().await, temporary("SMTP 452"));
    // The sender is refused, which is the operator's to repair, not the letter's fault.
    let mail = answer(550, "5.7.1 sender");
    assert_eq!(Stub { mail, ..Stub::new() }.send().await, temporary("SMTP 550 5.7.1"));
}

#[tokio::test]
async fn a_login_or_tls_that_is_not_offered_sends_nothing() {
    for uri in ["smtp://user:secret@{}", "smtp://{}?tls=required"] {
        let stub = Stub::new();
        let uri = uri.replace("{}", &stub.serve().to_string());
        let smtp = Smtp::new(&uri, "no-reply@example.org", "https://id.example.org").unwrap();
        let sent = smtp.send(&Letter::sample(Purpose::Signup)).await;
        let words = "the server offers no STARTTLS or no login that we know";
        assert_eq!(sent, Err(SendError::Temporary(words.into())));
        assert!(stub.recipients.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn check_asks_and_sends_nothing() {
    let stub = Stub::new();
    let address = stub.serve();
    assert_eq!(smtp(address).check().await, Ok(()));
    assert_eq!(stub.greetings.load(Ordering::SeqCst), 1);
    assert!(stub.recipients.lock().unwrap().is_empty());

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Err(SendError::Temporary("connection refused".into()));
    assert_eq!(smtp(closed).check().await, refused);
    assert_eq!(smtp(closed).send(&Letter::sample(Purpose::Signup)).await, refused);
}

/// Serves one connection in this runtime: answers the commands of `answered`, then is silent.
async fn falter(listener: &tokio::net::TcpListener, answered: usize) {
    let (stream, _) = listener.accept().await.unwrap();
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 stub\r\n").await.unwrap();
    let mut line = String::new();
    for _ in 0..answered {
        line.clear();
        stream.read_line(&mut line).await.unwrap();
        stream.write_all(b"250 stub\r\n").await.unwrap();
    }
    while stream.read_line(&mut line).await.unwrap() > 0 {}
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_left_and_its_connection_with_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = smtp(listener.local_addr().unwrap());
    let letter = Letter::sample(Purpose::Signup);
    // Silent after EHLO and MAIL: each time on a connection of its own, which `falter` sees end.
    for _ in 0..2 {
        let began = Instant::now();
        let both = async { tokio::join!(smtp.send(&letter), falter(&listener, 2)) };
        let (sent, ()) = timeout(2 * SEND_LIMIT, both).await.unwrap();
        assert_eq!(sent, Err(SendError::timeout()));
        assert_eq!(began.elapsed().as_secs(), 30);
    }
}

#[test]
fn enhanced_status_codes() {
    for good in ["5.1.1", "4.7.500", "2.0.0"] {
        assert!(is_enhanced_status(good), "{good}");
    }
    for bad in ["5.1", "5.1.1.1", "5..1", "5.1.x", "5.1.1000", "a@b.c.d", ""] {
        assert!(!is_enhanced_status(bad), "{bad}");
    }
}

#[test]
fn the_ehlo_name_is_the_public_host() {
    assert_eq!(client_id("id.example.org").to_string(), "id.example.org");
    assert_eq!(client_id("127.0.0.1").to_string(), "[127.0.0.1]");
    assert_eq!(client_id("[::1]").to_string(), "[IPv6:::1]");
}
