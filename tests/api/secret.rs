//! The admin secret.

use crate::{
    answer::Answer,
    harness::{ADMIN_SECRET, Service, Settings},
};
use reqwest::{Method, RequestBuilder};
use std::time::Duration;

fn with(service: &Service, secret: &str) -> RequestBuilder {
    let request = service.http.get(format!("http://{}/accounts", service.admin));
    request.header("Notary-Admin-Secret", secret)
}

#[tokio::test]
async fn only_the_secret_itself_opens_the_door() {
    let service = Service::start().await;
    let longest = format!("{ADMIN_SECRET}{}", "x".repeat(10_000));
    let wrong_case = ADMIN_SECRET.to_uppercase();
    for secret in [
        "",
        "x",
        &ADMIN_SECRET[..31],
        &ADMIN_SECRET[1..],
        &format!("{ADMIN_SECRET}{ADMIN_SECRET}"),
        &format!("{ADMIN_SECRET},{ADMIN_SECRET}"),
        &wrong_case,
        &longest,
    ] {
        let answer = Answer::to(with(&service, secret)).await;
        assert_eq!(answer.problem_of(401), "unauthorized", "{} bytes", secret.len());
        assert_eq!(answer.header("www-authenticate"), "Notary-Admin-Secret");
    }
    let url = format!("http://{}/accounts", service.admin);
    assert_eq!(Answer::to(service.http.get(&url)).await.problem_of(401), "unauthorized");
    let bearer = service.http.get(&url).bearer_auth(ADMIN_SECRET);
    assert_eq!(Answer::to(bearer).await.problem_of(401), "unauthorized", "not this way");
    let query = service.http.get(format!("{url}?Notary-Admin-Secret={ADMIN_SECRET}"));
    assert_eq!(Answer::to(query).await.problem_of(401), "unauthorized", "nor this");
    assert_eq!(Answer::to(with(&service, ADMIN_SECRET)).await.status, 200);
}

#[tokio::test]
async fn while_rotating_both_secrets_are_good_and_nothing_between() {
    let (old, new) = ("o".repeat(32), "n".repeat(40));
    let both = format!("{old},{new}");
    let service = Settings::default().set("NOTARY_ADMIN_SECRET", &both).start().await;
    for secret in [&old, &new] {
        assert_eq!(Answer::to(with(&service, secret)).await.status, 200);
    }
    for secret in [both.as_str(), ",", ADMIN_SECRET] {
        assert_eq!(Answer::to(with(&service, secret)).await.problem_of(401), "unauthorized");
    }
}

#[tokio::test]
async fn after_20_failures_in_a_minute_the_ip_waits_even_with_the_right_secret() {
    let service = Service::start().await;
    for _ in 0..50 {
        assert_eq!(Answer::to(with(&service, ADMIN_SECRET)).await.status, 200, "costs nothing");
    }
    for n in 0..20 {
        // The other ways to fail count as well.
        let introspect = service.http.post(format!("http://{}/introspect", service.admin));
        let form = introspect.form(&[("token", "x")]).bearer_auth("wrong");
        let request = if n % 2 == 0 { with(&service, "wrong") } else { form };
        assert_eq!(Answer::to(request).await.problem_of(401), "unauthorized");
    }
    service.clock.advance(Duration::from_secs(20));
    for secret in ["wrong", ADMIN_SECRET] {
        let answer = Answer::to(with(&service, secret)).await;
        assert_eq!(answer.problem_of(429), "too_many_requests");
        assert_eq!(answer.header("retry-after"), "40");
    }
    let health = service.http.get(format!("http://{}/healthz", service.admin));
    assert_eq!(Answer::to(health).await.status, 200);
    service.clock.advance(Duration::from_secs(40));
    assert_eq!(Answer::to(with(&service, ADMIN_SECRET)).await.status, 200);
}

#[tokio::test]
async fn a_forwarded_address_does_not_let_a_guesser_start_afresh() {
    let service = Settings::default().set("NOTARY_TRUSTED_PROXIES", "127.0.0.1/32").start().await;
    for n in 0..20 {
        let request = with(&service, "wrong").header("X-Forwarded-For", format!("203.0.113.{n}"));
        assert_eq!(Answer::to(request).await.problem_of(401), "unauthorized");
    }
    let request = with(&service, "wrong").header("X-Forwarded-For", "203.0.113.99");
    assert_eq!(Answer::to(request).await.problem_of(429), "too_many_requests");
}

#[tokio::test]
async fn the_secret_is_worth_nothing_on_the_public_listener() {
    let service = Service::start().await;
    let request = service.public(Method::GET, "/accounts");
    let request = request.header("Notary-Admin-Secret", ADMIN_SECRET);
    assert_eq!(Answer::to(request).await.problem_of(404), "not_found");
}
