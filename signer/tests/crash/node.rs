//! The real binary as a process of its own, which can be killed.

use crate::harness::Settings;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// Killed when dropped.
pub struct Node {
    process: Child,
    /// Where it is, up to and with `/v1`.
    pub url: String,
    _folder: TempDir,
}

impl Node {
    /// Another node on a database; blocks until it is ready.
    pub fn start(settings: &Settings, database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ini = folder.path().join("signer.ini");
        fs::write(&ini, settings.ini(database)).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_notary-signer"))
            .args(["serve", "--ini"])
            .arg(&ini)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| {
            let line: Value = serde_json::from_str(&line).ok()?;
            Some(line["address"].as_str()?.to_owned())
        });
        let address = address.expect("the node did not start");
        // Nobody reads further, and the log must not fill its pipe up.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url: format!("http://{address}/v1"), _folder: folder }
    }

    /// SIGKILL: it has no say in how it ends.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}
