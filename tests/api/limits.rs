//! Calls per IP: throttled by the second, blocked by the minute.

use crate::{
    answer::Answer,
    harness::{Service, Settings},
    sql,
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long another node may take to hear of a block: a second, and three on a machine that is busy
/// with the other tests.
const FOLLOWED: Duration = Duration::from_secs(3);

fn limited(second: &str, minute: &str) -> Settings {
    Settings::default()
        .set("NOTARY_MAX_CALLS_PER_SECOND", second)
        .set("NOTARY_MAX_CALLS_PER_MINUTE", minute)
}

/// Behind a proxy on loopback, so that a test can be anybody.
fn behind_proxy(second: &str, minute: &str) -> Settings {
    limited(second, minute).set("NOTARY_TRUSTED_PROXIES", "127.0.0.1/32")
}

fn call(service: &Service) -> RequestBuilder {
    service.public(Method::POST, "/salt").json(&json!({ "address": "ada@example.org" }))
}

async fn call_from(service: &Service, ip: &str) -> Answer {
    Answer::to(call(service).header("X-Forwarded-For", ip)).await
}

/// Exceeds the limit per minute.
async fn get_blocked(service: &Service, ip: &str, per_minute: usize) {
    for _ in 0..per_minute {
        assert_eq!(call_from(service, ip).await.status, 200);
    }
    assert_eq!(call_from(service, ip).await.problem_of(429), "blocked");
}

/// Waits until this IP is blocked, or is not, at this node.
async fn until_blocked(service: &Service, ip: &str, blocked: bool) {
    let key = ip.parse().unwrap();
    let followed = async {
        while service.core.blocklist.remaining(key).is_some() != blocked {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(FOLLOWED, followed).await.unwrap_or_else(|_| panic!("not followed in time"));
}

#[tokio::test]
async fn above_the_calls_per_second_429_says_when_and_how_many() {
    let service = limited("2", "60").start().await;
    for _ in 0..2 {
        assert_eq!(Answer::to(call(&service)).await.status, 200);
    }
    let refused = Answer::to(call(&service)).await;
    assert_eq!(refused.problem_of(429), "too_many_requests");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("ratelimit"), r#""second";r=0;t=1, "minute";r=57;t=60"#);
    assert_eq!(refused.header("ratelimit-policy"), r#""second";q=2;w=1, "minute";q=60;w=60"#);
    service.clock.advance(Duration::from_secs(1));
    assert_eq!(Answer::to(call(&service)).await.status, 200);
}

#[tokio::test]
async fn every_call_of_users_is_limited_and_pages_health_and_the_admin_are_not() {
    let service = limited("1", "1000").start().await;
    assert_eq!(Answer::to(call(&service)).await.status, 200);
    for (method, path) in [
        (Method::POST, "/salt"),
        (Method::POST, "/signup"),
        (Method::POST, "/confirm"),
        (Method::POST, "/signature"),
        (Method::PATCH, "/signature"),
        (Method::DELETE, "/signature"),
    ] {
        let answer = Answer::to(service.public(method, path)).await;
        assert_eq!(answer.problem_of(429), "too_many_requests", "{path}");
    }
    for path in ["/", "/confirm", "/.well-known/notary", "/openapi.json", "/healthz", "/readyz"] {
        for method in [Method::GET, Method::HEAD] {
            for _ in 0..5 {
                let answer = Answer::to(service.public(method.clone(), path)).await;
                assert_eq!(answer.status, 200, "{method} {path}");
            }
        }
    }
    for _ in 0..5 {
        assert_eq!(Answer::to(service.admin(Method::GET, "/accounts")).await.status, 200);
    }
}

#[tokio::test]
async fn above_the_calls_per_minute_the_ip_is_blocked_on_every_node_and_over_a_restart() {
    let service = behind_proxy("1000", "3").start().await;
    let other = behind_proxy("1000", "3").beside(&service).start().await;
    get_blocked(&service, "203.0.113.7", 3).await;
    let refused = call_from(&service, "203.0.113.7").await;
    assert_eq!(refused.problem_of(429), "blocked");
    assert_eq!(refused.header("retry-after"), "3600");
    assert_eq!(refused.header("ratelimit"), r#""minute";r=0;t=3600"#);
    assert_eq!(refused.header("ratelimit-policy"), r#""second";q=1000;w=1, "minute";q=3;w=60"#);
    assert_eq!(call_from(&service, "203.0.113.8").await.status, 200, "somebody else");

    until_blocked(&other, "203.0.113.7", true).await;
    assert_eq!(call_from(&other, "203.0.113.7").await.problem_of(429), "blocked");

    let db = service.db.clone();
    service.stop().await;
    let restarted = behind_proxy("1000", "3").on(db).start().await;
    assert_eq!(call_from(&restarted, "203.0.113.7").await.problem_of(429), "blocked", "at once");
    let health = restarted.public(Method::GET, "/healthz").header("X-Forwarded-For", "203.0.113.7");
    assert_eq!(Answer::to(health).await.status, 200);
}

#[tokio::test]
async fn a_block_lasts_as_long_as_the_setting_says() {
    let service = behind_proxy("1000", "1").set("NOTARY_BLOCK_IPS_FOR", "3").start().await;
    get_blocked(&service, "203.0.113.7", 1).await;
    assert_eq!(call_from(&service, "203.0.113.7").await.header("retry-after"), "10800");
    assert_eq!(
        sql::number(&service.db, "SELECT extract(epoch FROM until - created_at) FROM blocks"),
        10_800
    );
}

#[tokio::test]
async fn an_admin_lifts_a_block_on_every_node_and_the_caller_starts_afresh() {
    let service = behind_proxy("1000", "2").start().await;
    let other = behind_proxy("1000", "2").beside(&service).start().await;
    get_blocked(&service, "203.0.113.7", 2).await;
    until_blocked(&other, "203.0.113.7", true).await;
    let lift = service.admin(Method::DELETE, "/blocks/203.0.113.7");
    assert_eq!(Answer::to(lift).await.status, 204);
    assert_eq!(call_from(&service, "203.0.113.7").await.status, 200, "at once");
    until_blocked(&other, "203.0.113.7", false).await;
    assert_eq!(call_from(&other, "203.0.113.7").await.status, 200);
    assert_eq!(call_from(&service, "203.0.113.7").await.status, 200);
    assert_eq!(call_from(&service, "203.0.113.7").await.problem_of(429), "blocked", "once more");
}

#[tokio::test]
async fn a_block_that_the_database_cannot_take_holds_here_and_is_stored_later() {
    let service = behind_proxy("1000", "1").start().await;
    sql::execute(&service.db, "ALTER TABLE blocks RENAME TO away");
    get_blocked(&service, "203.0.113.7", 1).await;
    assert_eq!(call_from(&service, "203.0.113.7").await.problem_of(429), "blocked");
    sql::execute(&service.db, "ALTER TABLE away RENAME TO blocks");
    sql::until(&service.db, "SELECT count(*) = 1 FROM blocks WHERE ip = '203.0.113.7/32'").await;
    let events = "SELECT count(*) FROM events WHERE kind = 'ip_blocked'";
    sql::until(&service.db, &events.replace("count(*)", "count(*) = 1")).await;
    assert_eq!(call_from(&service, "203.0.113.7").await.problem_of(429), "blocked");
}

#[tokio::test]
async fn two_nodes_that_block_an_ip_at_once_record_it_once() {
    let service = behind_proxy("1000", "1").start().await;
    let other = behind_proxy("1000", "1").beside(&service).start().await;
    for node in [&service, &other] {
        assert_eq!(call_from(node, "203.0.113.7").await.status, 200);
    }
    tokio::join!(call_from(&service, "203.0.113.7"), call_from(&other, "203.0.113.7"));
    for node in [&service, &other] {
        assert!(node.core.blocklist.unstored().is_empty());
    }
    let events = "SELECT count(*) FROM events WHERE kind = 'ip_blocked'";
    assert_eq!(sql::number(&service.db, events), 1);
}

#[tokio::test]
async fn without_trusted_proxies_a_forwarded_address_changes_nothing() {
    let service = limited("1000", "3").start().await;
    for n in 0..3 {
        assert_eq!(call_from(&service, &format!("203.0.113.{n}")).await.status, 200);
    }
    assert_eq!(call_from(&service, "203.0.113.9").await.problem_of(429), "blocked");
    assert_eq!(Answer::to(call(&service)).await.problem_of(429), "blocked", "it is the peer");
    assert!(service.core.blocklist.remaining("203.0.113.9".parse().unwrap()).is_none());
}

#[tokio::test]
async fn behind_trusted_proxies_the_rightmost_untrusted_address_counts() {
    let service =
        limited("1000", "3").set("NOTARY_TRUSTED_PROXIES", "127.0.0.1/32,10.0.0.0/8").start().await;
    for spoofed in ["198.51.100.1", "198.51.100.2", "127.0.0.1"] {
        let header = format!("{spoofed}, 203.0.113.7, 10.1.2.3");
        assert_eq!(call_from(&service, &header).await.status, 200);
    }
    let header = "198.51.100.4, 203.0.113.7:4711, 10.9.9.9";
    assert_eq!(call_from(&service, header).await.problem_of(429), "blocked");
    for innocent in ["198.51.100.1", "198.51.100.4", "10.1.2.3"] {
        assert_eq!(call_from(&service, innocent).await.status, 200, "{innocent}");
    }
    assert_eq!(Answer::to(call(&service)).await.status, 200, "nor is it the proxy");
}

#[tokio::test]
async fn a_thousand_addresses_of_one_64_are_one_caller_and_a_mapped_one_is_its_ipv4() {
    let service = behind_proxy("100000", "1000").start().await;
    for n in 0..1_000 {
        assert_eq!(call_from(&service, &format!("2001:db8:1:2:{n:x}::{n:x}")).await.status, 200);
    }
    assert_eq!(call_from(&service, "2001:db8:1:2::ffff").await.problem_of(429), "blocked");
    assert_eq!(call_from(&service, "2001:db8:1:3::1").await.status, 200, "the next /64");
    let blocked = Answer::to(service.admin(Method::GET, "/blocks")).await.json();
    assert_eq!(blocked["blocks"][0]["ip"], "2001:db8:1:2::/64");

    let service = behind_proxy("1000", "1").start().await;
    assert_eq!(call_from(&service, "::ffff:203.0.113.7").await.status, 200);
    assert_eq!(call_from(&service, "203.0.113.7").await.problem_of(429), "blocked");
}

#[tokio::test]
async fn another_sites_page_gets_none_of_its_visitors_blocked() {
    let service = limited("1000", "60").start().await;
    for _ in 0..100 {
        let foreign = call(&service).header("Origin", "https://evil.example");
        assert_eq!(Answer::to(foreign).await.problem_of(403), "forbidden_origin");
    }
    assert_eq!(Answer::to(call(&service)).await.status, 200);
    let service = limited("2", "60").start().await;
    for _ in 0..2 {
        let foreign = call(&service).header("Origin", "https://evil.example");
        assert_eq!(Answer::to(foreign).await.problem_of(403), "forbidden_origin");
    }
    let foreign = call(&service).header("Origin", "https://evil.example");
    assert_eq!(Answer::to(foreign).await.problem_of(429), "too_many_requests");
}
