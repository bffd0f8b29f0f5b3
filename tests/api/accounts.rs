//! `GET /accounts` and `GET /accounts/{kid}`.

use crate::{answer::Answer, harness::Service};
use notary_sdk::Jwk;
use reqwest::Method;
use serde_json::{Value, json};

async fn accounts(service: &Service, query: &str) -> Answer {
    Answer::to(service.admin(Method::GET, &format!("/accounts?{query}"))).await
}

fn addresses(page: &Value) -> Vec<&str> {
    let accounts = page["accounts"].as_array().unwrap();
    accounts.iter().map(|account| account["address"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_account_is_found_by_address_and_by_kid_in_every_state() {
    let service = Service::start().await;
    let client = service.client();
    let ada = service.person("Ada@Bücher.example").await;
    let key = Jwk::new(&ada.key.public(), &ada.kid);
    let look = async || {
        let by_address = accounts(&service, "address=ADA@b%C3%BCcher.example").await.json();
        let path = format!("/accounts/{}", ada.kid);
        let by_kid = Answer::to(service.admin(Method::GET, &path)).await.json();
        assert_eq!(by_address, json!({ "accounts": [by_kid] }));
        assert_eq!(by_kid["address"], "ada@xn--bcher-kva.example");
        assert_eq!(by_kid["kid"], ada.kid);
        assert_eq!(by_kid["thumbprint"], ada.key.public().thumbprint_base64url());
        assert_eq!(by_kid["jwk"], serde_json::to_value(&key).unwrap());
        assert_eq!(by_kid["kdf_v"], 1);
        by_kid
    };
    client.sign_up(&ada).await.unwrap();
    let pending = look().await;
    assert_eq!(pending["status"], "pending");
    assert!(pending["signed_up_at"].is_i64() && pending["confirmed_at"].is_null());

    let token = service.token_for(&ada.address, 1).await;
    client.confirm(&ada, &token).await.unwrap();
    let active = look().await;
    assert_eq!(active["status"], "active");
    assert!(active["confirmed_at"].is_i64() && active["ended_at"].is_null());

    client.disable(&ada).await.unwrap();
    let disabled = look().await;
    assert_eq!((&disabled["status"], &disabled["ended_by"]), (&json!("disabled"), &json!("user")));
    assert_eq!(disabled["confirmed_at"], active["confirmed_at"]);
    assert!(disabled["ended_at"].as_i64() >= disabled["confirmed_at"].as_i64());
}

#[tokio::test]
async fn who_is_unknown_is_404() {
    let service = Service::start().await;
    let nobody = service.person("nobody@example.org").await;
    let by_address = accounts(&service, "address=nobody@example.org").await;
    assert_eq!(by_address.problem_of(404), "not_found");
    for kid in [&nobody.kid, "0a", &nobody.kid.to_uppercase(), "%ff", "%00", "..%2f"] {
        let request = service.admin(Method::GET, &format!("/accounts/{kid}"));
        assert_eq!(Answer::to(request).await.problem_of(404), "not_found", "{kid}");
    }
}

#[tokio::test]
async fn a_list_is_paged_in_order_of_address() {
    let service = Service::start().await;
    for name in ["d", "b", "a", "e", "c"] {
        let person = service.person(&format!("{name}@example.org")).await;
        service.client().sign_up(&person).await.unwrap();
    }
    let (mut query, mut pages) = ("limit=2".to_owned(), Vec::new());
    loop {
        let page = accounts(&service, &query).await.json();
        pages.push(addresses(&page).join(" "));
        let Some(next) = page.get("next") else { break };
        query = format!("limit=2&after={}", next.as_str().unwrap());
    }
    assert_eq!(
        pages,
        ["a@example.org b@example.org", "c@example.org d@example.org", "e@example.org"]
    );
    let whole = accounts(&service, "limit=5").await.json();
    assert_eq!(addresses(&whole).len(), 5);
    assert_eq!(whole.get("next"), None, "a full page can be the last one");
}

#[tokio::test]
async fn a_prefix_is_taken_literally() {
    let service = Service::start().await;
    for address in ["a_b%c@example.org", "axb%c@example.org", "a_bc@example.org", "b@example.org"] {
        let person = service.person(address).await;
        service.client().sign_up(&person).await.unwrap();
    }
    for (prefix, expected) in [
        ("a_b%25", vec!["a_b%c@example.org"]),
        ("a_b", vec!["a_b%c@example.org", "a_bc@example.org"]),
        ("%25", vec![]),
        ("_", vec![]),
        ("%5C", vec![]),
        ("a_b%5C", vec![]),
        ("%27%20OR%201=1", vec![]),
        ("b", vec!["b@example.org"]),
        ("B", vec![]),
    ] {
        let page = accounts(&service, &format!("prefix={prefix}")).await.json();
        assert_eq!(addresses(&page), expected, "{prefix}");
    }
    let page = accounts(&service, "prefix=a&after=a_b%25c@example.org&limit=1").await.json();
    assert_eq!(addresses(&page), ["a_bc@example.org"]);
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_refused() {
    let service = Service::start().await;
    for query in [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=x",
        "limit=99999999999999999999",
        "offset=1",
        "address=ada@example.org&prefix=a",
        "address=ada@example.org&limit=1",
        "prefix=a&prefix=b",
        "prefix=%00",
        "after=a%00",
    ] {
        let answer = accounts(&service, query).await;
        assert_eq!(answer.problem_of(400), "malformed_request", "{query}");
    }
    assert_eq!(accounts(&service, "address=ada").await.problem_of(400), "invalid_address");
    assert_eq!(accounts(&service, "").await.json(), json!({ "accounts": [] }));
}
