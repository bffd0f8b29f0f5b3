//! What the commands make of their settings and arguments.

use crate::{
    binary::{command, run},
    service::Site,
};

#[test]
fn every_mistake_is_told_at_once_and_no_value_is() {
    let wrong = [
        ("NOTARY_DB_URI", "mysql://canary1"),
        ("NOTARY_PUBLIC_URI", "http://canary2.example"),
        ("NOTARY_ADMIN_SECRET", "canary3"),
        ("NOTARY_SECRET_KEY", "canary4"),
        ("NOTARY_CONFIRMATION_TTL", "canary5"),
        ("NOTARY_SMTP_URI", "canary6"),
        ("NOTARY_PUBLIK_PORT", "canary7"),
    ];
    for args in [&["config", "check"][..], &["serve"], &["migrate"], &["health"]] {
        let said = run(command(wrong), args).failed(78);
        for name in wrong.map(|(name, _)| name).into_iter().chain(["NOTARY_MAIL_FROM"]) {
            assert!(said.contains(name), "{name} in {said}");
        }
        assert!(!said.contains("canary"), "{said}");
    }
    let doctor = run(command(wrong), &["doctor"]);
    assert_eq!(doctor.status, Some(78));
    assert!(doctor.out.lines().all(|line| line.starts_with("FAIL  settings")), "{}", doctor.out);
    assert!(doctor.out.lines().count() >= 8, "{}", doctor.out);
    assert!(!doctor.out.contains("canary"), "{}", doctor.out);
}

#[test]
fn usable_settings_are_shown_without_the_secrets() {
    let site = Site::new();
    assert_eq!(site.run(&["config", "check"]).ok(), "The settings are usable.\n");
    let dump = site.run(&["config", "dump"]).ok();
    assert!(dump.contains(&format!("NOTARY_PUBLIC_URI={}\n", site.public_uri)), "{dump}");
    assert!(dump.contains("NOTARY_CONFIRMATION_TTL=10m\n"), "{dump}");
    for secret in ["NOTARY_DB_URI", "NOTARY_ADMIN_SECRET", "NOTARY_SECRET_KEY", "NOTARY_SMTP_URI"] {
        assert!(dump.contains(&format!("{secret}=<set>\n")), "{dump}");
        assert!(!dump.contains(&site.settings[secret]), "{dump}");
    }
}

#[test]
fn wrong_usage_is_told_apart_from_wrong_settings() {
    for args in [
        &["serv"][..],
        &[],
        &["account", "show", "nobody"],
        &["blocks", "lift", "here"],
        &["user", "salt", "a@b.example"],
        &["user", "token", "a@b.example", "--server", "http://localhost", "--method", "GET"],
    ] {
        run(command([]), args).failed(2);
    }
}

#[test]
fn every_shell_can_complete_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(command([]), &["completions", shell]).ok();
        for name in ["serve", "doctor", "walkthrough"] {
            assert!(script.contains(name), "{name} for {shell}");
        }
    }
}
