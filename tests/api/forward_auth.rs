//! `/forward-auth`, as proxies ask it.

use crate::{
    answer::Answer,
    harness::{PUBLIC_URI, Service},
    verify::claims,
};
use reqwest::Method;
use serde_json::json;

const TRAEFIK: [&str; 4] =
    ["X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri"];
const NGINX: [&str; 2] = ["X-Original-Method", "X-Original-URL"];

/// Headers with these values, in this order.
fn named<'a, const N: usize>(names: [&'a str; N], values: [&'a str; N]) -> Vec<(&'a str, &'a str)> {
    names.into_iter().zip(values).collect()
}

async fn ask(service: &Service, target: &str, jwt: &str, headers: &[(&str, &str)]) -> Answer {
    let request = service.admin(Method::GET, &format!("/forward-auth{target}")).bearer_auth(jwt);
    Answer::to(headers.iter().fold(request, |r, (name, value)| r.header(*name, *value))).await
}

#[tokio::test]
async fn a_good_token_is_200_with_the_headers_by_any_method_at_any_path() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let jwt = ada.token(&service, PUBLIC_URI);
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        for path in ["/forward-auth", "/forward-auth/", "/forward-auth/x/y.z", "/forward-auth/%2e"]
        {
            let method: Method = method.parse().unwrap();
            let answer = Answer::to(service.admin(method, path).bearer_auth(&jwt)).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            assert_eq!(answer.header("notary-address"), "ada@example.org");
            assert_eq!(answer.header("notary-kid"), ada.kid);
            let thumbprint = ada.key.public().thumbprint_base64url();
            assert_eq!(answer.header("notary-key-thumbprint"), thumbprint);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_the_token_is_401() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let nobody = service.person("nobody@example.org").await;
    let expired = ada.sign(claims(&service, &ada, json!({ "exp": 1, "iat": 0 })));
    let other = ada.token(&service, "https://other.example");
    for jwt in ["", "x.y.z", &nobody.token(&service, PUBLIC_URI), &expired, &other] {
        let answer = ask(&service, "", jwt, &[]).await;
        assert_eq!(answer.problem_of(401), "invalid_token", "{jwt}");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
        assert_eq!(answer.header("notary-address"), "");
    }
    let without = Answer::to(service.admin(Method::GET, "/forward-auth")).await;
    assert_eq!(without.problem_of(401), "invalid_token");
}

#[tokio::test]
async fn a_jwt_bound_to_one_service_is_refused_at_another() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bound = json!({ "htm": "POST", "htu": "https://a.example/pay" });
    let jwt = ada.sign(claims(&service, &ada, bound));
    for (headers, ok) in [
        (named(TRAEFIK, ["POST", "https", "a.example", "/pay"]), true),
        (named(TRAEFIK, ["POST", "https", "a.example", "/pay?amount=1"]), true),
        (named(TRAEFIK, ["POST", "https", "b.example", "/pay"]), false),
        (named(TRAEFIK, ["POST", "http", "a.example", "/pay"]), false),
        (named(TRAEFIK, ["GET", "https", "a.example", "/pay"]), false),
        (named(TRAEFIK, ["POST", "https", "a.example", "/pay/all"]), false),
        (named(TRAEFIK, ["POST", "https", "a.example, b.example", "/pay"]), false),
        (named(NGINX, ["POST", "https://a.example/pay"]), true),
        (named(NGINX, ["POST", "https://a.example/pay?x#y"]), true),
        (named(NGINX, ["POST", "https://b.example/pay"]), false),
        (named(NGINX, ["PUT", "https://a.example/pay"]), false),
        (vec![], false),
        (vec![("X-Original-Method", "POST")], false),
        (vec![("X-Original-URL", "https://a.example/pay")], false),
        (named(TRAEFIK, ["POST", "https", "a.example", "/pay"])[..3].to_vec(), false),
    ] {
        let answer = ask(&service, "", &jwt, &headers).await;
        assert_eq!(answer.status == 200, ok, "{headers:?}");
        assert!(ok || answer.problem_of(401) == "invalid_token");
    }
}

#[tokio::test]
async fn a_caller_cannot_add_the_headers_that_its_proxy_does_not_set() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bound = json!({ "htm": "POST", "htu": "https://a.example/pay" });
    let jwt = ada.sign(claims(&service, &ada, bound));
    let at_b = |names: &'static [&'static str]| match names.len() {
        4 => named(TRAEFIK, ["POST", "https", "b.example", "/pay"]),
        _ => named(NGINX, ["POST", "https://b.example/pay"]),
    };
    let added = [
        named(TRAEFIK, ["POST", "https", "a.example", "/pay"]),
        named(NGINX, ["POST", "https://a.example/pay"]),
    ];
    for proxy in [at_b(&TRAEFIK), at_b(&NGINX)] {
        for caller in &added {
            for headers in [[caller.clone(), proxy.clone()], [proxy.clone(), caller.clone()]] {
                let answer = ask(&service, "", &jwt, &headers.concat()).await;
                assert_eq!(answer.problem_of(401), "invalid_token", "{headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_binding_of_the_wrong_type_fits_nothing() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    for bound in [json!({ "htm": null }), json!({ "htm": 1 }), json!({ "htu": ["x"] })] {
        let jwt = ada.sign(claims(&service, &ada, bound.clone()));
        assert_eq!(ask(&service, "", &jwt, &[]).await.problem_of(401), "invalid_token", "{bound}");
    }
}

#[tokio::test]
async fn a_digest_needs_somebody_who_has_seen_the_body() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let jwt = ada.sign(claims(&service, &ada, json!({ "digest": "sha-256=:x:" })));
    assert_eq!(ask(&service, "", &jwt, &[]).await.problem_of(401), "invalid_token");
    assert_eq!(ask(&service, "?digest=sha-256=:x:", &jwt, &[]).await.status, 200);
    assert_eq!(ask(&service, "?digest=sha-256=:y:", &jwt, &[]).await.status, 401);
}

#[tokio::test]
async fn binding_can_be_required_here_and_only_here() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let headers = named(NGINX, ["POST", "https://a.example/pay"]);
    let (htm, htu) = (json!("POST"), json!("https://a.example/pay"));
    for (bound, ok) in [
        (json!({ "htm": htm, "htu": htu }), true),
        (json!({ "htm": htm }), false),
        (json!({ "htu": htu }), false),
        (json!({}), false),
    ] {
        let jwt = ada.sign(claims(&service, &ada, bound.clone()));
        let required = ask(&service, "?binding=required", &jwt, &headers).await;
        assert_eq!(required.status == 200, ok, "{bound}");
        assert!(ok || required.problem_of(401) == "invalid_token");
        assert_eq!(ask(&service, "", &jwt, &headers).await.status, 200, "{bound}");
    }
    let jwt = ada.token(&service, PUBLIC_URI);
    for query in ["?binding", "?binding=", "?binding=optional", "?binding=required&binding=x"] {
        let answer = ask(&service, query, &jwt, &[]).await;
        assert_eq!(answer.problem_of(400), "malformed_request", "{query}");
    }
    // A spelling that is not recognised is an unknown parameter, never a switched-off check.
    assert_eq!(ask(&service, "?%62inding=required", &jwt, &[]).await.status, 400);
}

#[tokio::test]
async fn below_its_path_the_query_is_the_original_request_s_and_asks_for_nothing() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let elsewhere = ada.token(&service, "https://a.example");
    assert_eq!(ask(&service, "?aud=https://a.example", &elsewhere, &[]).await.status, 200);
    assert_eq!(ask(&service, "/x?aud=https://a.example", &elsewhere, &[]).await.status, 401);
    let bound = json!({ "htm": "GET", "htu": "https://a.example/x" });
    let jwt = ada.sign(claims(&service, &ada, bound));
    let query = "/x?method=GET&uri=https://a.example/x";
    assert_eq!(ask(&service, query, &jwt, &[]).await.status, 401);
    let ours = ada.token(&service, PUBLIC_URI);
    assert_eq!(ask(&service, "/x?anything=at&all", &ours, &[]).await.status, 200);
}
