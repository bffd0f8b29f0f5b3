//! `notary account` and `notary blocks`, beside a running service.

use crate::{database::execute, service::Site};
use serde_json::Value;

const PASSWORD: &str = "correct horse battery staple";
const ADA: &str = "ada@example.org";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

#[tokio::test]
async fn an_account_can_be_looked_at_and_disabled_and_kept_out_and_let_in_again() {
    let site = Site::new();
    let _service = site.serve();
    let status = || json(&site.run(&["account", "show", ADA, "--json"]).ok())["status"].clone();
    site.run(&["account", "show", ADA]).failed(1);
    site.user(PASSWORD, &["signup", ADA]).ok();
    assert_eq!(status(), "pending");
    site.user(PASSWORD, &["confirm", ADA, &site.link(ADA, 1).await]).ok();
    assert_eq!(status(), "active");

    let list = json(&site.run(&["account", "list", "--json"]).ok());
    let kid = list["accounts"][0]["kid"].as_str().unwrap();
    assert_eq!((list["accounts"][0]["address"].as_str(), &list["next"]), (Some(ADA), &Value::Null));
    let shown = site.run(&["account", "show", kid]).ok();
    assert!(shown.contains(&format!("address     {ADA}\nstatus      active\n")), "{shown}");
    let table = site.run(&["account", "list", "--prefix", "ada@"]).ok();
    assert!(table.lines().nth(1).unwrap().starts_with("ada@example.org  active  20"), "{table}");
    assert_eq!(site.run(&["account", "list", "--prefix", "bob@"]).ok().lines().count(), 1);
    site.user(PASSWORD, &["signup", "bob@example.org"]).ok();
    let first = site.run(&["account", "list", "--limit", "1"]).ok();
    assert!(first.ends_with("more: --after ada@example.org\n"), "{first}");
    let rest = site.run(&["account", "list", "--limit", "1", "--after", ADA]).ok();
    assert!(rest.lines().nth(1).unwrap().starts_with("bob@example.org  pending  20"), "{rest}");
    assert_eq!(rest.lines().count(), 2, "{rest}");

    let jwt = site.user(PASSWORD, &["token", ADA, "--audience", "https://app.example"]).ok();
    site.run(&["account", "disable", kid, "--block"]).ok();
    assert_eq!(site.verify(&jwt, &[("aud", "https://app.example")]).await.0, 404);
    assert_eq!(status(), "disabled");
    assert!(site.run(&["account", "show", ADA]).ok().contains(" by admin\n"));
    site.user(PASSWORD, &["signup", ADA]).ok();
    assert_eq!(status(), "disabled", "the address is kept out");

    site.run(&["blocks", "lift", ADA]).ok();
    assert!(site.run(&["blocks", "lift", ADA]).failed(1).contains("not blocked"));
    site.user(PASSWORD, &["signup", ADA]).ok();
    assert_eq!(status(), "pending");
    site.run(&["account", "disable", "nobody@example.org"]).failed(1);
}

#[test]
fn only_a_start_registers_secret_and_kdf() {
    let holds = |site: &Site, condition: &str| {
        execute(&site.database, &format!("DO $$ BEGIN ASSERT {condition}; END $$"));
    };
    let site = Site::new();
    site.run(&["migrate"]).ok();
    site.run(&["account", "list"]).ok();
    holds(&site, "NOT EXISTS (SELECT FROM kdfs) AND NOT EXISTS (SELECT FROM key_checks)");
    drop(site.serve());
    let site = site.with("NOTARY_OPRF", "off");
    site.run(&["account", "list"]).ok();
    holds(&site, "(SELECT count(*) FROM kdfs) = 1");
}

#[test]
fn blocked_ips_are_listed_and_lifted() {
    let site = Site::new();
    drop(site.serve());
    execute(
        &site.database,
        "INSERT INTO blocks (ip, until) VALUES
         ('203.0.113.7/32', now() + interval '1 h'), ('2001:db8::/64', now() + interval '1 h')",
    );
    let list = site.run(&["blocks", "list"]).ok();
    assert!(list.lines().nth(1).unwrap().starts_with("2001:db8::/64   20"), "{list}");
    assert!(list.lines().nth(2).unwrap().starts_with("203.0.113.7/32  20"), "{list}");
    site.run(&["blocks", "lift", "2001:db8::17"]).ok();
    let left = json(&site.run(&["blocks", "list", "--json"]).ok());
    assert_eq!(left["blocks"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left["blocks"][0]["ip"], "203.0.113.7/32");
    assert!(site.run(&["blocks", "lift", "192.0.2.1"]).failed(1).contains("not blocked"));
}
