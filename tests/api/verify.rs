//! `GET /verify`.

use crate::{
    answer::Answer,
    harness::{PUBLIC_URI, Person, Service, Settings},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use notary_sdk::digest;
use reqwest::Method;
use serde_json::{Value, json};

const APP: &str = "https://app.example";

/// The compact form of exactly these texts.
fn compact(person: &Person, header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|text| URL_SAFE_NO_PAD.encode(text));
    let signature =
        URL_SAFE_NO_PAD.encode(person.key.sign(format!("{header}.{claims}").as_bytes()));
    format!("{header}.{claims}.{signature}")
}

/// Claims that `GET /verify` takes, and these.
pub fn claims(service: &Service, person: &Person, more: Value) -> Value {
    let now = service.clock.now();
    let mut claims =
        json!({ "sub": person.address, "aud": PUBLIC_URI, "iat": now, "exp": now + 60 });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn ask(service: &Service, query: &str, jwt: &str) -> Answer {
    Answer::to(service.admin(Method::GET, &format!("/verify?{query}")).bearer_auth(jwt)).await
}

#[tokio::test]
async fn the_body_is_the_claims_byte_for_byte_and_the_headers_tell_whose_key_it_was() {
    let service = Service::start().await;
    let ada = service.member("Ada@Bücher.example").await;
    let now = service.clock.now();
    let payload = format!(
        "\n{{ \"sub\" :\t\"ADA@b\\u00fccher.example\" , \"aud\":\"https:\\/\\/app.example\",\
         \"iat\":{now}.25,\"exp\":{}e1, \"\\u006e\\ud83d\\ude00\":[1.0,1e2,{{}}],\"z\":1,\"a\":null}} ",
        (now + 60) / 10
    );
    let header = format!("{{ \"kid\":\"{}\",\"alg\":\"ES384\"}}", ada.kid);
    let answer = ask(&service, "aud=https://app.example", &compact(&ada, &header, &payload)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(String::from_utf8(answer.body.clone()).unwrap(), payload);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("notary-address"), "ada@xn--bcher-kva.example");
    assert_eq!(answer.header("notary-kid"), ada.kid);
    let thumbprint = URL_SAFE_NO_PAD.encode(ada.key.public().thumbprint());
    assert_eq!(answer.header("notary-key-thumbprint"), thumbprint);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_malformed_jwt_is_422_before_anybody_is_looked_for() {
    let service = Service::start().await;
    let ada = service.person("ada@example.org").await;
    let good = ada.token(&service, PUBLIC_URI);
    let (kid, claims) = (&ada.kid, claims(&service, &ada, json!({})).to_string());
    let header = |text: String| compact(&ada, &text, &claims);
    let payload = |text: &str| compact(&ada, &format!(r#"{{"alg":"ES384","kid":"{kid}"}}"#), text);
    for jwt in [
        "x".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        format!("{good}."),
        format!("{good}="),
        good.rsplit_once('.').unwrap().0.to_owned(),
        good[..good.len() - 2].to_owned(),
        header(format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#)),
        header(format!(r#"{{"alg":"none","kid":"{kid}"}}"#)),
        header(format!(r#"{{"alg":"es384","kid":"{kid}"}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{kid}","kid":"{kid}"}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{kid}","crit":[]}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{kid}","b64":true}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{kid}","jku":"https://evil.example"}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{kid}","typ":"at+jwt"}}"#)),
        header(format!(r#"{{"alg":"ES384","kid":"{}"}}"#, kid.to_uppercase())),
        header(r#"{"alg":"ES384","kid":"' OR 1=1 --"}"#.to_owned()),
        header(r#"{"alg":"ES384"}"#.to_owned()),
        header("[]".to_owned()),
        payload("[]"),
        payload("{"),
        payload(r#"{"sub":"a","sub":"b"}"#),
        payload(r#"{"x":{"y":1,"y":2}}"#),
    ] {
        let answer = ask(&service, "", &jwt).await;
        assert_eq!(answer.problem(), (422, "malformed".to_owned()), "{jwt}");
    }
    assert_eq!(ask(&service, "", &good).await.problem(), (404, "not_active".to_owned()));
}

#[tokio::test]
async fn authorization_must_be_one_bearer_token() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    let ask = |lines: Vec<String>| {
        let request = service.admin(Method::GET, "/verify");
        let request = lines.into_iter().fold(request, |r, line| r.header("Authorization", line));
        async { Answer::to(request).await }
    };
    for lines in [
        vec![],
        vec![String::new()],
        vec!["Bearer".to_owned()],
        vec!["Bearer ".to_owned()],
        vec![format!("Basic {jwt}")],
        vec![format!("DPoP {jwt}")],
        vec![jwt.clone()],
        vec![format!("Bearer {jwt} {jwt}")],
        vec![format!("Bearer {jwt}"), format!("Bearer {jwt}")],
        vec!["Basic eDp5".to_owned(), format!("Bearer {jwt}")],
    ] {
        assert_eq!(ask(lines.clone()).await.problem_of(422), "malformed", "{lines:?}");
    }
    for line in [format!("bearer {jwt}"), format!("BEARER   {jwt}")] {
        assert_eq!(ask(vec![line.clone()]).await.status, 200, "{line}");
    }
}

#[tokio::test]
async fn no_active_key_is_404_before_signature_and_claims() {
    let service = Service::start().await;
    let client = service.client();
    let never = service.person("never@example.org").await;
    let pending = service.person("pending@example.org").await;
    client.sign_up(&pending).await.unwrap();
    let disabled = service.member("disabled@example.org").await;
    client.disable(&disabled).await.unwrap();
    let mallory = service.person("mallory@example.org").await;
    for person in [&never, &pending, &disabled] {
        let expired = person.sign(claims(&service, person, json!({ "exp": 1, "iat": 0 })));
        let header = format!(r#"{{"alg":"ES384","kid":"{}"}}"#, person.kid);
        let forged = compact(&mallory, &header, &claims(&service, person, json!({})).to_string());
        for jwt in [person.token(&service, PUBLIC_URI), expired, forged] {
            let answer = ask(&service, "", &jwt).await;
            assert_eq!(answer.problem_of(404), "not_active", "{}", person.address);
        }
    }
}

#[tokio::test]
async fn every_other_fault_is_422_and_named() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.member("bob@example.org").await;
    let now = service.clock.now();
    for (more, query, expected) in [
        (json!({}), "", "ok"),
        (json!({ "exp": now - 29, "iat": now - 60 }), "", "ok"),
        (json!({ "exp": now - 30, "iat": now - 60 }), "", "expired"),
        (json!({ "exp": now + 90, "iat": now + 30 }), "", "ok"),
        (json!({ "exp": now + 90, "iat": now + 31 }), "", "not_yet_valid"),
        (json!({ "nbf": now + 30 }), "", "ok"),
        (json!({ "nbf": now + 31 }), "", "not_yet_valid"),
        (json!({ "exp": now + 3_600 }), "", "ok"),
        (json!({ "exp": now + 3_601 }), "", "lifetime"),
        (json!({ "exp": now }), "", "lifetime"),
        (json!({ "exp": now - 1 }), "", "lifetime"),
        (json!({ "aud": APP }), "", "audience"),
        (json!({ "aud": format!("{PUBLIC_URI}/") }), "", "audience"),
        (json!({ "aud": [PUBLIC_URI] }), "", "claim"),
        (json!({ "aud": null }), "", "claim"),
        (json!({ "sub": bob.address }), "", "subject"),
        (json!({ "sub": "nobody" }), "", "claim"),
        (json!({ "sub": 1 }), "", "claim"),
        (json!({ "iat": null }), "", "claim"),
        (json!({ "exp": "soon" }), "", "claim"),
        (json!({ "exp": u64::MAX }), "", "claim"),
        (json!({ "nbf": -1 }), "", "claim"),
        (json!({}), "method=GET", "binding"),
        (json!({}), "uri=https://app.example/x", "binding"),
        (json!({}), "digest=sha-256=:x:", "binding"),
        (json!({ "token": "x" }), "", "not_for_services"),
        (json!({ "token": null }), "", "not_for_services"),
        (json!({ "htu": format!("{PUBLIC_URI}/signup") }), "", "not_for_services"),
        (json!({ "htu": format!("{PUBLIC_URI}/confirm") }), "", "not_for_services"),
        (json!({ "htu": format!("{PUBLIC_URI}/signature") }), "", "not_for_services"),
        (json!({ "htu": format!("{PUBLIC_URI}/elsewhere") }), "", "ok"),
    ] {
        let answer = ask(&service, query, &ada.sign(claims(&service, &ada, more.clone()))).await;
        let outcome = if answer.status == 200 { "ok".to_owned() } else { answer.problem_of(422) };
        assert_eq!(outcome, expected, "{more} {query}");
    }
}

#[tokio::test]
async fn another_account_s_signature_is_refused() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.member("bob@example.org").await;
    let header = format!(r#"{{"alg":"ES384","kid":"{}"}}"#, ada.kid);
    let forged = compact(&bob, &header, &claims(&service, &ada, json!({})).to_string());
    assert_eq!(ask(&service, "", &forged).await.problem_of(422), "signature");
    let own_kid = bob.sign(claims(&service, &ada, json!({})));
    assert_eq!(ask(&service, "", &own_kid).await.problem_of(422), "subject");
    let good = ada.token(&service, PUBLIC_URI);
    let zeros = URL_SAFE_NO_PAD.encode([0; 96]);
    let psychic = format!("{}.{zeros}", good.rsplit_once('.').unwrap().0);
    assert_eq!(ask(&service, "", &psychic).await.problem_of(422), "signature");
}

#[tokio::test]
async fn any_named_audience_will_do_and_naming_some_replaces_the_default() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let (ours, apps) = (ada.token(&service, PUBLIC_URI), ada.token(&service, APP));
    for (query, jwt, ok) in [
        ("", &ours, true),
        ("", &apps, false),
        ("aud=https://app.example", &apps, true),
        ("aud=https%3A%2F%2Fapp.example", &apps, true),
        ("aud=https://app.example", &ours, false),
        ("aud=https://other.example&aud=https://app.example", &apps, true),
        ("aud=https://app.example/", &apps, false),
        ("aud=https://APP.example", &apps, false),
        ("aud=", &apps, false),
    ] {
        let answer = ask(&service, query, jwt).await;
        assert_eq!(answer.status == 200, ok, "{query}");
        assert!(ok || answer.problem_of(422) == "audience", "{query}");
    }
}

#[tokio::test]
async fn a_bound_jwt_must_be_bound_to_what_the_query_names() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let body = digest(b"{}");
    let bound = json!({ "htm": "POST", "htu": "https://app.example/pay", "digest": body });
    let jwt = ada.sign(claims(&service, &ada, bound));
    let encoded: String = url::form_urlencoded::byte_serialize(body.as_bytes()).collect();
    for (query, ok) in [
        (String::new(), true),
        ("method=POST".to_owned(), true),
        ("method=post".to_owned(), false),
        ("method=GET".to_owned(), false),
        ("method=".to_owned(), false),
        ("uri=https://app.example/pay".to_owned(), true),
        ("uri=https://app.example/pay/".to_owned(), false),
        ("uri=https://app.example/pay?x".to_owned(), false),
        (format!("digest={encoded}"), true),
        ("digest=sha-256=:AAAA:".to_owned(), false),
        (format!("method=POST&uri=https://app.example/pay&digest={encoded}"), true),
        ("method=POST&uri=https://app.example/get".to_owned(), false),
    ] {
        let answer = ask(&service, &query, &jwt).await;
        assert_eq!(answer.status == 200, ok, "{query}");
        assert!(ok || answer.problem_of(422) == "binding", "{query}");
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, PUBLIC_URI);
    for query in
        ["audience=x", "AUD=x", "x", "method=GET&method=POST", "uri=a&uri=a", "binding=required"]
    {
        let answer = ask(&service, query, &jwt).await;
        assert_eq!(answer.problem_of(400), "malformed_request", "{query}");
    }
    assert_eq!(ask(&service, "", &jwt).await.status, 200);
}

#[tokio::test]
async fn the_longest_life_is_the_operator_s_to_set() {
    let service = Settings::default().set("NOTARY_TOKEN_MAX_AGE", "5m").start().await;
    let ada = service.member("ada@example.org").await;
    let now = service.clock.now();
    let lasting = |seconds: i64| ada.sign(claims(&service, &ada, json!({ "exp": now + seconds })));
    assert_eq!(ask(&service, "", &lasting(300)).await.status, 200);
    assert_eq!(ask(&service, "", &lasting(301)).await.problem_of(422), "lifetime");
}

#[tokio::test]
async fn ten_kilobytes_of_claims_are_fine() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let claims = claims(&service, &ada, json!({ "padding": "x".repeat(10_000) }));
    let answer = ask(&service, "", &ada.sign(claims.clone())).await;
    assert_eq!((answer.status, answer.json()), (200, claims));
}
