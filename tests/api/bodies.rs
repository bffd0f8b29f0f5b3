//! What every call of the public side refuses before it looks at what is said.

use crate::{
    answer::Answer,
    call::{CALLS, Call, SIGN_UP},
    harness::{PUBLIC_URI, Service, Settings},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const SALT: Call = Call("POST", "/salt");

fn calls() -> impl Iterator<Item = Call> {
    std::iter::once(SALT).chain(CALLS)
}

fn json_text(request: RequestBuilder, body: impl Into<reqwest::Body>) -> RequestBuilder {
    request.header("Content-Type", "application/json").body(body)
}

fn malformed() -> (u16, String) {
    (400, "malformed_request".to_owned())
}

/// A call that goes through, but for what a test does to it.
async fn good_body(service: &Service, call: Call) -> Value {
    let ada = service.person("ada@example.org").await;
    match call {
        SALT => json!({ "address": "ada@example.org" }),
        call => ada.body(call, &ada.sign(ada.claims_for(service, call, json!({})))),
    }
}

#[tokio::test]
async fn what_is_not_json_by_its_type() {
    let service = Service::start().await;
    for call in calls() {
        let body = good_body(&service, call).await.to_string();
        let request = || service.public(call.method(), call.1).body(body.clone());
        let none = Answer::to(request()).await;
        assert_eq!(none.problem(), (415, "unsupported_media_type".to_owned()), "{call:?}");
        for media_type in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "json",
            "text/json",
            "multipart/form-data; boundary=application/json",
            "application/ld+json",
        ] {
            let answer = Answer::to(request().header("Content-Type", media_type)).await;
            assert_eq!(answer.problem().0, 415, "{call:?} {media_type}");
        }
        for media_type in ["application/json", "Application/JSON; charset=utf-8"] {
            let answer = Answer::to(request().header("Content-Type", media_type)).await;
            assert_ne!(answer.status, 415, "{call:?} {media_type}");
        }
    }
}

#[tokio::test]
async fn what_is_larger_than_16_kib() {
    let service = Service::start().await;
    for call in calls() {
        let body = good_body(&service, call).await.to_string();
        let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
        let send = async |length: usize| {
            Answer::to(json_text(service.public(call.method(), call.1), padded(length))).await
        };
        assert_ne!(send(16 * 1024).await.status, 413, "{call:?}");
        let answer = send(16 * 1024 + 1).await;
        assert_eq!(answer.problem(), (413, "payload_too_large".to_owned()), "{call:?}");
        assert_eq!(send(17 * 1024).await.status, 413, "{call:?}");
    }
}

#[tokio::test]
async fn what_is_not_the_calls_json() {
    let service = Service::start().await;
    for call in calls() {
        let good = good_body(&service, call).await;
        let text = good.to_string();
        let (name, value) = good.as_object().unwrap().iter().next().unwrap();
        let set = |value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body.to_string()
        };
        let values = Value::Array(good.as_object().unwrap().values().cloned().collect());
        let mut bodies = vec![
            String::new(),
            "null".to_owned(),
            "{}".to_owned(),
            "[]".to_owned(),
            "1".to_owned(),
            "\"text\"".to_owned(),
            "{".to_owned(),
            format!("{text}x"),
            format!("{text}{text}"),
            format!("\u{feff}{text}"),
            format!("[{text}]"),
            values.to_string(),
            "[".repeat(10_000),
            text.replacen('{', r#"{"unknown":1,"#, 1),
            text.replacen('{', &format!("{{\"{name}\":{value},"), 1),
            text.replacen('"', "'", 2),
        ];
        if name != "publicKey" {
            bodies.extend([json!(1), json!(null), json!([value]), json!({ "a": value })].map(set));
        }
        for body in bodies {
            let request = json_text(service.public(call.method(), call.1), body.clone());
            assert_eq!(Answer::to(request).await.problem(), malformed(), "{call:?}: {body:.80}");
        }
        let not_utf8 = [b"{\"address\":\"".as_slice(), &[0xff, 0xfe], b"\"}"].concat();
        let request = json_text(service.public(call.method(), call.1), not_utf8);
        assert_eq!(Answer::to(request).await.problem(), malformed(), "{call:?}");
    }
    let positional =
        json_text(service.public(Method::POST, "/salt"), r#"["ada@example.org",null]"#);
    assert_eq!(Answer::to(positional).await.problem(), malformed());
}

#[tokio::test]
async fn other_methods_and_other_paths() {
    let service = Service::start().await;
    for (path, allowed) in [
        ("/salt", &["POST"][..]),
        ("/signup", &["POST"]),
        ("/confirm", &["GET", "HEAD", "POST"]),
        ("/signature", &["DELETE", "PATCH", "POST"]),
    ] {
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            if allowed.contains(&method) {
                continue;
            }
            let request = service.public(method.parse().unwrap(), path);
            let answer = Answer::to(request.json(&json!({}))).await;
            assert_eq!(answer.problem(), (405, "method_not_allowed".to_owned()), "{method} {path}");
            let mut named: Vec<&str> = answer.header("Allow").split(", ").collect();
            named.sort_unstable();
            assert_eq!(named, allowed, "{path}");
        }
    }
    for path in ["/nothing", "/salt/", "/Salt", "//salt", "/signature/x", "/verify", "/accounts"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = Answer::to(service.public(method, path).json(&json!({}))).await;
            assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
        }
    }
}

/// Row by row the rule is tested with its function; this is that every call is behind it.
#[tokio::test]
async fn what_a_page_of_another_origin_sends() {
    let service = Service::start().await;
    for call in calls() {
        let body = good_body(&service, call).await;
        let request = || service.public(call.method(), call.1).json(&body);
        for (name, value) in [
            ("Origin", "https://notary.example.evil.net"),
            ("Origin", "https://evil.net"),
            ("Origin", "http://notary.example"),
            ("Origin", "null"),
            ("Referer", "https://notary.example.evil.net/confirm"),
            ("Referer", "https://evil.net/https://notary.example"),
        ] {
            let answer = Answer::to(request().header(name, value)).await;
            assert_eq!(answer.problem(), (403, "forbidden_origin".to_owned()), "{call:?} {value}");
            assert_eq!(answer.header("Access-Control-Allow-Origin"), "", "{call:?} {value}");
        }
        for (name, value) in [("Origin", PUBLIC_URI), ("Referer", "https://notary.example/confirm")]
        {
            let answer = Answer::to(request().header(name, value)).await;
            assert_ne!(answer.status, 403, "{call:?} {value}");
            if name == "Origin" {
                assert_eq!(answer.header("Access-Control-Allow-Origin"), PUBLIC_URI, "{call:?}");
            }
        }
        assert_ne!(Answer::to(request()).await.status, 403, "a native client sends neither");
    }
}

#[tokio::test]
async fn where_an_origin_is_required_none_is_forbidden() {
    let service = Settings::default().set("NOTARY_REQUIRE_REFERRER", "true").start().await;
    let body = json!({ "address": "ada@example.org" });
    let answer = service.send(SALT, &body).await;
    assert_eq!(answer.problem(), (403, "forbidden_origin".to_owned()));
    for call in calls() {
        assert_eq!(service.send(call, &body).await.problem().0, 403, "{call:?}");
    }
    let request = service.public(Method::POST, "/salt").header("Origin", PUBLIC_URI).json(&body);
    assert_eq!(Answer::to(request).await.status, 200);
}

#[tokio::test]
async fn a_preflight_is_answered_for_our_origin_alone() {
    let service = Service::start().await;
    let preflight = async |origin: &str| {
        let request = service
            .public(Method::OPTIONS, SIGN_UP.1)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type");
        Answer::to(request).await
    };
    let ours = preflight(PUBLIC_URI).await;
    assert_eq!(ours.header("Access-Control-Allow-Origin"), PUBLIC_URI);
    assert_eq!(ours.header("Access-Control-Allow-Credentials"), "");
    for origin in ["https://evil.net", "null", "https://notary.example.evil.net"] {
        assert_eq!(preflight(origin).await.header("Access-Control-Allow-Origin"), "", "{origin}");
    }
}
