//! Kinto's own clients, as their registries have them, against the real service. Their scripts say
//! what they ask; `run-against` runs the same against any server.

#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

#[path = "../harness/mod.rs"]
mod harness;

use harness::{Person, Service, Settings};
use std::{path::PathBuf, process::Command};

/// Two names that the scripts do without a sign-up.
const BASIC: [&str; 2] = ["Basic editor:e", "Basic reviewer:r"];

#[tokio::test]
async fn kinto_http_py() {
    succeeds(&python("kinto_http_client"), &BASIC).await;
}

#[tokio::test]
async fn kinto_wizard() {
    succeeds(&python("kinto_wizard_tool"), &BASIC).await;
}

#[tokio::test]
async fn kinto_http_js() {
    succeeds(&node("kinto-http"), &BASIC).await;
}

#[tokio::test]
async fn kinto_js() {
    succeeds(&node("kinto"), &BASIC).await;
}

#[tokio::test]
async fn people_of_notary_go_the_whole_way_with_kinto_http_py() {
    let [editor, reviewer] = [Person::sign_up("editor").await, Person::sign_up("reviewer").await];
    succeeds(&python("end_to_end"), &[&editor.bearer(), &reviewer.bearer()]).await;
}

#[tokio::test]
async fn every_probe_is_answered_as_kintos_protocol_says() {
    succeeds(&python("probes"), &BASIC).await;
}

/// A program and its script.
type Script = [PathBuf; 2];

fn python(name: &str) -> Script {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("tests/clients/python").join(name).with_extension("py");
    [root.join("../.cache/venv/bin/python"), script]
}

fn node(name: &str) -> Script {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients/node");
    assert!(folder.join("node_modules").is_dir(), "run `make signer-clients` first");
    ["node".into(), folder.join(name).with_extension("js")]
}

/// Runs a script against a service of its own. What it finds wrong is in the panic.
async fn succeeds([program, script]: &Script, [editor, reviewer]: &[&str; 2]) {
    let service = service().await;
    let mut command = Command::new(program);
    command
        .arg(script)
        .env("CLIENTS_URL", &service.url)
        .env("CLIENTS_EDITOR", editor)
        .env("CLIENTS_REVIEWER", reviewer)
        .env_remove("CLIENTS_PUBLIC_KEY");
    let run = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let run = run.unwrap_or_else(|error| panic!("{error}: run `make signer-clients` first"));
    let [out, err] = [run.stdout, run.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(run.status.success(), "{out}{err}");
    // Scripts leave out what a server cannot do; ours can do it all.
    assert!(out.contains("ok") && !out.contains("left out"), "{out}{err}");
}

/// With the settings that the scripts ask for.
async fn service() -> Service {
    let mut lines: Vec<String> = Vec::new();
    for line in include_str!("settings.ini").lines().filter(|line| !line.starts_with('#')) {
        match lines.last_mut() {
            // Indented: more of the same value.
            Some(last) if line.starts_with(' ') => *last += &format!("\n{}", line.trim()),
            _ => lines.push(line.to_owned()),
        }
    }
    // The harness names it in other words, and a setting is given once.
    let settings = Settings::default().unset("signer.resources");
    let settings = lines.iter().fold(settings, |settings, line| {
        let (key, value) = line.split_once('=').unwrap();
        settings.set(key.trim(), value.trim())
    });
    settings.start().await
}
