//! Headers of answers, and the origins that may call.

use crate::{
    answer::Answer,
    harness::{PUBLIC_URI, Service, Settings},
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

const SHOP: &str = "https://shop.example:8443";
const STRANGERS: [&str; 8] = [
    "null",
    "https://notary.example.evil.net",
    "https://evil.net",
    "http://notary.example",
    "https://notary.example:8443",
    "https://notary.example/",
    "https://shop.example",
    "*",
];

fn salt(service: &Service) -> RequestBuilder {
    service.public(Method::POST, "/salt").json(&json!({ "address": "ada@example.org" }))
}

async fn with_shop() -> Service {
    Settings::default().set("NOTARY_ALLOWED_ORIGINS", SHOP).start().await
}

#[tokio::test]
async fn every_answer_is_not_to_be_sniffed_nor_stored_and_has_an_id() {
    let service = Service::start().await;
    let get = |path| service.public(Method::GET, path);
    let mut ids = std::collections::BTreeSet::new();
    for (request, status) in [
        (get("/"), 200),
        (get("/confirm"), 200),
        (get("/healthz"), 200),
        (get("/nowhere"), 404),
        (get("/salt"), 405),
        (salt(&service), 200),
        (salt(&service).header("Origin", "null"), 403),
        (service.public(Method::POST, "/signup").json(&json!({})), 400),
        (service.public(Method::POST, "/signup").body("x"), 415),
        (service.admin(Method::GET, "/accounts"), 200),
        (service.admin(Method::GET, "/events"), 200),
        (service.admin(Method::GET, "/metrics"), 200),
        (service.admin(Method::GET, "/verify"), 422),
        (service.http.get(format!("http://{}/verify", service.admin)), 401),
    ] {
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(ids.insert(answer.header("x-request-id").to_owned()), "an id of its own");
        assert_eq!(answer.header("server"), "");
    }
    assert!(!ids.contains(""));
}

#[tokio::test]
async fn pages_allow_their_own_scripts_and_nothing_else() {
    let service = Service::start().await;
    for path in ["/", "/confirm"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = Answer::to(service.public(method, path)).await;
            let policy = answer.header("content-security-policy");
            let mut rules: Vec<_> = policy.split("; ").collect();
            rules.sort_unstable();
            assert_eq!(
                rules,
                [
                    "base-uri 'none'",
                    "connect-src 'self'",
                    "default-src 'none'",
                    "form-action 'none'",
                    "frame-ancestors 'none'",
                    "img-src 'self'",
                    "script-src 'self' 'wasm-unsafe-eval'",
                    "style-src 'self'",
                    "worker-src 'self'",
                ]
            );
            assert_eq!(answer.header("referrer-policy"), "same-origin");
        }
    }
    for path in ["/app/nothing", "/app/..%2findex", "/assets/nothing.js", "/assets/../index.html"] {
        let answer = Answer::to(service.public(Method::GET, path)).await;
        assert_eq!(answer.problem_of(404), "not_found", "{path}");
    }
}

#[tokio::test]
async fn cors_names_the_allowed_origins_and_no_other() {
    let service = with_shop().await;
    for origin in [PUBLIC_URI, SHOP] {
        let answer = Answer::to(salt(&service).header("Origin", origin)).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, origin));
        assert!(answer.header("vary").to_lowercase().contains("origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["retry-after", "ratelimit", "ratelimit-policy", "x-request-id"] {
            assert!(exposed.split(", ").any(|exposed| exposed.trim() == name), "{exposed}");
        }
    }
    // An allowed origin can read what it did wrong.
    let refused = service.public(Method::POST, "/salt").json(&json!({})).header("Origin", SHOP);
    let refused = Answer::to(refused).await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (400, SHOP));
    for origin in STRANGERS {
        let answer = Answer::to(salt(&service).header("Origin", origin)).await;
        assert_eq!(answer.problem_of(403), "forbidden_origin", "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn a_preflight_allows_what_the_protocol_needs_to_those_who_may_call() {
    let service = with_shop().await;
    let preflight = |origin: &str, method: &str, header: &str| {
        service
            .public(Method::OPTIONS, "/signature")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", header)
    };
    for origin in [PUBLIC_URI, SHOP] {
        for method in ["POST", "PATCH", "DELETE"] {
            let answer = Answer::to(preflight(origin, method, "content-type")).await;
            assert_eq!(answer.status, 200, "{method}");
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert!(answer.header("access-control-allow-methods").contains(method));
            let headers = answer.header("access-control-allow-headers").to_lowercase();
            assert_eq!(headers, "content-type");
        }
    }
    for origin in STRANGERS {
        let answer = Answer::to(preflight(origin, "POST", "content-type")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
    for (method, header) in [("PUT", "content-type"), ("POST", "notary-admin-secret")] {
        let answer = Answer::to(preflight(SHOP, method, header)).await;
        assert!(!(200..300).contains(&answer.status), "{method} {header}");
    }
}

#[tokio::test]
async fn the_admin_listener_speaks_to_no_browser() {
    let service = with_shop().await;
    for origin in [PUBLIC_URI, SHOP] {
        let request = service.admin(Method::GET, "/accounts").header("Origin", origin);
        assert_eq!(Answer::to(request).await.header("access-control-allow-origin"), "");
        let preflight = service.admin(Method::OPTIONS, "/accounts").header("Origin", origin);
        let preflight = preflight.header("Access-Control-Request-Method", "GET");
        assert_eq!(Answer::to(preflight).await.problem_of(405), "method_not_allowed");
    }
}

#[tokio::test]
async fn origin_decides_or_else_referer_and_both_may_be_missing_unless_one_is_required() {
    for (required, bare) in [("false", 200), ("true", 403)] {
        let service = Settings::default().set("NOTARY_REQUIRE_REFERRER", required).start().await;
        assert_eq!(Answer::to(salt(&service)).await.status, bare);
        let own = format!("{PUBLIC_URI}/confirm");
        for (headers, status) in [
            (vec![("Origin", PUBLIC_URI)], 200),
            (vec![("Referer", own.as_str())], 200),
            (vec![("Origin", "null"), ("Referer", own.as_str())], 403),
            (vec![("Origin", PUBLIC_URI), ("Referer", "https://evil.net/")], 200),
            (vec![("Referer", "https://notary.example.evil.net/")], 403),
            (vec![("Referer", "https://evil.net/?https://notary.example/")], 403),
            (vec![("Referer", "https://notary.example@evil.net/")], 403),
            (vec![("Referer", "")], 403),
            (vec![("Origin", "")], 403),
            (vec![("Origin", PUBLIC_URI), ("Origin", "https://evil.net")], 403),
            (vec![("Origin", "https://evil.net"), ("Origin", PUBLIC_URI)], 403),
        ] {
            let request = salt(&service);
            let request = headers.iter().fold(request, |r, (name, value)| r.header(*name, *value));
            assert_eq!(Answer::to(request).await.status, status, "{headers:?}");
        }
        // What changes nothing is for everybody.
        for path in ["/", "/confirm", "/.well-known/notary", "/healthz"] {
            let request = service.public(Method::GET, path).header("Origin", "https://evil.net");
            assert_eq!(Answer::to(request).await.status, 200, "{path}");
        }
    }
}
