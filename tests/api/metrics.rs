//! `GET /metrics`.

use crate::{
    answer::Answer,
    harness::{PUBLIC_URI, Service, Settings},
    sql,
    verify::claims,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

async fn metrics(service: &Service) -> String {
    // No secret: the listener itself is private.
    let request = service.http.get(format!("http://{}/metrics", service.admin));
    let answer = Answer::to(request).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    String::from_utf8(answer.body).unwrap()
}

/// The value of the one line that begins with this name and labels.
fn value(text: &str, line: &str) -> f64 {
    let mut lines = text.lines().filter_map(|found| found.strip_prefix(line)?.strip_prefix(' '));
    let value = lines.next().unwrap_or_else(|| panic!("no {line} in\n{text}"));
    assert_eq!(lines.next(), None);
    value.parse().unwrap()
}

fn requests(text: &str, listener: &str, method: &str, route: &str, status: u16) -> f64 {
    let labels =
        format!(r#"listener="{listener}",method="{method}",route="{route}",status="{status}""#);
    value(text, &format!("notary_requests_total{{{labels}}}"))
}

#[tokio::test]
async fn requests_are_counted_by_the_template_of_their_route() {
    let service = Service::start().await;
    let secret = "q7Zcanary";
    for n in 0..3 {
        Answer::to(service.public(Method::GET, &format!("/{secret}/{n}"))).await;
        Answer::to(service.public(Method::GET, &format!("/app/{secret}{n}?x={secret}"))).await;
        Answer::to(service.admin(Method::GET, &format!("/accounts/{secret}{n}"))).await;
        Answer::to(service.admin(Method::DELETE, &format!("/blocks/addresses/{secret}{n}"))).await;
        Answer::to(service.admin(Method::POST, &format!("/forward-auth/{secret}{n}"))).await;
        let method = format!("{secret}{n}").to_uppercase().parse().unwrap();
        Answer::to(service.public(method, "/salt")).await;
        Answer::to(service.public(Method::POST, "/salt")).await;
    }
    let text = metrics(&service).await;
    assert_eq!(requests(&text, "public", "GET", "unmatched", 404), 3.0);
    assert_eq!(requests(&text, "public", "GET", "/app/{page}", 404), 3.0);
    assert_eq!(requests(&text, "admin", "GET", "/accounts/{kid}", 404), 3.0);
    assert_eq!(requests(&text, "admin", "DELETE", "/blocks/addresses/{address}", 400), 3.0);
    assert_eq!(requests(&text, "admin", "POST", "/forward-auth/{path:.*}", 401), 3.0);
    assert_eq!(requests(&text, "public", "other", "/salt", 405), 3.0);
    assert_eq!(requests(&text, "public", "POST", "/salt", 415), 3.0);
    assert!(value(&text, "notary_request_seconds_count") >= 21.0);
    assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn verifications_are_counted_by_their_outcome() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let good = ada.token(&service, PUBLIC_URI);
    let expired = ada.sign(claims(&service, &ada, json!({ "exp": 1, "iat": 0 })));
    let unknown = service.person("x@example.org").await.token(&service, PUBLIC_URI);
    let bound = ada.sign(claims(&service, &ada, json!({ "htm": "GET" })));
    for jwt in [&good, &good, &expired, &unknown, "x", &bound] {
        Answer::to(service.verify(jwt)).await;
    }
    for jwt in [&good, &bound] {
        Answer::to(service.admin(Method::GET, "/forward-auth").bearer_auth(jwt)).await;
    }
    let introspect = service.admin(Method::POST, "/introspect").form(&[("token", &expired)]);
    Answer::to(introspect).await;
    let text = metrics(&service).await;
    for (outcome, count) in
        [("ok", 4.0), ("expired", 2.0), ("not_active", 1.0), ("malformed", 1.0), ("binding", 1.0)]
    {
        let line = format!(r#"notary_verifications_total{{outcome="{outcome}"}}"#);
        assert_eq!(value(&text, &line), count, "{outcome}");
    }
}

#[tokio::test]
async fn keys_are_counted_by_where_they_were_found() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    let found = async || {
        let text = metrics(&service).await;
        let from =
            |source| value(&text, &format!(r#"notary_key_lookups_total{{source="{source}"}}"#));
        (from("memory"), from("database"), value(&text, "notary_lease_held"))
    };
    let verify = async || Answer::to(service.verify(&ada)).await.status;
    assert_eq!(found().await, (0.0, 0.0, 0.0));
    assert_eq!(verify().await, 200);
    assert_eq!(found().await, (0.0, 1.0, 0.0));
    while found().await.2 == 0.0 {
        join_all((0..50).map(|_| verify())).await;
    }
    assert_eq!(verify().await, 200);
    let (memory, database, _) = found().await;
    assert_eq!(verify().await, 200);
    assert_eq!(found().await, (memory + 1.0, database, 1.0));
}

#[tokio::test]
async fn mail_signups_blocks_and_connections_are_measured() {
    let service = Settings::default()
        .set("NOTARY_DB_POOL_SIZE", "3")
        .mail_policy(|to| match to {
            "late@example.org" => notary::demo::smtp_sink::Verdict::Temporary,
            "never@example.org" => notary::demo::smtp_sink::Verdict::Permanent,
            _ => notary::demo::smtp_sink::Verdict::Accept,
        })
        .start()
        .await;
    service.member("ada@example.org").await;
    for name in ["late", "never"] {
        let person = service.person(&format!("{name}@example.org")).await;
        service.client().sign_up(&person).await.unwrap();
    }
    notary::flow::block::ip(&service.core, "203.0.113.7".parse().unwrap()).await;
    sql::until(
        &service.db,
        "SELECT count(*) = 1 FROM outbox WHERE attempts > 0 AND state = 'waiting'",
    )
    .await;
    sql::until(&service.db, "SELECT count(*) = 1 FROM outbox WHERE state = 'failed'").await;
    // The numbers of the queue are read every few seconds.
    let read = async {
        loop {
            let text = metrics(&service).await;
            if value(&text, "notary_mails_parked") > 0.0 && value(&text, "notary_mail_queue") > 0.0
            {
                break text;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let text = tokio::time::timeout(std::time::Duration::from_secs(15), read).await.unwrap();
    assert_eq!(value(&text, "notary_mails_sent_total"), 1.0);
    assert!(value(&text, "notary_mails_delayed_total") >= 1.0);
    assert_eq!(value(&text, "notary_mails_failed_total"), 1.0);
    assert_eq!(value(&text, "notary_mail_queue"), 1.0);
    assert_eq!(value(&text, "notary_mails_parked"), 1.0);
    assert_eq!(value(&text, "notary_pending_signups"), 2.0);
    assert_eq!(value(&text, "notary_blocked_ips"), 1.0);
    assert!((1.0..=3.0).contains(&value(&text, "notary_db_connections_open")));
    assert!(value(&text, "notary_db_connections_busy") <= 3.0);
}
