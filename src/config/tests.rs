use std::{fs, io::Write};

use super::*;

const DB_PASSWORD: &str = "canary-db-password";
const SMTP_PASSWORD: &str = "canary-smtp-password";
const ADMIN_SECRET: &str = "canary-admin-secret-0123456789abcdef";
const SECRET_KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeQ==";

type Vars = Vec<(String, String)>;

/// The least that is required.
fn least() -> Vars {
    vars(&[
        ("NOTARY_DB_URI", &format!("postgres://notary:{DB_PASSWORD}@localhost/notary")),
        ("NOTARY_PUBLIC_URI", "https://accounts.example.com"),
        ("NOTARY_ADMIN_SECRET", ADMIN_SECRET),
        ("NOTARY_SECRET_KEY", SECRET_KEY),
        ("NOTARY_SMTP_URI", &format!("smtps://notary:{SMTP_PASSWORD}@mail.example.com")),
        ("NOTARY_MAIL_FROM", "Accounts <accounts@example.com>"),
    ])
}

fn vars(pairs: &[(&str, &str)]) -> Vars {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The least, with some variables set differently or, where empty, left out.
fn with(changes: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let changed = |name: &String| changes.iter().any(|(other, _)| other == name);
    let kept = least().into_iter().filter(|(name, _)| !changed(name));
    Config::from_vars(kept.chain(vars(changes)).collect::<Vec<_>>())
}

/// The names of the mistakes that `changes` make.
fn mistaken(changes: &[(&str, &str)]) -> Vec<String> {
    with(changes).unwrap_err().0.into_iter().map(|mistake| mistake.name).collect()
}

/// The lines `NAME=value` of a file such as `.env.example`.
fn lines_of(env_file: &str) -> Vars {
    let lines = env_file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once('=').unwrap_or_else(|| panic!("not a setting: {line}")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn the_defaults_are_the_protocols() {
    let config = with(&[]).unwrap();
    assert_eq!(config.public_port, 8080);
    assert_eq!(config.admin_interface.to_string(), "127.0.0.1:8081");
    assert_eq!(config.confirmation_ttl, Duration::from_secs(600));
    assert_eq!(config.calls_per_second.get(), 5);
    assert_eq!(config.calls_per_minute.get(), 60);
    assert_eq!(config.block_for, Duration::from_secs(3600));
    assert_eq!(config.trusted_proxies, []);
    assert_eq!(config.allowed_origins, []);
    assert!(!config.require_referrer);
    assert_eq!(config.signer_uri, None);
    assert!(config.oprf);
    assert_eq!(config.token_max_age, Duration::from_secs(3600));
    assert_eq!(config.max_evaluations_per_hour.get(), 100);
    assert_eq!(config.db_pool_size.get(), 16);
    assert_eq!(config.verify_cache, 64_000_000);
    assert_eq!(config.journal, None);
    assert_eq!(config.log, "info");
}

#[test]
fn the_example_file_names_every_setting_and_holds_the_defaults() {
    let example = include_str!("../../.env.example");
    for setting in settings::ALL {
        let named = |name: &str| {
            example
                .lines()
                .any(|line| line.trim_start_matches('#').starts_with(&format!("{name}=")))
        };
        assert!(named(setting.name), "{}", setting.name);
        assert_eq!(named(&format!("{}_FILE", setting.name)), setting.secret, "{}", setting.name);
    }

    let missing = Config::from_vars(lines_of(example)).unwrap_err();
    let missing: Vec<_> = missing.0.iter().map(|mistake| mistake.name.as_str()).collect();
    assert_eq!(missing, ["NOTARY_ADMIN_SECRET", "NOTARY_SECRET_KEY"]);

    let secrets = [("NOTARY_ADMIN_SECRET", ADMIN_SECRET), ("NOTARY_SECRET_KEY", SECRET_KEY)];
    let loaded = Config::from_vars([lines_of(example), vars(&secrets)].concat()).unwrap();
    let defaults = with(&[
        ("NOTARY_PUBLIC_URI", "http://localhost:8080"),
        ("NOTARY_MAIL_FROM", "accounts@localhost"),
    ]);
    assert_eq!(loaded.dump(), defaults.unwrap().dump());
}

#[test]
fn what_is_dumped_can_be_loaded() {
    let config = with(&[
        ("NOTARY_SMTP_URI", ""),
        ("NOTARY_MAIL_FROM", ""),
        ("NOTARY_CONFIRMATION_URI", "https://mailer.example.com/confirmations"),
        ("NOTARY_PUBLIC_PORT", "0"),
        ("NOTARY_ADMIN_INTERFACE", "[::1]:9000"),
        ("NOTARY_CONFIRMATION_TTL", "90"),
        ("NOTARY_MAX_CALLS_PER_SECOND", "7"),
        ("NOTARY_MAX_CALLS_PER_MINUTE", "70"),
        ("NOTARY_BLOCK_IPS_FOR", "48"),
        ("NOTARY_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("NOTARY_ALLOWED_ORIGINS", "https://shop.example.com,http://localhost:3000"),
        ("NOTARY_REQUIRE_REFERRER", "on"),
        ("NOTARY_SIGNER_URI", "https://settings.example.com/v1"),
        ("NOTARY_OPRF", "false"),
        ("NOTARY_TOKEN_MAX_AGE", "1800"),
        ("NOTARY_MAX_EVALUATIONS_PER_HOUR", "9"),
        ("NOTARY_DB_POOL_SIZE", "3"),
        ("NOTARY_VERIFY_CACHE_MB", "5"),
        ("NOTARY_JOURNAL", "/var/lib/notary/journal"),
        ("NOTARY_LOG", "notary=debug,info"),
    ])
    .unwrap();
    let dump = config.dump();
    let expected = "\
        NOTARY_DB_URI=<set>\n\
        NOTARY_PUBLIC_URI=https://accounts.example.com\n\
        NOTARY_PUBLIC_PORT=0\n\
        NOTARY_ADMIN_INTERFACE=[::1]:9000\n\
        NOTARY_ADMIN_SECRET=<set>\n\
        NOTARY_SECRET_KEY=<set>\n\
        NOTARY_CONFIRMATION_TTL=90s\n\
        NOTARY_SMTP_URI=\n\
        NOTARY_MAIL_FROM=\n\
        NOTARY_CONFIRMATION_URI=https://mailer.example.com/confirmations\n\
        NOTARY_MAX_CALLS_PER_SECOND=7\n\
        NOTARY_MAX_CALLS_PER_MINUTE=70\n\
        NOTARY_BLOCK_IPS_FOR=48\n\
        NOTARY_TRUSTED_PROXIES=10.0.0.0/8,::1/128\n\
        NOTARY_ALLOWED_ORIGINS=https://shop.example.com,http://localhost:3000\n\
        NOTARY_REQUIRE_REFERRER=true\n\
        NOTARY_SIGNER_URI=https://settings.example.com/v1\n\
        NOTARY_OPRF=off\n\
        NOTARY_TOKEN_MAX_AGE=30m\n\
        NOTARY_MAX_EVALUATIONS_PER_HOUR=9\n\
        NOTARY_DB_POOL_SIZE=3\n\
        NOTARY_VERIFY_CACHE_MB=5\n\
        NOTARY_JOURNAL=/var/lib/notary/journal\n\
        NOTARY_LOG=notary=debug,info\n";
    assert_eq!(dump, expected);

    let shown = lines_of(&dump).into_iter().filter(|(_, value)| value != "<set>");
    let secrets = least().into_iter().filter(|(name, _)| dump.contains(&format!("{name}=<set>")));
    let again = Config::from_vars(shown.chain(secrets).collect::<Vec<_>>()).unwrap();
    assert_eq!(again.dump(), dump);
}

#[test]
fn every_missing_or_wrong_setting_is_a_mistake_of_its_own() {
    let missing = Config::from_vars(vec![]).unwrap_err();
    let missing: Vec<_> = missing.0.iter().map(|mistake| mistake.name.as_str()).collect();
    let required = [
        "NOTARY_DB_URI",
        "NOTARY_PUBLIC_URI",
        "NOTARY_ADMIN_SECRET",
        "NOTARY_SECRET_KEY",
        "NOTARY_SMTP_URI",
    ];
    assert_eq!(missing, required);

    let wrong = settings::ALL.map(|setting| (setting.name, "=wrong=value="));
    let mut names = mistaken(&wrong);
    names.dedup();
    names.sort();
    let mut all = settings::ALL.map(|setting| setting.name);
    all.sort_unstable();
    assert_eq!(names, all);
}

#[test]
fn every_example_is_accepted() {
    for setting in settings::ALL.iter().filter(|setting| !setting.example.contains('<')) {
        let both_routes = setting.name == "NOTARY_CONFIRMATION_URI";
        let (from, smtp) = (("NOTARY_MAIL_FROM", ""), ("NOTARY_SMTP_URI", ""));
        let example = (setting.name, setting.example);
        let changes = if both_routes { vec![example, from, smtp] } else { vec![example] };
        assert!(with(&changes).is_ok(), "{}={}", setting.name, setting.example);
    }
    let mail_from = with(&[("NOTARY_MAIL_FROM", settings::MAIL_FROM.example)]);
    assert!(mail_from.is_ok());
}

#[test]
fn a_mistake_says_what_was_expected_and_gives_an_example() {
    let errors =
        with(&[("NOTARY_PUBLIC_PORT", "eighty"), ("NOTARY_BLOCK_IPS_FOR", "1.5")]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "NOTARY_PUBLIC_PORT: expected a port number, or 0 for any free one; \
         for example NOTARY_PUBLIC_PORT=8080\n\
         NOTARY_BLOCK_IPS_FOR: expected whole hours, 1 to 720; \
         for example NOTARY_BLOCK_IPS_FOR=1"
    );
}

#[test]
fn unknown_names_get_a_suggestion_and_other_programs_are_left_alone() {
    let errors = with(&[("NOTARY_PUBLIC_URL", "x"), ("NOTARY_MAX_CALLS_PER_MINUT", "")]);
    assert_eq!(
        errors.unwrap_err().to_string(),
        "NOTARY_PUBLIC_URL: expected a setting's name, which this is not; did you mean \
         NOTARY_PUBLIC_URI?; for example NOTARY_PUBLIC_URI=https://accounts.example.com\n\
         NOTARY_MAX_CALLS_PER_MINUT: expected a setting's name, which this is not; did you mean \
         NOTARY_MAX_CALLS_PER_MINUTE?; for example NOTARY_MAX_CALLS_PER_MINUTE=60"
    );
    assert_eq!(mistaken(&[("NOTARY_PORT", "8080")]), ["NOTARY_PORT"]);
    assert_eq!(mistaken(&[("NOTARY_PUBLIC_URI_FILE", "/x")]), ["NOTARY_PUBLIC_URI_FILE"]);
    let others = [
        ("PATH", "/bin"),
        ("path", "/sbin"),
        ("PUBLIC_PORT", "x"),
        ("NOTARY_SERVICE_HOST", "10.0.0.1"),
        ("NOTARY_PORT", "tcp://10.0.0.1:8080"),
        ("NOTARY_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ];
    assert!(with(&others).is_ok());
}

#[test]
fn services_of_kubernetes_beside_us_are_no_settings() {
    let about_one = [
        ("NOTARY_ADMIN_SERVICE_HOST", "10.0.0.1"),
        ("NOTARY_ADMIN_SERVICE_PORT", "8081"),
        ("NOTARY_ADMIN_SERVICE_PORT_HTTP", "8081"),
        ("NOTARY_ADMIN_PORT", "tcp://10.0.0.1:8081"),
        ("NOTARY_ADMIN_PORT_8081_TCP", "tcp://10.0.0.1:8081"),
        ("NOTARY_ADMIN_PORT_8081_TCP_PROTO", "tcp"),
        ("NOTARY_ADMIN_PORT_8081_TCP_PORT", "8081"),
        ("NOTARY_ADMIN_PORT_8081_TCP_ADDR", "10.0.0.1"),
        ("NOTARY_DNS_PORT", "udp://10.0.0.2:53"),
    ];
    assert!(with(&about_one).is_ok());
    assert_eq!(mistaken(&[("NOTARY_ADMIN_PORT", "8081")]), ["NOTARY_ADMIN_PORT"]);
    let overwritten = with(&[("NOTARY_PUBLIC_PORT", "tcp://10.0.0.1:8080")]);
    assert_eq!(
        overwritten.unwrap_err().to_string(),
        "NOTARY_PUBLIC_PORT: expected a port number, or 0 for any free one, but Kubernetes has put \
         a service's address here: give that service another name, or the pod \
         enableServiceLinks: false; for example NOTARY_PUBLIC_PORT=8080"
    );
}

#[test]
fn the_missions_spellings_work() {
    for spell in [str::to_owned, str::to_uppercase, str::to_lowercase] {
        for prefix in ["", "NOTARY_"] {
            let name = |name: &str| spell(&format!("{prefix}{name}"));
            let mut given = least();
            given.retain(|(name, _)| !["NOTARY_SMTP_URI", "NOTARY_MAIL_FROM"].contains(&&**name));
            given.extend(vars(&[
                (&name("CONFIRMATION_TTL"), "5m"),
                (&name("CONFIRMATION_URI"), "http://localhost:3000/"),
                (&name("admin_interface"), "127.0.0.1:9"),
                (&name("max_calls_per_second"), "2"),
                (&name("max_calls_per_minute"), "3"),
                (&name("block_ips_for"), "4"),
            ]));
            let config = Config::from_vars(given).unwrap();
            assert_eq!(config.confirmation_ttl, Duration::from_secs(300));
            assert!(matches!(config.mail, MailRoute::Webhook { .. }));
            assert_eq!(config.admin_interface.port(), 9);
            assert_eq!(config.calls_per_second.get(), 2);
            assert_eq!(config.calls_per_minute.get(), 3);
            assert_eq!(config.block_for, Duration::from_secs(4 * 3600));
        }
    }
}

#[test]
fn two_spellings_must_agree() {
    assert!(with(&[("block_ips_for", "2"), ("NOTARY_BLOCK_IPS_FOR", "2")]).is_ok());
    let differ = [("block_ips_for", "2"), ("NOTARY_BLOCK_IPS_FOR", "3")];
    assert_eq!(mistaken(&differ), ["NOTARY_BLOCK_IPS_FOR"]);
    let cases = [("NOTARY_PUBLIC_PORT", "1"), ("notary_public_port", "2")];
    assert_eq!(mistaken(&cases), ["NOTARY_PUBLIC_PORT"]);
}

#[test]
fn secrets_come_from_files_too() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{ADMIN_SECRET}").unwrap();
    let path = file.path().to_str().unwrap();

    let config = with(&[("NOTARY_ADMIN_SECRET", ""), ("NOTARY_ADMIN_SECRET_FILE", path)]).unwrap();
    assert!(config.admin_secrets.matches(ADMIN_SECRET.as_bytes()));
    assert!(config.dump().contains("NOTARY_ADMIN_SECRET=<set from file>\n"));
    assert!(config.dump().contains("NOTARY_SECRET_KEY=<set>\n"));

    assert_eq!(mistaken(&[("NOTARY_ADMIN_SECRET_FILE", path)]), ["NOTARY_ADMIN_SECRET"], "both");
    for (secret, twin) in [
        ("NOTARY_DB_URI", "NOTARY_DB_URI_FILE"),
        ("NOTARY_ADMIN_SECRET", "NOTARY_ADMIN_SECRET_FILE"),
        ("NOTARY_SECRET_KEY", "NOTARY_SECRET_KEY_FILE"),
        ("NOTARY_SMTP_URI", "NOTARY_SMTP_URI_FILE"),
    ] {
        assert_eq!(mistaken(&[(secret, ""), (twin, "/nowhere/at/all")]), [twin], "unreadable");
    }
    fs::write(path, "too short").unwrap();
    let short = [("NOTARY_ADMIN_SECRET", ""), ("NOTARY_ADMIN_SECRET_FILE", path)];
    assert_eq!(mistaken(&short), ["NOTARY_ADMIN_SECRET"]);
}

#[test]
fn mail_leaves_by_exactly_one_route() {
    const WEBHOOK: (&str, &str) = ("NOTARY_CONFIRMATION_URI", "https://mailer.example.com/");
    let (no_smtp, no_from) = (("NOTARY_SMTP_URI", ""), ("NOTARY_MAIL_FROM", ""));
    assert!(matches!(with(&[]).unwrap().mail, MailRoute::Smtp { .. }));
    let webhook = with(&[WEBHOOK, no_smtp, no_from]).unwrap();
    assert!(matches!(webhook.mail, MailRoute::Webhook { .. }));
    assert_eq!(mistaken(&[no_smtp, no_from]), ["NOTARY_SMTP_URI"], "none");
    assert_eq!(mistaken(&[WEBHOOK]), ["NOTARY_SMTP_URI"], "both");
    assert_eq!(mistaken(&[no_from]), ["NOTARY_MAIL_FROM"]);
    assert_eq!(mistaken(&[no_smtp]), ["NOTARY_SMTP_URI"]);
    assert_eq!(mistaken(&[("NOTARY_MAIL_FROM", "nobody")]), ["NOTARY_MAIL_FROM"]);
}

#[test]
fn what_mail_could_not_leave_by_is_told_with_the_rest() {
    for uri in ["smtp://user@host", "smtp://h?tls=requird", "smtps://h?tls=required", "smtp:mail"] {
        let wrong =
            [("NOTARY_SMTP_URI", uri), ("NOTARY_MAIL_FROM", "a@bücher.de"), ("NOTARY_OPRF", "x")];
        assert_eq!(mistaken(&wrong), wrong.map(|(name, _)| name), "{uri}");
    }
}

#[test]
fn no_secret_is_ever_shown() {
    let config = with(&[]).unwrap();
    let broken = [
        ("NOTARY_DB_URI", format!("mysql://notary:{DB_PASSWORD}@localhost")),
        ("NOTARY_ADMIN_SECRET", format!("{ADMIN_SECRET} {ADMIN_SECRET}")),
        ("NOTARY_SECRET_KEY", format!("{SECRET_KEY}!")),
        ("NOTARY_SMTP_URI", format!("https://notary:{SMTP_PASSWORD}@mail.example.com")),
        ("notary_secret_key", SECRET_KEY.to_owned()),
        ("NOTARY_SECRET_KEI", SECRET_KEY.to_owned()),
    ];
    let broken: Vec<_> = broken.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let errors = with(&broken).unwrap_err();
    assert_eq!(errors.0.len(), 6, "{errors}");
    for shown in [format!("{config:?}"), config.dump(), format!("{errors:?}"), errors.to_string()] {
        for canary in [DB_PASSWORD, SMTP_PASSWORD, ADMIN_SECRET, SECRET_KEY, "canary"] {
            assert!(!shown.contains(canary), "{canary} in {shown}");
        }
    }
    let webhook = with(&[
        ("NOTARY_SMTP_URI", ""),
        ("NOTARY_MAIL_FROM", ""),
        ("NOTARY_CONFIRMATION_URI", "https://mailer.example.com/x?key=canary"),
    ])
    .unwrap();
    let dumped = "NOTARY_CONFIRMATION_URI=https://mailer.example.com/x?<set>\n";
    assert!(webhook.dump().contains(dumped));
    assert!(!format!("{webhook:?}{}", webhook.dump()).contains("canary"));
    let key_bytes = format!("{:?}", config.secret_key.expose());
    assert!(!format!("{config:?}").contains(&key_bytes));
}
