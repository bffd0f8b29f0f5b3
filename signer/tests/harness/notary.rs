//! The real `notary demo`: an identity service, its mailbox and a PostgreSQL.

use serde::Deserialize;
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// Where it is to be reached: the demo's `running.json`.
#[derive(Deserialize)]
pub struct Notary {
    pub public_uri: String,
    pub admin_uri: String,
    pub admin_secret: String,
    pub postgres_uri: String,
}

/// Ends the demo and removes its folder when our end of its standard input closes, however this
/// process ends.
const UNTIL_WE_END: &str = r#"
"$0" demo --dir "$1" </dev/null &
demo=$!
cat >/dev/null
kill "$demo"
wait "$demo"
rm -rf "$1"
"#;

/// The process's Notary, started by the first test that asks.
#[expect(clippy::zombie_processes, reason = "it outlives this process, by a moment")]
pub fn notary() -> &'static Notary {
    static NOTARY: OnceLock<Notary> = OnceLock::new();
    NOTARY.get_or_init(|| {
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        // The database's user has to pass through.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let mut demo = Command::new("sh")
            .args(["-c", UNTIL_WE_END])
            .args([&binary(), &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
        if !lines.any(|line| line.unwrap().contains("Ctrl-C")) {
            let mut words = String::new();
            demo.stderr.take().unwrap().read_to_string(&mut words).unwrap();
            panic!("notary demo did not start: {words}");
        }
        // Held open for as long as we live.
        std::mem::forget((demo.stdin.take(), lines, demo.stderr.take()));
        serde_json::from_slice(&fs::read(folder.join("running.json")).unwrap()).unwrap()
    })
}

/// Where it keeps its data.
pub fn folder() -> PathBuf {
    env::temp_dir().join(format!("notary-signer-tests-{}", std::process::id()))
}

/// The identity service's own binary, built if need be.
pub fn binary() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY
        .get_or_init(|| {
            // target/debug/deps/api-0123
            let test = env::current_exe().unwrap();
            let folder = test.ancestors().nth(2).unwrap();
            let built = Command::new(env!("CARGO"))
                .args(["build", "--quiet", "--locked", "--package", "notary", "--bin", "notary"])
                .arg("--target-dir")
                .arg(folder.parent().unwrap())
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .status();
            assert!(built.unwrap().success(), "the notary binary does not build");
            folder.join("notary")
        })
        .clone()
}
