//! `notary-signer demo` next to the real `notary demo`.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

#[path = "../harness/mod.rs"]
mod harness;

use harness::notary;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
const PROGRAM: &str = env!("CARGO_BIN_EXE_notary-signer");

fn command(notary: &Path, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("demo").args(["--port", &port.to_string()]);
    command.arg("--notary-dir").arg(notary).arg("--dir").arg(folder);
    command
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running demo, and all that it has said until it was ready.
struct Demo {
    process: Child,
    out: BufReader<ChildStdout>,
    said: String,
}

impl Demo {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Ctrl-C stops it.") {
            let read = out.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "it ended after: {said}");
        }
        Self { process, out, said }
    }

    /// The lines that hold these words.
    fn lines(&self, words: &str) -> Vec<&str> {
        self.said.lines().filter(|line| line.contains(words)).collect()
    }

    /// Ctrl-C.
    fn stop(mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

fn run(line: &str) -> Output {
    let mut words = line.trim_start_matches([' ', '$']).split(' ');
    Command::new(words.next().unwrap()).args(words).output().unwrap()
}

/// One that has what the example asks for, as `make signer-clients` makes it.
fn python() -> String {
    let default = || concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/venv/bin/python").to_owned();
    std::env::var("SIGNER_PYTHON").unwrap_or_else(|_| default())
}

fn fetch(url: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { reqwest::get(url).await.unwrap().text().await.unwrap() })
}

fn failure(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_collection_is_signed_and_a_changed_byte_is_noticed_as_often_as_one_likes() {
    notary::notary();
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let start = || command(&notary::folder(), folder.path(), port);
    let mut people = Vec::new();
    for _ in 0..2 {
        let demo = Demo::start(start());
        for line in [
            "editor    tries to approve it: 403 Not in reviewers group\n",
            "reviewer  approves it: /buckets/main/collections/articles is signed\n",
            "  OK: 3 records, timestamp ",
            "  NOT VERIFIED\n      the signature does not match the records\n",
        ] {
            assert!(demo.said.contains(line), "{line:?} is not in {}", demo.said);
        }
        // The lines are there to be tried: as shown, through somebody in between, as proposed.
        let statuses = demo.lines(" verify ").into_iter().map(|line| run(line).status.code());
        assert_eq!(statuses.collect::<Vec<_>>(), [Some(0), Some(1), Some(0)]);
        let articles = fetch(demo.lines("  curl ")[0].trim_start_matches("  curl "));
        assert!(articles.contains("from 9 to 17"), "{articles}");
        for (line, verdict) in [(0, Some(0)), (1, Some(1))] {
            let place = demo.lines(" verify ")[line].split(" verify ").nth(1).unwrap();
            let place = place.replace(" --public-key", "");
            for example in [
                format!("node {EXAMPLES}/verify.mjs"),
                format!("{} {EXAMPLES}/verify.py", python()),
            ] {
                let status = run(&format!("{example} {place}")).status.code();
                assert_eq!(status, verdict, "{example} {place}");
            }
        }
        // The identity demo expects us on the usual port.
        assert_eq!(demo.lines(&format!("--signer http://localhost:{port}/v1`")).len(), 1);
        people.push(demo.lines("@example.org, password ").join("\n"));

        let (status, said) = failure(start());
        assert_eq!(status, Some(1));
        assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
        demo.stop();
    }
    assert_eq!(people[0], people[1], "the same people as before");
}

#[test]
fn without_a_notary_demo_it_says_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let (status, said) = failure(command(empty.path(), &empty.path().join("signer"), 0));
    assert_eq!(status, Some(69));
    let folder = empty.path().display();
    let expected = format!(
        "notary-signer: no notary demo runs in {folder}: start one in another terminal, or name \
         its folder with --notary-dir\n"
    );
    assert_eq!(said, expected);
    assert!(fs::read_dir(empty.path()).unwrap().next().is_none());
}
