//! How the service starts and stops.

use crate::harness::{PATIENCE, Service, Settings, database};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn requests_under_way_finish_when_the_service_stops() {
    let service = Service::start().await;
    let address = service.url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = "POST /v1/batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Expect: 100-continue\r\nContent-Length: 15\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The body is being read.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopped = tokio::spawn(service.stop());
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"{\"requests\":[]}").await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("{\"responses\":[]}"), "{answer}");
    stopped.await.unwrap();
}

/// The service as a process of its own.
struct Process {
    child: Child,
    url: String,
    log: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

fn command(ini: &PathBuf, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notary-signer"));
    command.args([name, "--ini"]).arg(ini).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Process {
    fn start(ini: &PathBuf) -> Self {
        let mut child = command(ini, "serve").spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut process = Self { child, url: String::new(), log };
        let ready = process.logged("ready");
        process.url = format!("http://{}/v1", ready["address"].as_str().unwrap());
        process
    }

    /// Waits until the log says so.
    fn logged(&mut self, message: &str) -> Value {
        let lines = self.log.by_ref().map(|line| line.unwrap());
        let mut lines = lines.filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        lines.find(|line| line["message"] == message).expect("a line in the log")
    }

    async fn put(&self, path: &str) {
        let request = reqwest::Client::new().put(format!("{}{path}", self.url));
        let response = request.basic_auth("alice", Some("secret")).send().await.unwrap();
        response.error_for_status().unwrap();
    }

    /// Makes a collection, and gives the key that has signed it.
    async fn key_of(&self, id: &str) -> String {
        self.put(&format!("/buckets/stage/collections/{id}")).await;
        let signed = format!("{}/buckets/prod/collections/{id}", self.url);
        let signed: Value = reqwest::get(signed).await.unwrap().json().await.unwrap();
        signed["data"]["signature"]["public_key"].as_str().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }
}

#[tokio::test]
async fn the_command_serves_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let ini = folder.path().join("signer.ini");
    fs::write(&ini, Settings::default().ini(&database::fresh())).unwrap();
    let mut process = Process::start(&ini);
    process.put("/buckets/stage").await;
    let first = process.key_of("a").await;
    // The key is changed under the running service.
    for file in fs::read_dir(folder.path().join("keys")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let keys = ["private.pem", "public.pem"].map(|name| folder.path().join("keys").join(name));
    let made = Command::new(env!("CARGO_BIN_EXE_notary-signer"))
        .arg("generate-keypair")
        .args(&keys)
        .stdout(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    assert_eq!(process.key_of("b").await, first);
    process.signal("HUP");
    process.logged("the signing keys were read again");
    assert_ne!(process.key_of("c").await, first);
    process.signal("TERM");
    assert!(process.child.wait().unwrap().success());
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing to do where the test has ended it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn fails(ini: &str, name: &str, status: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signer.ini");
    fs::write(&file, ini).unwrap();
    let mut child = command(&file, name).spawn().unwrap();
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(status), "{words}");
    words
}

#[test]
fn commands_say_why_they_fail() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = Settings::default().ini(&format!("postgres://a:s3cret@{nobody}/b"));
    for name in ["serve", "migrate"] {
        let words = fails(&away, name, 69);
        assert!(words.contains("the database does not answer"), "{words}");
        assert!(!words.contains("s3cret"), "{words}");
        let words = fails("[app:main]\nkinto.readonly = maybe\n", name, 78);
        assert!(words.contains("kinto.storage_url") && words.contains("kinto.readonly"), "{words}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let ini = Settings::default().ini(&database::fresh());
    let words = fails(&ini.replace("port = 0", &format!("port = {port}")), "serve", 1);
    assert!(words.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{words}");
}

#[test]
fn migrate_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let ini = folder.path().join("signer.ini");
    fs::write(&ini, Settings::default().ini(&database::empty("signer_to_migrate"))).unwrap();
    let said = || {
        let output = command(&ini, "migrate").output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said().starts_with("Applied: "), "{}", said());
    assert_eq!(said(), "The schema is up to date.\n");
}
