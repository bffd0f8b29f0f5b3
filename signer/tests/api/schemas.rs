//! Schemas that collections and buckets set for their objects.

use crate::harness::{Service, Settings};
use reqwest::Method;
use serde_json::{Value, json};

const BUCKET: &str = "/buckets/b";
const COLLECTION: &str = "/buckets/b/collections/c";
const RECORDS: &str = "/buckets/b/collections/c/records";

async fn started(bucket: Value, collection: Value) -> Service {
    let settings = Settings::default();
    let settings = settings.set("kinto.experimental_collection_schema_validation", "true");
    let service = settings.start().await;
    service.put("alice", BUCKET, bucket).await.expect(201);
    service.put("alice", COLLECTION, collection).await.expect(201);
    service
}

#[tokio::test]
async fn records_have_to_fit_and_say_which_version_they_fit() {
    let schema = json!({"required": ["title"], "properties": {"title": {"type": "string"}}});
    let service = started(json!({}), json!({ "schema": schema })).await;
    let version = service.get("alice", COLLECTION).await.etag();
    let missing = "\"title\" is a required property";
    let refused = service.post("alice", RECORDS, json!({"n": 1})).await;
    let refused = refused.expect_error(400, 107, missing);
    assert_eq!(refused.body["details"][0]["name"], "title");
    let record = format!("{RECORDS}/r");
    let written = service.put("alice", &record, json!({"title": "a", "schema": 7})).await;
    assert_eq!(written.expect(201).body["data"]["schema"], version);
    let wrong = "title in body: 1 is not of type \"string\"";
    service.patch("alice", &record, json!({"title": 1})).await.expect_error(400, 107, wrong);
    let removal = json!([{"op": "remove", "path": "/data/title"}]);
    let request = service.request(Method::PATCH, &record, "alice");
    let request = request.header("Content-Type", "application/json-patch+json");
    crate::harness::service::reply(request.body(removal.to_string()))
        .await
        .expect_error(400, 107, missing);
    let looser = json!({"schema": {"required": ["n"]}});
    let changed = service.patch("alice", COLLECTION, looser).await.expect(200).etag();
    let again = service.patch("alice", &record, json!({"n": 1})).await.expect(200);
    assert_eq!(again.body["data"]["schema"], changed);
}

#[tokio::test]
async fn a_bucket_sets_schemas_for_all_that_is_in_it() {
    let bucket = json!({
        "record:schema": {"required": ["r"]},
        "group:schema": {"properties": {"members": {"maxItems": 1}}},
        "collection:schema": {"properties": {"sort": {"type": "string"}}},
    });
    let service = started(bucket, json!({"sort": "-n"})).await;
    service.post("alice", RECORDS, json!({})).await.expect_error(400, 107, "\"r\" is a required");
    let record = service.post("alice", RECORDS, json!({"r": 1})).await.expect(201);
    assert_eq!(record.body["data"].get("schema"), None, "the collection has none");
    service.patch("alice", COLLECTION, json!({"sort": 1})).await.expect_error(400, 107, "sort in");
    let group = json!({"members": ["a", "b"]});
    let group = service.put("alice", "/buckets/b/groups/g", group).await;
    group.expect_error(400, 107, "members in body");
}

#[tokio::test]
async fn what_is_no_schema_is_not_stored() {
    let service = started(json!({}), json!({})).await;
    for (path, field) in [(COLLECTION, "schema"), (BUCKET, "record:schema")] {
        for bad in [json!({"type": "foo"}), json!(1), json!(null)] {
            for (method, prefix) in [(Method::PUT, "data."), (Method::PATCH, "")] {
                let body = json!({"data": {field: bad}});
                let refused = service.call("alice", method, path, body).await.expect(400);
                assert_eq!(refused.body["details"][0]["name"], format!("{prefix}{field}"));
            }
        }
    }
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_told_when_it_is_followed() {
    for outside in ["#/definitions/no", "http://127.0.0.1:1/x", "file:///etc/hostname"] {
        let service = started(json!({}), json!({"schema": {"$ref": outside}})).await;
        let refused = service.post("alice", RECORDS, json!({})).await.expect(400);
        assert_eq!(refused.body["details"][0]["name"], "schema", "{outside}");
    }
}
