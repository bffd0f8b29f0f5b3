//! `GET /blocks`, `DELETE /blocks/{ip}` and `DELETE /blocks/addresses/{address}`.

use crate::{answer::Answer, harness::Service};
use notary::limits::IpKey;
use reqwest::Method;
use serde_json::{Value, json};

async fn block(service: &Service, ip: &str) {
    notary::flow::block::ip(&service.core, ip.parse::<IpKey>().unwrap()).await;
}

async fn blocks(service: &Service, query: &str) -> Answer {
    Answer::to(service.admin(Method::GET, &format!("/blocks?{query}"))).await
}

async fn lift(service: &Service, path: &str) -> Answer {
    Answer::to(service.admin(Method::DELETE, &format!("/blocks/{path}"))).await
}

fn ips(page: &Value) -> Vec<&str> {
    let blocks = page["blocks"].as_array().unwrap();
    blocks.iter().map(|block| block["ip"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn blocked_ips_are_listed_with_their_times_in_pages() {
    let service = Service::start().await;
    assert_eq!(blocks(&service, "").await.json(), json!({ "blocks": [] }));
    for ip in ["203.0.113.7", "2001:db8::1", "198.51.100.1"] {
        block(&service, ip).await;
    }
    let whole = blocks(&service, "").await.json();
    let mut listed = ips(&whole);
    listed.sort_unstable();
    assert_eq!(listed, ["198.51.100.1/32", "2001:db8::/64", "203.0.113.7/32"]);
    for block in whole["blocks"].as_array().unwrap() {
        let [since, until] = ["since", "until"].map(|name| block[name].as_i64().unwrap());
        assert_eq!(until - since, 3_600);
    }
    let first = blocks(&service, "limit=2").await.json();
    let next = first["next"].as_str().unwrap();
    let second = blocks(&service, &format!("limit=2&after={next}")).await.json();
    assert_eq!([ips(&first), ips(&second)].concat(), ips(&whole));
    assert_eq!(second.get("next"), None);
    assert_eq!(blocks(&service, "limit=3").await.json().get("next"), None);
}

#[tokio::test]
async fn a_block_is_lifted_by_any_spelling_of_its_ip() {
    let service = Service::start().await;
    for (blocked, named) in [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7/32"),
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("2001:db8::1", "2001:db8::"),
        ("2001:db8::1", "2001:DB8:0::ff/128"),
        ("2001:db8::1", "2001:db8::%2F64"),
    ] {
        block(&service, blocked).await;
        let answer = lift(&service, named).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{named}");
        assert_eq!(lift(&service, named).await.problem_of(404), "not_found", "{named}");
        assert!(ips(&blocks(&service, "").await.json()).is_empty());
        assert!(service.core.blocklist.remaining(blocked.parse().unwrap()).is_none());
    }
}

#[tokio::test]
async fn an_ip_that_is_blocked_again_is_blocked_from_now_on() {
    let service = Service::start().await;
    block(&service, "203.0.113.7").await;
    assert_eq!(lift(&service, "203.0.113.7").await.status, 204);
    let then = "UPDATE blocks SET created_at = created_at - interval '1 day'";
    crate::sql::execute(&service.db, then);
    block(&service, "203.0.113.7").await;
    let listed = blocks(&service, "").await.json();
    let [since, until] = ["since", "until"].map(|name| listed["blocks"][0][name].as_i64().unwrap());
    assert_eq!(until - since, 3_600);
}

#[tokio::test]
async fn what_is_no_ip_and_no_address_is_400() {
    let service = Service::start().await;
    for path in ["x", "203.0.113", "203.0.113.0/24", "2001:db8::/32", "%00", "' OR 1=1"] {
        assert_eq!(lift(&service, path).await.problem_of(400), "malformed_request", "{path}");
    }
    for path in ["addresses/ada", "addresses/%00@b.com", "addresses/a%0d%0a@b.com"] {
        assert_eq!(lift(&service, path).await.problem_of(400), "invalid_address", "{path}");
    }
    assert_eq!(lift(&service, "addresses/ada@example.org").await.problem_of(404), "not_found");
    for query in ["limit=0", "limit=1001", "after=%00", "page=2"] {
        assert_eq!(blocks(&service, query).await.problem_of(400), "malformed_request", "{query}");
    }
}
