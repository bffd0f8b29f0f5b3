//! `notary user`: the whole life of an account, with the password on standard input.

use crate::service::{Site, free_port};
use std::fs;

const OLD: &str = "correct horse battery staple";
const NEW: &str = "purple monkey dishwasher";
const APP: &str = "https://app.example";

#[tokio::test]
async fn a_password_is_all_that_a_user_needs() {
    let site = Site::new();
    let _service = site.serve();
    let (ada, moved) = ("ada@example.org", "ada@example.net");
    let token = |address, password| site.user(password, &["token", address, "--audience", APP]);
    let active = async |jwt: &str| site.verify(jwt, &[("aud", APP)]).await;

    let said = site.user(OLD, &["signup", "Ada@Example.org"]).ok();
    assert!(said.contains("notary user confirm ada@example.org <code> --server http"), "{said}");
    assert!(token(ada, OLD).failed(1).contains("not those of an active account"));
    let link = site.link(ada, 1).await;
    assert!(site.user(NEW, &["confirm", ada, &link]).failed(1).contains("confirmation failed"));
    site.user(OLD, &["confirm", ada, &link]).ok();
    let jwt = token(ada, OLD).ok();
    assert_eq!(jwt.split('.').count(), 3, "nothing but the JWT: {jwt}");
    let (status, claims) = active(&jwt).await;
    assert_eq!((status, claims["sub"].as_str()), (200, Some(ada)));
    let refused = token(ada, NEW);
    assert_eq!((refused.status, refused.out.as_str()), (Some(1), ""));

    site.user(NEW, &["passwd", ada]).ok();
    let code = code(&site.link(ada, 2).await);
    assert_eq!(active(&jwt).await.0, 200, "the old password holds until then");
    site.user(NEW, &["confirm", ada, &code]).ok();
    assert_eq!(active(&jwt).await.0, 422);
    token(ada, OLD).failed(1);

    site.user(NEW, &["email", ada, moved]).ok();
    let said = site.user(NEW, &["confirm", moved, &site.link(ada, 3).await]).ok();
    assert!(said.starts_with("One more"), "{said}");
    site.user(NEW, &["confirm", moved, &site.link(moved, 1).await]).ok();
    token(ada, NEW).failed(1);
    let jwt = token(moved, NEW).ok();
    assert_eq!(active(&jwt).await.1["sub"], moved);

    site.user(OLD, &["disable", moved]).failed(1);
    assert_eq!(active(&jwt).await.0, 200);
    site.user(NEW, &["disable", moved]).ok();
    assert_eq!(active(&jwt).await.0, 404);
}

#[tokio::test]
async fn a_jwt_can_be_bound_to_one_request() {
    let site = Site::new();
    let _service = site.serve();
    site.user(OLD, &["signup", "ada@example.org"]).ok();
    let link = site.link("ada@example.org", 1).await;
    site.user(OLD, &["confirm", "ada@example.org", &link]).ok();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.json");
    fs::write(&file, "{\"pizza\":1}").unwrap();
    let body_file = file.to_str().unwrap();
    let uri = "https://app.example/orders";
    let bound = ["--method", "POST", "--uri", uri, "--body-file", body_file];
    let args = [&["token", "ada@example.org", "--audience", APP][..], &bound].concat();
    let jwt = site.user(OLD, &args).ok();

    let digest = notary_sdk::digest(b"{\"pizza\":1}");
    let right = [("aud", APP), ("method", "POST"), ("uri", uri), ("digest", digest.as_str())];
    assert_eq!(site.verify(&jwt, &right).await.0, 200);
    let other = notary_sdk::digest(b"{\"pizza\":2}");
    for (at, wrong) in [(1, "GET"), (2, APP), (3, other.as_str())] {
        let mut query = right;
        query[at].1 = wrong;
        assert_eq!(site.verify(&jwt, &query).await.0, 422, "{wrong}");
    }
}

#[test]
fn a_password_must_be_long_enough_when_it_is_chosen() {
    let site = Site::new();
    let _service = site.serve();
    assert!(site.user("short", &["signup", "ada@example.org"]).failed(1).contains("too short"));
    assert!(site.user("", &["signup", "ada@example.org"]).failed(1).contains("empty"));
}

#[test]
fn a_service_that_is_away_is_a_dependency_that_is_down() {
    let mut site = Site::new();
    site.public_uri = format!("http://127.0.0.1:{}", free_port());
    assert!(site.user(OLD, &["salt", "ada@example.org"]).failed(69).contains("cannot be reached"));
}

#[test]
fn the_salt_is_shown_as_it_comes() {
    let site = Site::new();
    let _service = site.serve();
    let said = site.user("", &["salt", "Ada@Example.org"]).ok();
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(answer["address"], "ada@example.org");
    assert_eq!(answer["kdf"]["argon2id"]["m"], 65_536);
    assert!(site.user("", &["salt", "nobody"]).failed(1).contains("not a mail address"));
}

fn code(link: &str) -> String {
    let (_, after) = link.split_once("#token=").unwrap();
    after.split('&').next().unwrap().to_owned()
}
