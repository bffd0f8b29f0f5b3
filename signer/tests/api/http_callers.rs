//! Who asks: Notary's tokens, Basic auth where it is on, nobody.

use crate::harness::{Person, Service, Settings};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn notary_vouches_for_callers_until_they_are_disabled() {
    let service = Service::start().await;
    let alice = Person::sign_up("alice").await;
    let hello = service.get(&alice.bearer(), "/").await.expect(200).body;
    assert_eq!(hello["user"]["id"], alice.user_id());
    let bucket = service.put(&alice.bearer(), "/buckets/b", json!({})).await.expect(201);
    assert_eq!(bucket.body["permissions"]["write"], json!([alice.user_id()]));
    let elsewhere = alice.bearer_for("https://elsewhere.example");
    let words = "This token is not, or no longer, valid here.";
    service.get(&elsewhere, "/").await.expect_error(401, 104, words);
    alice.disable().await;
    let refused = service.get(&alice.bearer(), "/").await.expect_error(401, 104, words);
    let challenge = "Bearer realm=\"Realm\", error=\"invalid_token\"";
    assert_eq!(refused.header("WWW-Authenticate"), challenge);
}

#[tokio::test]
async fn without_credentials_only_what_is_open() {
    let service = Service::start().await;
    let words = "Please authenticate yourself to use this endpoint.";
    let refused = service.get("", "/buckets").await.expect_error(401, 104, words);
    assert_eq!(refused.header("WWW-Authenticate"), "Basic realm=\"Realm\"");
    service.get("Hawk id=1", "/buckets").await.expect_error(401, 104, words);
    service.get("Hawk id=1", "/").await.expect(200);
}

#[tokio::test]
async fn basic_auth_is_off_unless_it_is_switched_on() {
    let service = Settings::default().unset("multiauth.policies").start().await;
    let hello = service.get("alice", "/").await.expect(200).body;
    assert_eq!(hello.get("user"), None);
    assert_eq!(hello["capabilities"].get("basicauth"), None);
    let refused = service.get("alice", "/buckets").await.expect(401);
    assert_eq!(refused.header("WWW-Authenticate"), "Bearer realm=\"Realm\"");
}

#[tokio::test]
async fn when_notary_is_away_nobody_is_guessed() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service =
        Settings::default().set("notary.admin_url", &format!("http://{nobody}")).start().await;
    let away = service.get("Bearer a.b.c", "/").await;
    let away = away.expect_error(503, 201, "Service temporary unavailable");
    assert_eq!(away.header("Retry-After"), "30");
    service.get("", "/").await.expect(200);
    let batch = json!({"requests": [
        {"path": "/buckets/b", "method": "PUT"},
        {"path": "/", "headers": {"Authorization": "Bearer a.b.c"}},
    ]});
    service.call("alice", Method::POST, "/batch", batch).await.expect(503);
    service.get("alice", "/buckets/b").await.expect(403);
}

#[tokio::test]
async fn each_part_of_a_batch_may_be_somebody_else() {
    let service = Service::start().await;
    let bob = Person::sign_up("bob").await;
    let hello =
        |authorization: &str| json!({"path": "/", "headers": {"authorization": authorization}});
    let batch = json!({"requests": [{"path": "/"}, hello(&bob.bearer()), hello("Bearer x"),
                                    hello("")]});
    let batch = service.call("alice", Method::POST, "/batch", batch).await.expect(200).body;
    let users: Vec<&Value> = (0..4).map(|n| &batch["responses"][n]["body"]["user"]["id"]).collect();
    assert_eq!(users[0], &service.user_id("alice").await);
    assert_eq!(users[1], &bob.user_id());
    assert_eq!((users[2], &batch["responses"][2]["status"]), (&Value::Null, &json!(401)));
    assert_eq!((users[3], &batch["responses"][3]["status"]), (&Value::Null, &json!(200)));
}
