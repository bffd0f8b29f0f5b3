//! The real binary, as an operator starts it, and what it uses.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

pub const PUBLIC_URI: &str = "https://notary.example";
pub const ADMIN_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const SECRET_KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Where no mail server listens: the discard port.
pub const CLOSED_PORT: u16 = 9;

/// A running node.
pub struct Node {
    process: Child,
    pub public_port: u16,
    pub admin_port: u16,
    /// From the start of the process to the first 200 of `/readyz`.
    pub started_in: Duration,
}

impl Node {
    pub fn start(db: &str) -> Self {
        Self::with_mail(db, CLOSED_PORT)
    }

    pub fn with_mail(db: &str, smtp_port: u16) -> Self {
        // Once for whatever a first start has to do, and once for the figure.
        drop(Self::spawn(db, smtp_port));
        Self::spawn(db, smtp_port)
    }

    #[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
    fn spawn(db: &str, smtp_port: u16) -> Self {
        let (public_port, admin_port) = (free_port(), free_port());
        let began = Instant::now();
        let process = Command::new(env!("CARGO_BIN_EXE_notary"))
            .arg("serve")
            .env("NOTARY_DB_URI", db)
            .env("NOTARY_PUBLIC_URI", PUBLIC_URI)
            .env("NOTARY_PUBLIC_PORT", public_port.to_string())
            .env("NOTARY_ADMIN_INTERFACE", format!("127.0.0.1:{admin_port}"))
            .env("NOTARY_ADMIN_SECRET", ADMIN_SECRET)
            .env("NOTARY_SECRET_KEY", STANDARD.encode(SECRET_KEY))
            .env("NOTARY_SMTP_URI", format!("smtp://127.0.0.1:{smtp_port}"))
            .env("NOTARY_MAIL_FROM", "notary@notary.example")
            .env("NOTARY_MAX_CALLS_PER_SECOND", "1000000")
            .env("NOTARY_MAX_CALLS_PER_MINUTE", "10000000")
            .env("NOTARY_LOG", "error")
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        while !is_ready(public_port) {
            sleep(Duration::from_millis(2));
        }
        Self { process, public_port, admin_port, started_in: began.elapsed() }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The public listener's URL.
    pub fn public(&self) -> String {
        format!("http://127.0.0.1:{}", self.public_port)
    }

    /// The admin listener's URL.
    pub fn admin(&self) -> String {
        format!("http://127.0.0.1:{}", self.admin_port)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_ready(port: u16) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let request = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    stream.write_all(request).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
