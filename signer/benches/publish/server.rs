//! The two servers: ours, as an operator starts it, and Kinto's with its signer.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

const OURS: &str = env!("CARGO_BIN_EXE_notary-signer");
const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/venv-peer/bin/kinto");

/// What both are told, in the same words.
const SETTINGS: &str = "
kinto.signer.resources =
    /buckets/stage -> /buckets/preview -> /buckets/prod
    /buckets/drafts -> /buckets/published
kinto.signer.stage.to_review_enabled = true
kinto.signer.stage.group_check_enabled = true
kinto.signer.editors_group = {collection_id}-editors
kinto.signer.reviewers_group = {collection_id}-reviewers
kinto.userid_hmac_secret = some-secret
multiauth.policies = basicauth
";

/// Ours always keeps a history, so theirs does, too.
const PEER_SETTINGS: &str = "
use = egg:kinto
kinto.includes = kinto_signer kinto.plugins.history
kinto.storage_backend = kinto.core.storage.postgresql
kinto.permission_backend = kinto.core.permission.postgresql
kinto.cache_backend = kinto.core.cache.postgresql
";

/// A pair of keys, as both servers read it.
pub struct Keys {
    private: PathBuf,
    public: PathBuf,
}

impl Keys {
    pub fn make(folder: &Path) -> Self {
        let keys = Self { private: folder.join("private.pem"), public: folder.join("public.pem") };
        let made = Command::new(OURS)
            .arg("generate-keypair")
            .args([&keys.private, &keys.public])
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "no keys");
        keys
    }
}

/// A server that runs. Dropping it ends it.
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    pub fn ours(folder: &Path, database: &str, keys: &Keys) -> Self {
        let port = free_port();
        let ini = folder.join("ours.ini");
        write(&ini, "", database, keys, port);
        run(Command::new(OURS).arg("migrate").arg("--ini").arg(&ini));
        Self::spawn(Command::new(OURS).arg("serve").arg("--ini").arg(&ini), port)
    }

    pub fn peer(folder: &Path, database: &str, keys: &Keys) -> Self {
        let port = free_port();
        let ini = folder.join("peer.ini");
        let theirs = format!(
            "{PEER_SETTINGS}kinto.permission_url = {database}\nkinto.cache_url = {database}\n"
        );
        write(&ini, &theirs, database, keys, port);
        run(Command::new(PEER).arg("migrate").arg("--ini").arg(&ini));
        let port_argument = port.to_string();
        let mut start = Command::new(PEER);
        start.args(["start", "--port", &port_argument, "--ini"]).arg(&ini);
        Self::spawn(&mut start, port)
    }

    fn spawn(command: &mut Command, port: u16) -> Self {
        let process =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut server = Self { process, port };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.process.try_wait().unwrap().is_none(), "{command:?} ended");
            sleep(Duration::from_millis(20));
        }
        server
    }

    /// With the version, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// Resident memory now, in MB (10^6 bytes).
    pub fn resident_mb(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// The most that was resident since [`Self::forget_peak`], in MB.
    pub fn peak_mb(&self) -> f64 {
        self.memory("VmHWM:")
    }

    /// See proc(5), `clear_refs`.
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }

    fn memory(&self, line: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
        let kib: f64 = line.split_whitespace().next().unwrap().parse().unwrap();
        kib * 1024.0 / 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn write(ini: &Path, more: &str, database: &str, keys: &Keys, port: u16) {
    let text = format!(
        "[server:main]\nuse = egg:waitress#main\nhost = 127.0.0.1\nport = {port}\n\n\
         [app:main]{more}{SETTINGS}kinto.storage_url = {database}\n\
         kinto.signer.ecdsa.private_key = {}\nkinto.signer.ecdsa.public_key = {}\n",
        keys.private.display(),
        keys.public.display(),
    );
    fs::write(ini, text).unwrap();
}

fn run(command: &mut Command) {
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(done.is_ok_and(|status| status.success()), "{command:?} failed");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
