//! A process of `notary serve`.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
};

pub const PUBLIC_URI: &str = "https://notary.example";
pub const ADMIN_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The settings of a node with this database and this mail server.
pub fn settings(db: &str, smtp: &str) -> BTreeMap<&'static str, String> {
    [
        ("NOTARY_DB_URI", db),
        ("NOTARY_SMTP_URI", smtp),
        ("NOTARY_MAIL_FROM", "notary@notary.example"),
        ("NOTARY_PUBLIC_URI", PUBLIC_URI),
        ("NOTARY_PUBLIC_PORT", "0"),
        ("NOTARY_ADMIN_INTERFACE", "127.0.0.1:0"),
        ("NOTARY_ADMIN_SECRET", ADMIN_SECRET),
        ("NOTARY_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
        ("NOTARY_MAX_CALLS_PER_SECOND", "100000"),
        ("NOTARY_MAX_CALLS_PER_MINUTE", "1000000"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// `notary serve` with these settings and nothing else in its environment.
pub fn command(settings: &BTreeMap<&'static str, String>) -> Command {
    program("serve", settings)
}

/// The same for any command.
pub fn program(name: &str, settings: &BTreeMap<&'static str, String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notary"));
    command.arg(name).env_clear().envs(settings).stdin(Stdio::null());
    command
}

/// A running process; killed at the latest when it is dropped.
pub struct Node {
    child: Child,
    pub public: SocketAddr,
    pub admin: SocketAddr,
}

impl Node {
    /// Starts it and waits until it is ready.
    pub fn start(settings: &BTreeMap<&'static str, String>) -> Self {
        let mut child = command(settings).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = log.by_ref().map(Result::unwrap).find(|line| line.contains(r#""ready""#));
        let ready: Value = serde_json::from_str(&ready.unwrap()).unwrap();
        let port = |name: &str| {
            let address: SocketAddr = ready[name].as_str().unwrap().parse().unwrap();
            SocketAddr::from(([127, 0, 0, 1], address.port()))
        };
        let (public, admin) = (port("public"), port("admin"));
        // A full pipe would stop the process.
        thread::spawn(move || log.for_each(drop));
        Self { child, public, admin }
    }

    /// SIGKILL: nothing is finished, nothing is tidied up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal: `TERM`, `STOP`, `CONT`, …
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Bytes of memory that it has in use.
    pub fn resident(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        1_024 * line.trim().trim_end_matches(" kB").parse::<usize>().unwrap()
    }

    /// Whether it has ended, and with which status.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.try_wait().unwrap().and_then(|status| status.code())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Both fail only for a process that is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
