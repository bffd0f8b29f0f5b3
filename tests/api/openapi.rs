//! `GET /openapi.json`: it says what is there, and nothing else.

use crate::{
    answer::Answer,
    harness::{Person, Service},
};
use notary::http::{
    admin, public,
    route::{Guard, Route},
};
use notary_sdk::Jwk;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What people look at is no API.
const PAGES: [&str; 4] = ["/", "/confirm", "/app/{page}", "/assets/{file}"];

async fn documents(service: &Service) -> [(Value, &'static [Route]); 2] {
    let public = Answer::to(service.public(Method::GET, "/openapi.json")).await.json();
    let admin = Answer::to(service.admin(Method::GET, "/openapi.json")).await.json();
    [(public, public::ROUTES), (admin, admin::ROUTES)]
}

/// Method and path as the document spells them: names in braces without their patterns.
fn documented(route: &Route) -> (String, String) {
    let method = route.method.as_ref().unwrap_or(&actix_web::http::Method::GET);
    let path = match route.path.split_once(':') {
        Some((name, _)) => format!("{name}}}"),
        None => route.path.to_owned(),
    };
    (method.as_str().to_lowercase(), path)
}

fn is_page(route: &Route) -> bool {
    let (method, path) = documented(route);
    method == "get" && PAGES.contains(&path.as_str())
}

/// Every operation: method, path and what is said about it.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (method.clone(), path.clone(), operation))
    });
    operations.collect()
}

/// Calls `look` with every value below this one.
fn walk<'v>(value: &'v Value, look: &mut impl FnMut(&'v Value)) {
    look(value);
    match value {
        Value::Object(members) => members.values().for_each(|value| walk(value, look)),
        Value::Array(items) => items.iter().for_each(|value| walk(value, look)),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_is_in_its_listener_s_document_and_nothing_else_is() {
    let service = Service::start().await;
    for (document, routes) in documents(&service).await {
        let served: BTreeSet<_> =
            routes.iter().filter(|route| !is_page(route)).map(documented).collect();
        let described: BTreeSet<_> =
            operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
        assert_eq!(described, served);
    }
    let pages = public::ROUTES.iter().filter(|route| is_page(route)).count();
    assert_eq!(pages, PAGES.len(), "every exception is needed");
}

#[tokio::test]
async fn it_is_a_document_of_openapi_3_1() {
    let service = Service::start().await;
    for (document, _) in documents(&service).await {
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
        assert!(document["info"]["version"].is_string() && document["info"]["title"].is_string());
        let mut names = BTreeSet::new();
        for (method, path, operation) in operations(&document) {
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let in_path = parameters.clone().filter(|parameter| parameter["in"] == "path");
            let places = ["path", "query", "header"].map(Value::from);
            for parameter in parameters.clone() {
                assert!(places.contains(&parameter["in"]) && parameter["schema"].is_object());
            }
            for parameter in in_path.clone() {
                assert!(path.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap())));
                assert_eq!(parameter["required"], true);
            }
            assert_eq!(in_path.count(), path.matches('{').count(), "{path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(response["description"].is_string(), "{method} {path} {status}");
            }
        }
        walk(&document, &mut |value| {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
            let target = document.pointer(reference.strip_prefix('#').unwrap());
            assert!(target.is_some(), "{reference}");
        });
    }
}

#[tokio::test]
async fn it_says_where_the_secret_is_needed_and_what_problems_look_like() {
    let service = Service::start().await;
    for (document, routes) in documents(&service).await {
        for (method, path, operation) in operations(&document) {
            let mut routes = routes.iter();
            let named = (method.clone(), path.clone());
            let route = routes.find(|route| documented(route) == named).unwrap();
            let guarded = matches!(route.guard, Guard::Secret | Guard::Own);
            assert_eq!(operation.get("security").is_some(), guarded, "{path}");
            let problems = &operation["responses"]["4XX"]["content"];
            let schema = &problems["application/problem+json"]["schema"]["$ref"];
            let expected = json!("#/components/schemas/ProblemBody");
            assert_eq!(*schema == expected, route.guard != Guard::Open, "{method} {path}");
        }
    }
    let [_, (admin, _)] = documents(&service).await;
    let schemes = &admin["components"]["securitySchemes"];
    assert_eq!(schemes["adminSecret"]["name"], "Notary-Admin-Secret");
    assert_eq!(schemes["jwt"]["bearerFormat"], "JWT");
    assert_eq!(schemes["basic"]["scheme"], "basic");
    assert_eq!(schemes["bearer"]["scheme"], "bearer");
}

/// Whether a value is what a schema says: types, required members, and no member that it does not
/// know.
fn fits(value: &Value, schema: &Value, document: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return fits(value, target, document);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().any(|choice| fits(value, choice, document));
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    let fits_type = match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        // A schema without a type takes anything.
        _ => true,
    };
    let members = match (value, schema["properties"].as_object()) {
        (Value::Object(members), Some(known)) => {
            let required = schema["required"].as_array().into_iter().flatten();
            required.into_iter().all(|name| members.contains_key(name.as_str().unwrap()))
                && members.iter().all(|(name, member)| {
                    known.get(name).is_some_and(|schema| fits(member, schema, document))
                })
        }
        _ => true,
    };
    let items = value.as_array().into_iter().flatten();
    fits_type && members && items.into_iter().all(|item| fits(item, &schema["items"], document))
}

/// The answer is one that the document describes.
async fn conforms(document: &Value, path: &str, request: RequestBuilder, status: u16) -> Value {
    let method = request.try_clone().unwrap().build().unwrap().method().as_str().to_lowercase();
    let answer = Answer::to(request).await;
    assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
    let responses = &document["paths"][path][&method]["responses"];
    let range = format!("{}XX", status / 100);
    let response = responses.get(status.to_string()).unwrap_or(&responses[&range]);
    assert!(!response.is_null(), "{method} {path} does not say {status}");
    let Some(content) = response.get("content") else {
        assert!(answer.body.is_empty(), "{method} {path}");
        return Value::Null;
    };
    let media_type = answer.header("content-type");
    let schema = &content[media_type]["schema"];
    assert!(!schema.is_null(), "{method} {path} does not say {media_type}: {content}");
    let body = answer.json();
    assert!(fits(&body, schema, document), "{method} {path}: {body} is not {schema}");
    body
}

fn with_key(person: &Person, claims: Value) -> Value {
    json!({ "jwt": person.sign(claims), "publicKey": Jwk::new(&person.key.public(), &person.kid) })
}

#[tokio::test]
async fn answers_are_what_it_says() {
    let service = Service::start().await;
    let [(public, _), (admin, _)] = documents(&service).await;
    let ada = service.person("ada@example.org").await;
    let call = |method: Method, path: &str, body: Value| service.public(method, path).json(&body);
    let claims = |method: &str, path: &str| ada.claims(&service, method, path);

    conforms(&public, "/salt", call(Method::POST, "/salt", json!({ "address": "a@b.cd" })), 200)
        .await;
    let body = with_key(&ada, claims("POST", "/signup"));
    conforms(&public, "/signup", call(Method::POST, "/signup", body), 202).await;
    let mut confirming = claims("POST", "/confirm");
    confirming["token"] = json!(service.token_for(&ada.address, 1).await);
    let body = json!({ "jwt": ada.sign(confirming) });
    conforms(&public, "/confirm", call(Method::POST, "/confirm", body.clone()), 200).await;
    conforms(&public, "/confirm", call(Method::POST, "/confirm", body), 400).await;
    let body = json!({ "jwt": ada.sign(claims("POST", "/signature")) });
    conforms(&public, "/signature", call(Method::POST, "/signature", body), 200).await;
    let body = with_key(&ada, claims("PATCH", "/signature"));
    conforms(&public, "/signature", call(Method::PATCH, "/signature", body), 202).await;
    for path in ["/.well-known/notary", "/readyz"] {
        conforms(&public, path, service.public(Method::GET, path), 200).await;
    }

    notary::flow::block::ip(&service.core, "203.0.113.7".parse().unwrap()).await;
    let path = format!("/accounts/{}", ada.kid);
    conforms(&admin, "/accounts/{kid}", service.admin(Method::GET, &path), 200).await;
    let kid = "/accounts/x";
    conforms(&admin, "/accounts/{kid}", service.admin(Method::GET, kid), 404).await;
    for path in ["/accounts", "/blocks", "/readyz"] {
        let body = conforms(&admin, path, service.admin(Method::GET, path), 200).await;
        assert!(!body.as_object().unwrap().is_empty(), "{path}");
    }
    crate::sql::until(&service.db, "SELECT count(*) >= 3 FROM events").await;
    conforms(&admin, "/events", service.admin(Method::GET, "/events"), 200).await;
    let jwt = ada.token(&service, crate::harness::PUBLIC_URI);
    conforms(&admin, "/verify", service.verify(&jwt), 200).await;
    conforms(&admin, "/verify", service.verify("x"), 422).await;
    let introspect = service.admin(Method::POST, "/introspect").form(&[("token", &jwt)]);
    conforms(&admin, "/introspect", introspect, 200).await;
    let disable = service.admin(Method::DELETE, "/signature").json(&json!({ "kid": ada.kid }));
    conforms(&admin, "/signature", disable, 204).await;
    conforms(&admin, "/verify", service.verify(&jwt), 404).await;
    let lift = service.admin(Method::DELETE, "/blocks/203.0.113.7");
    conforms(&admin, "/blocks/{ip}", lift, 204).await;
}
