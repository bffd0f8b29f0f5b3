//! `notary demo`.

use crate::binary::{Running, command, run};
use reqwest::Client;
use serde_json::Value;
use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};
use tempfile::TempDir;

/// A home that the database's user can enter.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    home
}

fn start(folder: &Path) -> Running {
    Running::start(command([]), &["demo", "--dir", folder.to_str().unwrap()])
}

/// The URL in a line of the welcome.
fn url(line: &str) -> String {
    line.split_whitespace().last().unwrap().to_owned()
}

#[test]
fn the_walkthrough_goes_all_the_way_on_a_new_folder_and_on_an_old_one() {
    let home = home();
    let folder = home.path().join("demo");
    let args = ["demo", "--walkthrough", "--dir", folder.to_str().unwrap()];
    let first = run(command([]), &args).ok();
    assert!(first.ends_with("Every answer was the expected one.\n"), "{first}");
    for shown in ["POST http://localhost", "\"htm\": \"PATCH\"", "204 No Content", "404 Not Found"]
    {
        assert!(first.contains(shown), "{shown}");
    }
    let secrets = folder.join("secrets.json");
    let before = fs::read(&secrets).unwrap();
    assert_eq!(fs::metadata(&secrets).unwrap().permissions().mode() & 0o777, 0o600);
    run(command([]), &args).ok();
    assert_eq!(fs::read(&secrets).unwrap(), before);
}

#[tokio::test]
async fn the_demo_shows_its_mail_to_this_machine_alone_and_stops_cleanly() {
    let home = home();
    let demo = start(home.path());
    let public = url(&demo.line("Sign up"));
    let mailbox = url(&demo.line("Mailbox"));
    demo.line("Ctrl-C");
    let running = home.path().join("running.json");
    assert_eq!(fs::metadata(&running).unwrap().permissions().mode() & 0o777, 0o600);
    let announced: Value = serde_json::from_slice(&fs::read(&running).unwrap()).unwrap();
    assert_eq!(announced["public_uri"], public.trim_end_matches('/'));
    assert_eq!(mailbox, format!("{}/mailbox", announced["admin_uri"].as_str().unwrap()));
    let http = Client::new();
    let get = async |url: &str| http.get(url).send().await.unwrap();
    let empty = get(&mailbox).await;
    assert!(
        empty.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(empty.text().await.unwrap().contains("No mail yet"));

    let discovery: Value = get(&format!("{public}.well-known/notary")).await.json().await.unwrap();
    assert_eq!(discovery["signer"], "http://localhost:8888/v1", "where `notary-signer demo` is");

    let server = public.trim_end_matches('/');
    let signup = ["user", "signup", "<b>@example.org", "--server", server];
    crate::binary::run_with_input(command([]), &signup, "correct horse battery").failed(1);
    let signup = ["user", "signup", "ada@example.org", "--server", server];
    crate::binary::run_with_input(command([]), &signup, "correct horse battery").ok();
    let json = format!("{mailbox}.json");
    let mails: Value = loop {
        let mails: Value = get(&json).await.json().await.unwrap();
        if mails != serde_json::json!([]) {
            break mails;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(mails[0]["to"], serde_json::json!(["ada@example.org"]));
    let link = mails[0]["text"].as_str().unwrap().lines().find(|l| l.contains("#token=")).unwrap();
    let page = get(&mailbox).await.text().await.unwrap();
    let escaped = link.trim().replace('&', "&amp;").replace('/', "&#x2f;");
    assert!(page.contains(&format!("href=\"{escaped}\"")), "{page}");
    for path in [&mailbox, &json] {
        let elsewhere = http.get(path).header("Host", "evil.example:8081").send().await.unwrap();
        assert_eq!(elsewhere.status(), 403);
    }
    let on_public = get(&format!("{public}mailbox")).await;
    assert_eq!(on_public.status(), 404);

    demo.signal("TERM");
    assert_eq!(demo.end(), Some(0));
    assert!(!running.exists());
    let log = File::open(home.path().join("postgres/postgres.log")).unwrap();
    log.try_lock().unwrap();
}

#[test]
fn a_killed_demo_leaves_no_postgres_and_can_be_started_again() {
    let home = home();
    let demo = start(home.path());
    demo.line("Ctrl-C");
    let log = File::open(home.path().join("postgres/postgres.log")).unwrap();
    assert!(log.try_lock().is_err(), "the server holds its log locked while it lives");
    demo.signal("KILL");
    assert_eq!(demo.end(), None);
    // Free once the last of the server's processes has ended.
    log.lock().unwrap();
    drop(log);
    start(home.path()).line("Ctrl-C");
}

#[test]
fn a_signing_service_elsewhere_must_have_a_usable_uri() {
    let home = home();
    let folder = home.path().to_str().unwrap();
    let args = ["demo", "--dir", folder, "--signer", "http://signer.example/v1"];
    let said = run(command([]), &args).failed(78);
    assert!(said.contains("NOTARY_SIGNER_URI: expected the https address"), "{said}");
}

#[test]
fn a_second_demo_in_the_same_folder_is_refused() {
    let home = home();
    let demo = start(home.path());
    demo.line("Ctrl-C");
    let folder = home.path().to_str().unwrap();
    let said = run(command([]), &["demo", "--dir", folder]).failed(69);
    assert!(said.contains("another demo is running"), "{said}");
}
