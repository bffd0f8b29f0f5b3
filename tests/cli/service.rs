//! `notary serve` with a database and a mail server of its own.

use crate::{
    binary::{self, Ran, Running, command},
    cluster,
};
use notary::demo::smtp_sink::{Mail, SmtpSink, Verdict};
use reqwest::Client;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::TcpListener,
    process,
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

pub const ADMIN_SECRET: &str = "0123456789abcdef0123456789abcdef";
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that a service needs but the service.
pub struct Site {
    pub settings: BTreeMap<&'static str, String>,
    pub public_uri: String,
    pub admin_uri: String,
    pub database: String,
    sink: SmtpSink,
}

impl Site {
    /// With an empty database.
    pub fn new() -> Self {
        let (public, admin) = (free_port(), free_port());
        let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
        let database = cluster::fresh_database(None);
        let public_uri = format!("http://127.0.0.1:{public}");
        let settings = [
            ("NOTARY_DB_URI", database.clone()),
            ("NOTARY_PUBLIC_URI", public_uri.clone()),
            ("NOTARY_PUBLIC_PORT", public.to_string()),
            ("NOTARY_ADMIN_INTERFACE", format!("127.0.0.1:{admin}")),
            ("NOTARY_ADMIN_SECRET", ADMIN_SECRET.into()),
            ("NOTARY_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".into()),
            ("NOTARY_SMTP_URI", format!("smtp://127.0.0.1:{}", sink.port())),
            ("NOTARY_MAIL_FROM", "notary@notary.example".into()),
            ("NOTARY_MAX_CALLS_PER_SECOND", "1000".into()),
            ("NOTARY_MAX_CALLS_PER_MINUTE", "10000".into()),
            ("NOTARY_DB_POOL_SIZE", "4".into()),
        ];
        let admin_uri = format!("http://127.0.0.1:{admin}");
        Self { settings: settings.into(), public_uri, admin_uri, database, sink }
    }

    /// The same with one setting changed.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.insert(name, value.into());
        self
    }

    fn command(&self) -> process::Command {
        command(self.settings.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Runs a command with this site's settings.
    pub fn run(&self, args: &[&str]) -> Ran {
        binary::run(self.command(), args)
    }

    /// Starts a command with this site's settings.
    pub fn start(&self, args: &[&str]) -> Running {
        Running::start(self.command(), args)
    }

    /// `notary serve`, ready.
    pub fn serve(&self) -> Running {
        let service = self.start(&["serve"]);
        service.line("\"ready\"");
        service
    }

    /// `notary user …` with a password on standard input. Users know none of the settings.
    pub fn user(&self, password: &str, args: &[&str]) -> Ran {
        let args = [&["user"], args, &["--server", &self.public_uri]].concat();
        binary::run_with_input(command([]), &args, password)
    }

    /// The link in the `count`th mail to this address that asks for a confirmation.
    pub async fn link(&self, address: &str, count: usize) -> String {
        let link = |mail: &Mail| {
            let text = mail.text.as_deref().filter(|_| mail.to.iter().any(|to| to == address))?;
            text.lines().find(|line| line.contains("#token=")).map(str::to_owned)
        };
        let links = |mails: &[Mail]| mails.iter().filter_map(link).collect::<Vec<_>>();
        let mails = self.sink.wait_for(|mails| links(mails).len() >= count, PATIENCE).await;
        links(&mails.unwrap()).remove(count - 1)
    }

    /// `GET /verify` with this query: the status and the body.
    pub async fn verify(&self, jwt: &str, query: &[(&str, &str)]) -> (u16, Value) {
        let request = Client::new()
            .get(format!("{}/verify", self.admin_uri))
            .query(query)
            .header("Notary-Admin-Secret", ADMIN_SECRET)
            .bearer_auth(jwt.trim());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

/// A port that nobody listens on and no client is given: below the range of those.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let offset = (process::id() % 1_000) as u16 * 10 + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + offset % 12_000;
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}
