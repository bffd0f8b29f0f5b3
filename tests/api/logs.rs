//! What the service writes to its log.

use crate::{
    answer::Answer,
    harness::{ADMIN_SECRET, PUBLIC_URI, Settings},
};
use notary::{demo::smtp_sink::Verdict, domain::address::Address};
use notary_sdk::Confirmation;
use reqwest::Method;
use serde_json::json;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// A log in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Memory {
    /// The process's log from now on, in every detail that the service itself can be asked for.
    /// The other tests write there, too.
    fn listen() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter("info,notary=trace,notary_sdk=trace")
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn a_user_s_whole_way_leaves_no_address_token_jwt_or_secret_in_the_log() {
    let log = Memory::listen();
    let admin_secret = "canary-admin-secret-0123456789abcdef";
    let service = Settings::default()
        .set("NOTARY_ADMIN_SECRET", &format!("{ADMIN_SECRET},{admin_secret}"))
        .set("NOTARY_MAX_CALLS_PER_MINUTE", "60")
        .mail_policy(
            |to| if to.starts_with("bounce") { Verdict::Permanent } else { Verdict::Accept },
        )
        .start()
        .await;
    let client = service.client();
    let ada = service.person("Canary-Ada@Logs.example").await;
    client.sign_up(&ada).await.unwrap();
    let mut canaries = vec![service.token_for(&ada.address, 1).await];
    client.confirm(&ada, &canaries[0]).await.unwrap();
    client.confirm(&ada, &canaries[0]).await.unwrap_err();
    let jwt = ada.token(&service, PUBLIC_URI);
    for query in ["", "?aud=https://canary-audience.example", "?canary-query=1"] {
        Answer::to(service.admin(Method::GET, &format!("/verify{query}")).bearer_auth(&jwt)).await;
    }
    let lookup = format!("/accounts?address={}", ada.address);
    Answer::to(service.admin(Method::GET, &lookup)).await;
    Answer::to(service.admin(Method::GET, &format!("/accounts/{}", ada.kid))).await;
    let renewed = ada.with_new_key(&service);
    client.change_password(&renewed).await.unwrap();
    canaries.push(service.token_for(&ada.address, 2).await);
    client.confirm(&renewed, &canaries[1]).await.unwrap();
    service.mail_for(&ada.address, 3).await;
    let moved = service.person("canary-bob@logs.example").await;
    client.change_address(&ada.address, &moved).await.unwrap();
    canaries.push(service.token_for(&ada.address, 4).await);
    canaries.push(service.token_for(&moved.address, 1).await);
    assert_eq!(client.confirm(&moved, &canaries[2]).await.unwrap(), Confirmation::OneMore);
    client.confirm(&moved, &canaries[3]).await.unwrap();
    client.disable(&moved).await.unwrap();
    let bounced = service.person("bounce-canary@logs.example").await;
    client.sign_up(&bounced).await.unwrap();
    crate::sql::until(&service.db, "SELECT count(*) = 1 FROM outbox WHERE state = 'failed'").await;
    let body = json!({ "address": moved.address, "block": true });
    let disable = service.http.delete(format!("http://{}/signature", service.admin)).json(&body);
    Answer::to(disable.header("Notary-Admin-Secret", admin_secret)).await;
    let unblock = format!("/blocks/addresses/{}", moved.address);
    Answer::to(service.admin(Method::DELETE, &unblock)).await;
    for wrong in ["canary-wrong-secret", "Bearer canary-bearer"] {
        let request = service.http.get(format!("http://{}/events", service.admin));
        let request = request.header("Notary-Admin-Secret", wrong).header("Authorization", wrong);
        Answer::to(request.header("Cookie", "canary-cookie")).await;
    }
    let nonsense = r#"{"address":"canary-nonsense","canary-member":1}"#;
    for body in [nonsense, "canary-no-json", &json!({ "address": "canary@@" }).to_string()] {
        let post = service.public(Method::POST, "/salt").header("Content-Type", "application/json");
        Answer::to(post.body(body.to_owned()).header("Origin", "https://canary.example")).await;
        let post = service.public(Method::POST, "/salt").header("Content-Type", "application/json");
        Answer::to(post.body(body.to_owned())).await;
    }
    Answer::to(service.public(Method::POST, "/canary-path?canary-query")).await;
    while Answer::to(service.public(Method::POST, "/salt")).await.status != 429 {}
    let names = [&ada, &moved].map(|person| {
        let address = Address::parse(&person.address).unwrap();
        service.core.log_name(&address)
    });
    let kids = [&ada, &moved, &bounced].map(|person| person.kid.clone());
    let db = service.db.clone();
    service.stop().await;

    let text = log.text();
    for said in [
        "answered",
        "signup accepted",
        "confirmed: the key is active",
        "disabled by its user",
        "disabled by an admin",
        "mail sent",
        "mail given up",
        "blocked: ",
    ] {
        assert!(text.contains(said), "{said} is worth a line");
    }
    for name in &names {
        assert!(text.contains(name.as_str()), "addresses appear by their keyed hash");
    }
    let lower = text.to_lowercase();
    let line_with = |part: &str| {
        lower.lines().find(|line| line.contains(&part.to_lowercase())).map(str::to_owned)
    };
    for canary in ["canary", "logs.example", &db] {
        assert_eq!(line_with(canary), None, "{canary}");
    }
    canaries.extend(jwt.split('.').map(str::to_owned));
    for secret in &canaries {
        assert_eq!(line_with(&secret[..16]), None, "{secret}");
    }
    for kid in &kids {
        assert_eq!(line_with(&kid[..9]), None, "no more than 8 digits of a kid");
    }
}
