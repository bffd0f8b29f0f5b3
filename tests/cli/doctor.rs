//! `notary doctor` and `notary health`.

use crate::{database::execute, service::Site};
use std::net::TcpListener;

fn words(out: &str) -> Vec<(&str, &str)> {
    out.lines().map(|line| (line[..5].trim(), line[6..17].trim())).collect()
}

#[test]
fn a_well_service_has_a_clean_bill_before_and_while_it_runs() {
    let site = Site::new();
    site.run(&["migrate"]).ok();
    let all = [
        ("ok", "settings"),
        ("ok", "database"),
        ("ok", "clocks"),
        ("ok", "messages"),
        ("ok", "schema"),
        ("ok", "secret key"),
        ("ok", "mail queue"),
        ("ok", "mail"),
        ("ok", "public port"),
        ("ok", "admin port"),
    ];
    let before = site.run(&["doctor"]).ok();
    assert_eq!(words(&before), all, "{before}");
    assert!(before.contains("is free"), "{before}");

    let _service = site.serve();
    let running = site.run(&["doctor"]).ok();
    assert_eq!(words(&running), all, "{running}");
    assert!(running.contains("a notary that is ready listens"), "{running}");
}

#[test]
fn an_empty_database_is_worth_a_warning() {
    let out = Site::new().run(&["doctor"]).ok();
    assert!(out.contains("warn  schema"), "{out}");
}

#[test]
fn what_is_down_is_named() {
    let site = Site::new().with("NOTARY_SMTP_URI", "smtp://127.0.0.1:1");
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(69));
    let refused = "FAIL  mail        the other side does not answer: connection refused";
    assert!(doctor.out.contains(refused), "{doctor:?}");

    let doctor = site.with("NOTARY_DB_URI", "postgres://127.0.0.1:1/none").run(&["doctor"]);
    assert_eq!(doctor.status, Some(69));
    assert!(doctor.out.contains("FAIL  database    connection refused"), "{doctor:?}");
}

#[test]
fn another_secret_key_is_a_mistake_in_the_settings() {
    let site = Site::new();
    drop(site.serve());
    let site = site.with("NOTARY_SECRET_KEY", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=");
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(78));
    assert!(doctor.out.contains("FAIL  secret key"), "{doctor:?}");
    assert!(site.run(&["serve"]).failed(78).contains("NOTARY_SECRET_KEY"));
}

#[tokio::test]
async fn a_journal_that_ends_a_start_is_told() {
    const ADA: &str = "ada@example.org";
    const PASSWORD: &str = "correct horse battery staple";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let site = Site::new().with("NOTARY_JOURNAL", path("nowhere/journal"));
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(78));
    assert!(doctor.out.contains("FAIL  journal     the file of NOTARY_JOURNAL"), "{doctor:?}");
    for args in [&["serve"][..], &["config", "check"]] {
        assert!(site.run(args).failed(78).contains("NOTARY_JOURNAL cannot be used"));
    }

    let site = site.with("NOTARY_JOURNAL", path("journal"));
    let out = site.run(&["doctor"]).ok();
    assert!(out.contains("ok    journal     the first start will make it"), "{out}");
    let service = site.serve();
    site.user(PASSWORD, &["signup", ADA]).ok();
    site.user(PASSWORD, &["confirm", ADA, &site.link(ADA, 1).await]).ok();
    site.user(PASSWORD, &["disable", ADA]).ok();
    let out = site.run(&["doctor"]).ok();
    assert!(out.contains("ok    journal     ended keys in it: 1"), "{out}");
    drop(service);
    execute(&site.database, "UPDATE keys SET ended_at = NULL, ended_by = NULL");
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(1));
    assert!(doctor.out.contains("FAIL  keys        1 keys are active that have"), "{doctor:?}");
    assert!(site.run(&["serve"]).failed(1).contains("notary replay"));
}

#[test]
fn mail_that_does_not_go_out_is_told_with_its_reasons() {
    let site = Site::new();
    site.run(&["migrate"]).ok();
    execute(
        &site.database,
        "INSERT INTO outbox (id, purpose, recipient, account, state, created_at, settled_at, last_error)
         VALUES
         (gen_random_uuid(), 'disabled', 'a@b.example', 'a@b.example', 'failed', now(), now(), '550'),
         (gen_random_uuid(), 'disabled', 'a@b.example', 'a@b.example', 'failed', now(), now(), '550'),
         (gen_random_uuid(), 'disabled', 'a@b.example', 'a@b.example', 'waiting',
          now() - interval '90 s', NULL, 'timeout')",
    );
    let out = site.run(&["doctor"]).ok();
    assert!(out.contains("warn  mail queue  1 waiting, the oldest for 9"), "{out}");
    assert!(out.contains("warn  mails       2 given up: 550"), "{out}");
    assert!(out.contains("warn  mails       1 tried again later: timeout"), "{out}");
    assert!(!out.contains("b.example"), "{out}");
}

#[test]
fn a_port_that_another_program_has_is_told() {
    let site = Site::new();
    let port: u16 = site.settings["NOTARY_PUBLIC_PORT"].parse().unwrap();
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(1));
    assert!(doctor.out.contains("is in use by another program"), "{doctor:?}");
}

#[test]
fn health_follows_the_service() {
    let site = Site::new();
    assert!(site.run(&["health"]).failed(69).contains("nothing answers"));
    let service = site.serve();
    assert_eq!(site.run(&["health"]).ok(), "ready\n");
    service.signal("TERM");
    assert_eq!(service.end(), Some(0));
    site.run(&["health"]).failed(69);
}
