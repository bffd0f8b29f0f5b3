//! What is published: records, tombstones, some metadata; and that nobody else writes it.

use crate::{
    harness::Settings,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn only_what_changed_gets_a_new_timestamp() {
    let stage = Stage::free().await;
    for id in ["a", "b", "c"] {
        stage.record("owner", id, json!({"n": 1})).await.expect(201);
    }
    stage.ask("owner", "to-sign").await.expect(200);
    let since = stage.clock(DESTINATION).await;
    stage.record("owner", "b", json!({"n": 2})).await.expect(200);
    stage.delete_record("owner", "c").await.expect(200);
    stage.record("owner", "d", json!({"n": 1})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);

    let path = format!("{DESTINATION}/records?_since={since}&_sort=last_modified");
    let changes = stage.service.get("", &path).await.expect(200);
    let changes = changes.body["data"].as_array().unwrap().clone();
    let what: Vec<(&str, bool)> = changes
        .iter()
        .map(|record| (record["id"].as_str().unwrap(), record["deleted"] == true))
        .collect();
    assert_eq!(what, [("b", false), ("c", true), ("d", false)]);
    assert_eq!(stage.clock(DESTINATION).await, changes[2]["last_modified"].as_i64().unwrap());
    assert_eq!(stage.verify(DESTINATION).await, 3);
    assert_eq!(stage.verify(PREVIEW).await, 3);
}

#[tokio::test]
async fn the_source_keeps_its_timestamps() {
    let stage = Stage::free().await;
    stage.record("owner", "a", json!({})).await.expect(201);
    let clock = stage.clock(SOURCE).await;
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.clock(SOURCE).await, clock);
}

#[tokio::test]
async fn an_approval_of_nothing_signs_what_is_there() {
    let stage = Stage::free().await;
    stage.record("owner", "a", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    let clock = stage.clock(DESTINATION).await;
    stage.record("owner", "a", json!({})).await.expect(200);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.clock(DESTINATION).await, clock);
    assert_eq!(stage.verify(DESTINATION).await, 1);
}

#[tokio::test]
async fn without_a_preview_nothing_is_published_for_review() {
    let settings = Settings::default()
        .set("signer.resources", "/buckets/stage -> /buckets/prod")
        .set("signer.to_review_enabled", "true");
    let stage = Stage::with(settings).await;
    stage.record("ed", "r", json!({})).await.expect(201);
    let comment = json!({"last_editor_comment": "kept"});
    stage.service.patch("ed", SOURCE, comment).await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    let source = stage.metadata(SOURCE).await;
    assert_eq!(source["status"], "to-review");
    assert_eq!(source["last_review_request_by"], stage.service.user_id("ed").await);
    assert_eq!(source["last_editor_comment"], "kept");
    stage.ask("eve", "to-sign").await.expect(200);
    assert_eq!(stage.verify(DESTINATION).await, 1);
    stage.service.get("owner", "/buckets/preview").await.expect(403);
}

#[tokio::test]
async fn some_metadata_goes_along() {
    let stage = Stage::free().await;
    let metadata = json!({
        "schema": {"type": "object"}, "sort": "-n", "displayFields": ["n"], "attachment": {"x": 1},
        "flags": ["startup"], "uiSchema": {}, "cache_expires": 7,
    });
    stage.service.patch("owner", SOURCE, metadata.clone()).await.expect(200);
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    for published in [PREVIEW, DESTINATION] {
        let published = stage.metadata(published).await;
        for field in ["schema", "sort", "displayFields", "attachment", "flags"] {
            assert_eq!(published[field], metadata[field], "{field}");
        }
        for field in ["uiSchema", "cache_expires", "status", "last_edit_by", "last_review_by"] {
            assert!(!published.contains_key(field), "{field}");
        }
        assert_eq!(published["signatures"], json!([published["signature"]]));
        assert_eq!(published["signature"]["mode"], "p384ecdsa");
        assert_ne!(published["signature"]["public_key"], Value::Null);
    }
    // Signing again takes it along, too.
    stage.service.patch("owner", SOURCE, json!({"sort": "n"})).await.expect(200);
    assert_eq!(stage.metadata(DESTINATION).await["sort"], "-n");
    stage.ask("owner", "to-resign").await.expect(200);
    assert_eq!(stage.metadata(DESTINATION).await["sort"], "n");
}

#[tokio::test]
async fn everybody_reads_and_nobody_writes() {
    let stage = Stage::reviewed().await;
    stage.publish("r", json!({"n": 1})).await;
    // The owner of the source made these buckets, and even so.
    for published in [PREVIEW, DESTINATION] {
        let path = format!("{published}/records");
        let record = format!("{published}/records/r");
        let anybody = stage.service.get("", &record).await.expect(200);
        assert_eq!(anybody.body["data"]["n"], 1);
        let metadata = stage.service.get("owner", published).await.expect(200);
        assert_eq!(metadata.body["permissions"], json!({}));
        let write = json!({"data": {"id": "x"}});
        for (method, path, body) in [
            (Method::POST, &path, write.clone()),
            (Method::PUT, &format!("{path}/x"), json!({"data": {}})),
            (Method::PUT, &record, json!({"data": {"n": 2}})),
            (Method::PATCH, &record, json!({"data": {"n": 2}})),
            (Method::DELETE, &record, Value::Null),
            (Method::DELETE, &path, Value::Null),
        ] {
            let reply = stage.service.call("owner", method, path, body).await;
            reply.expect_error(403, 121, "Only the signer writes records of this collection.");
        }
        assert_eq!(stage.records(published).await, json!({"r": {"n": 1}}));
        assert_eq!(stage.verify(published).await, 1);
    }
}

#[tokio::test]
async fn nobody_touches_a_signature() {
    let stage = Stage::free().await;
    for (method, data, field) in [
        (Method::PUT, json!({}), "signature"),
        (Method::PATCH, json!({"signature": {"signature": "x"}}), "signature"),
        (Method::PATCH, json!({"signatures": []}), "signatures"),
    ] {
        let body = json!({ "data": data });
        let reply = stage.service.call("owner", method, DESTINATION, body).await;
        reply.expect_error(400, 109, &format!("Cannot change {field}"));
    }
    let new = "/buckets/prod/collections/later";
    let forged = json!({"signature": {"signature": "x"}});
    stage.service.put("owner", new, forged).await.expect_error(400, 109, "Cannot change signature");
    // The rest is free, and survives.
    stage.service.patch("owner", DESTINATION, json!({"title": "news"})).await.expect(200);
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.metadata(DESTINATION).await["title"], "news");
    assert_eq!(stage.verify(DESTINATION).await, 1);
}

#[tokio::test]
async fn destinations_may_be_made_beforehand() {
    let settings = Settings::default();
    let service = settings.start().await;
    for path in ["/buckets/prod", "/buckets/prod/collections/c", "/buckets/stage", SOURCE] {
        service.put("owner", path, json!({})).await.expect(201);
    }
    let stage = Stage { service };
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {}}));
}

#[tokio::test]
async fn a_collection_of_its_own_settings_goes_its_own_way() {
    let resources = "/buckets/stage -> /buckets/prod\n/buckets/stage/collections/c -> /buckets/own/collections/x";
    let stage = Stage::with(Settings::default().set("signer.resources", resources)).await;
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.verify("/buckets/own/collections/x").await, 1);
    stage.service.get("owner", "/buckets/prod").await.expect(403);
    // What its bucket's entry would have made of it is nobody's destination.
    for path in ["/buckets/prod", DESTINATION, &format!("{DESTINATION}/records/r")] {
        stage.service.put("owner", path, json!({})).await.expect(201);
    }
}

#[tokio::test]
async fn history_tells_what_became_of_each_record() {
    let stage = Stage::free().await;
    for id in ["a", "b"] {
        stage.record("owner", id, json!({"n": 1})).await.expect(201);
    }
    stage.ask("owner", "to-sign").await.expect(200);
    stage.record("owner", "a", json!({"n": 2})).await.expect(200);
    stage.delete_record("owner", "b").await.expect(200);
    stage.record("owner", "c", json!({"n": 1})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    let path = "/buckets/prod/history?resource_name=record&_sort=last_modified";
    let history = stage.service.get("owner", path).await.expect(200);
    let told: Vec<(&str, &str)> = history.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap(), entry["record_id"].as_str().unwrap()))
        .collect();
    let first = [("create", "a"), ("create", "b")];
    assert_eq!(told[..2], first);
    assert_eq!(told[2..], [("update", "a"), ("delete", "b"), ("create", "c")]);
}

#[tokio::test]
async fn source_and_destination_may_share_a_bucket() {
    let resources = "/buckets/stage/collections/c -> /buckets/stage/collections/d";
    let stage = Stage::with(Settings::default().set("signer.resources", resources)).await;
    stage.record("owner", "r", json!({"n": 1})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    let destination = "/buckets/stage/collections/d";
    assert_eq!(stage.verify(destination).await, 1);
    let record = format!("{destination}/records/r");
    stage.service.put("owner", &record, json!({})).await.expect(403);
    stage.service.delete("owner", destination).await.expect(403);
    // All of the bucket's collections at once: the source goes, and so may the destination.
    stage.service.delete("owner", "/buckets/stage/collections").await.expect(200);
    stage.service.get("owner", destination).await.expect(404);
}

#[tokio::test]
async fn approved_changes_are_counted() {
    let stage = Stage::free().await;
    for id in ["a", "b"] {
        stage.record("owner", id, json!({})).await.expect(201);
    }
    stage.ask("owner", "to-sign").await.expect(200);
    stage.ask("owner", "to-sign").await.expect(400);
    let url = stage.service.url.replace("/v1", "/metrics");
    let metrics = stage.service.http.get(url).send().await.unwrap().text().await.unwrap();
    let line = r#"plugins_signer_approved_changes_total{bucket="stage",collection="c"} 2"#;
    assert!(metrics.contains(line), "{metrics}");
    assert!(metrics.contains("signer_review_seconds_count 1"), "{metrics}");
    // The new collection's preview and destination, and then both again.
    assert!(metrics.contains("signer_signatures_total 4"), "{metrics}");
}
