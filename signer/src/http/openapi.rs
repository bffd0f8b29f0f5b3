//! `GET /v1/__api__`: what the service takes and gives (OpenAPI 3.1), made from the table of paths.

use super::routes::{ROUTES, Route};
use serde_json::{Map, Value, json};

const ID_PATTERN: &str = "^[a-zA-Z0-9][a-zA-Z0-9_-]*$";

/// The document, for a service at this base.
pub fn document(base: &str) -> Value {
    let paths: Map<String, Value> =
        ROUTES.iter().map(|route| (route.template.to_owned(), path_item(route))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": env!("CARGO_PKG_NAME"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": base }],
        "security": [{}, { "notary": [] }, { "basicauth": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "notary": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "basicauth": { "type": "http", "scheme": "basic" },
            },
        },
    })
}

fn path_item(route: &Route) -> Value {
    let parameters: Vec<Value> = route
        .template
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            json!({
                "name": name, "in": "path", "required": true,
                "schema": { "type": "string", "pattern": ID_PATTERN },
            })
        })
        .collect();
    let mut item = Map::from_iter([("parameters".to_owned(), parameters.into())]);
    for &method in route.methods.iter().filter(|method| **method != "OPTIONS") {
        item.insert(method.to_ascii_lowercase(), operation(route, method));
    }
    item.into()
}

fn operation(route: &Route, method: &str) -> Value {
    let mut responses = Map::new();
    for status in statuses(route, method) {
        responses.insert((*status).to_owned(), json!({ "description": description(status) }));
    }
    let error = json!({ "schema": { "$ref": "#/components/schemas/Error" } });
    responses.insert(
        "default".to_owned(),
        json!({ "description": "An error", "content": { "application/json": error } }),
    );
    let mut operation =
        json!({ "operationId": operation_id(route, method), "responses": responses });
    if let Some(content) = body(route, method) {
        operation["requestBody"] = json!({ "content": content });
    }
    operation
}

/// `put_buckets_bucket_groups_group`
fn operation_id(route: &Route, method: &str) -> String {
    let words = route.template.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<&str> = std::iter::once(method).chain(words).collect();
    words.join("_").to_ascii_lowercase()
}

fn statuses(route: &Route, method: &str) -> &'static [&'static str] {
    match (method, route.template) {
        ("POST", "/batch") => &["200"],
        ("POST", "/__flush__") => &["202"],
        (_, "/__heartbeat__") => &["200", "503"],
        ("POST" | "PUT", _) => &["200", "201"],
        ("GET" | "HEAD", template) if !template.starts_with("/__") => &["200", "304"],
        _ => &["200"],
    }
}

fn description(status: &str) -> &'static str {
    match status {
        "201" => "It was created",
        "202" => "It was done",
        "304" => "It is as `If-None-Match` says",
        "503" => "Something that is needed is down",
        _ => "As asked",
    }
}

fn body(route: &Route, method: &str) -> Option<Value> {
    let schema =
        |name: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
    match (method, route.template) {
        ("POST", "/__flush__") => None,
        ("POST", "/batch") => Some(json!({ "application/json": schema("Batch") })),
        ("POST" | "PUT", _) => Some(json!({ "application/json": schema("Object") })),
        ("PATCH", _) => Some(json!({
            "application/json": schema("Object"),
            "application/merge-patch+json": schema("Object"),
            "application/json-patch+json": schema("JsonPatch"),
        })),
        _ => None,
    }
}

fn schemas() -> Value {
    let request = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "method": { "enum": ["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"] },
            "path": { "type": "string", "pattern": "^/" },
            "headers": { "type": "object", "additionalProperties": { "type": "string" } },
            "body": { "type": "object" },
        },
    });
    json!({
        "Object": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "data": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string", "pattern": ID_PATTERN },
                        "last_modified": { "type": "integer" },
                    },
                },
                "permissions": {
                    "type": "object",
                    "additionalProperties": { "type": "array", "items": { "type": "string" } },
                },
            },
        },
        "JsonPatch": { "type": "array", "items": { "type": "object", "required": ["op", "path"] } },
        "Batch": {
            "type": "object",
            "additionalProperties": false,
            "required": ["requests"],
            "properties": { "defaults": request, "requests": { "type": "array", "items": request } },
        },
        "Error": {
            "type": "object",
            "required": ["code", "errno", "error"],
            "properties": {
                "code": { "type": "integer" },
                "errno": { "type": "integer" },
                "error": { "type": "string" },
                "message": { "type": "string" },
                "details": {},
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_document_has_what_the_table_has_and_nothing_else() {
        let document = document("https://signer.example/v1");
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), ROUTES.len());
        let mut ids = HashSet::new();
        for route in ROUTES {
            let item = paths[route.template].as_object().unwrap();
            let methods: HashSet<String> = item
                .keys()
                .filter(|key| *key != "parameters")
                .map(|key| key.to_ascii_uppercase())
                .collect();
            let expected = route.methods.iter().filter(|method| **method != "OPTIONS");
            assert_eq!(methods, expected.map(|&method| method.to_owned()).collect());
            for (_, operation) in item.iter().filter(|(key, _)| *key != "parameters") {
                assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()));
            }
            let braces = route.template.matches('{').count();
            assert_eq!(item["parameters"].as_array().unwrap().len(), braces);
        }
    }

    #[test]
    fn references_lead_somewhere() {
        let document = document("https://signer.example/v1");
        let text = document.to_string();
        let mut found = 0;
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            found += 1;
        }
        assert!(found > ROUTES.len());
    }
}
