//! Requests to Autograph, checked by another implementation of Hawk.

use crate::python::Python;
use chrono::DateTime;
use notary_signer::{
    clock::Clock,
    error::Error,
    random::Random,
    signing::{
        Bundle, Signer,
        autograph::{Autograph, Means},
        hawk::Credentials,
        keypair::PublicKey,
        payload::{self, ContentHash},
    },
};
use std::thread;

const SECRET: &str = "fs5wgcer9qj819kfptdlp8gm227ewxnzvsuj9ztycsx08hfhzu";

struct Server {
    port: String,
    _python: Python,
}

impl Server {
    fn start() -> Self {
        let mut python = Python::start("autograph.py", &["alice", SECRET]);
        Self { port: python.hear(), _python: python }
    }

    /// Signs twice with each of the keys, from a blocking thread, as the service does.
    fn sign(&self, id: &str, secret: &str, keys: &[&str], clock: Clock) -> Signed {
        let url = format!("http://127.0.0.1:{}/ignored?too", self.port).parse().unwrap();
        let credentials = Credentials::new(id, secret).unwrap();
        let key_ids = keys.iter().map(|key| (*key).to_owned()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let means = Means { clock, random: Random, runtime: runtime.handle().clone() };
        let autograph = Autograph::new(&url, credentials, key_ids, means).unwrap();
        let (tell, told) = tokio::sync::oneshot::channel();
        thread::spawn(move || tell.send(sign(&autograph).and_then(|_| sign(&autograph))));
        runtime.block_on(told).unwrap()
    }

    fn failure(&self, keys: &[&str]) -> String {
        words(self.sign("alice", SECRET, keys, Clock::System))
    }
}

type Signed = Result<Vec<Bundle>, Error>;

/// Of a size that no buffer divides.
fn records() -> impl Iterator<Item = Result<String, Error>> {
    (0..1000).map(|n| Ok(format!(r#"{{"id":"{n}","text":"{}"}}"#, "x".repeat(n % 7))))
}

fn sign(signer: &impl Signer) -> Signed {
    let mut signing = signer.begin()?;
    payload::write(&mut *signing, records(), 5)?;
    signing.finish()
}

fn words(signed: Signed) -> String {
    match signed.unwrap_err() {
        Error::Signing(text) => text,
        other => panic!("{other:?}"),
    }
}

fn assert_signed(Bundle(bundle): &Bundle) {
    let text = |member: &str| bundle[member].as_str().unwrap();
    let mut hash = ContentHash::new();
    payload::write(&mut hash, records(), 5).unwrap();
    let key = PublicKey::parse(text("public_key")).unwrap();
    assert!(key.verifies(&hash.finish(), text("signature")));
    let members: Vec<&str> = bundle.keys().map(String::as_str).collect();
    let expected = ["mode", "public_key", "ref", "signature", "signer_id", "type", "x5u"];
    assert_eq!(members, expected);
}

#[test]
fn every_key_gives_a_signature() {
    let bundles = Server::start().sign("alice", SECRET, &["one", "two"], Clock::System).unwrap();
    bundles.iter().for_each(assert_signed);
    let signers: Vec<_> = bundles.iter().map(|Bundle(bundle)| &bundle["signer_id"]).collect();
    assert_eq!(signers, ["one", "two"]);
    assert_ne!(bundles[0].0["public_key"], bundles[1].0["public_key"]);
}

#[test]
fn without_a_key_id_the_server_chooses() {
    let bundles = Server::start().sign("alice", SECRET, &[], Clock::System).unwrap();
    assert_eq!(bundles.len(), 1);
    assert_signed(&bundles[0]);
    assert_eq!(bundles[0].0["signer_id"], "default");
}

#[test]
fn strangers_and_old_requests_are_refused() {
    let server = Server::start();
    let refused = "Autograph: it answered with 401";
    assert_eq!(words(server.sign("alice", "guessed", &[], Clock::System)), refused);
    assert_eq!(words(server.sign("bob", SECRET, &[], Clock::System)), refused);
    let late = Clock::manual(DateTime::from_timestamp(1_795_314_544, 0).unwrap());
    assert_eq!(words(server.sign("alice", SECRET, &[], late)), refused);
}

#[test]
fn anything_but_a_whole_signature_is_a_failure() {
    let server = Server::start();
    for (key, expected) in [
        ("200", "Autograph: it answered with 200"),
        ("500", "Autograph: it answered with 500"),
        ("no x5u", "Autograph: its answer lacks `x5u`"),
        ("hang up", "Autograph: the connection broke"),
    ] {
        assert_eq!(server.failure(&[key]), expected);
        assert_eq!(server.failure(&["good", key]), expected, "one of several");
    }
}

#[test]
fn no_server() {
    let mut server = Server::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    server.port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    assert_eq!(server.failure(&[]), "Autograph: no connection");
}
