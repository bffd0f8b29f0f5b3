//! `to-rollback`: source and preview become what the destination is.

use crate::stage::{DESTINATION, PREVIEW, SOURCE, Stage};
use serde_json::json;

#[tokio::test]
async fn everything_is_as_approved_last() {
    let stage = Stage::reviewed().await;
    for id in ["changed", "deleted", "kept"] {
        stage.record("ed", id, json!({"n": 1})).await.expect(201);
    }
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect(200);
    let approved = stage.records(DESTINATION).await;
    let clock = stage.clock(DESTINATION).await;

    stage.record("ed", "changed", json!({"n": 2})).await.expect(200);
    stage.delete_record("ed", "deleted").await.expect(200);
    stage.record("ed", "new", json!({"n": 1})).await.expect(201);
    let asked = json!({"status": "to-review", "last_editor_comment": "look"});
    stage.service.patch("ed", SOURCE, asked).await.expect(200);
    assert_ne!(stage.records(PREVIEW).await, approved);
    let edited = stage.clock(SOURCE).await;
    let before = stage.metadata(SOURCE).await;

    let comment = json!({"status": "to-rollback", "last_reviewer_comment": "no"});
    stage.service.patch("rae", SOURCE, comment).await.expect(200);
    let after = stage.metadata(SOURCE).await;
    assert_eq!(after["status"], "signed");
    assert_eq!(after["last_editor_comment"], "");
    assert_eq!(after["last_reviewer_comment"], "");
    assert_eq!(after["last_edit_by"], stage.service.user_id("rae").await);
    for field in ["last_review_by", "last_review_date", "last_signature_date"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    for collection in [SOURCE, PREVIEW, DESTINATION] {
        assert_eq!(stage.records(collection).await, approved, "{collection}");
    }
    assert_eq!(stage.clock(DESTINATION).await, clock);
    assert!(stage.clock(SOURCE).await > edited);
    assert_eq!(stage.tombstones(SOURCE).await, ["new"]);
    assert_eq!(stage.verify(PREVIEW).await, 3);
    assert_eq!(stage.verify(DESTINATION).await, 3);
}

#[tokio::test]
async fn of_what_was_never_published_nothing_is_left() {
    let stage = Stage::free().await;
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-rollback").await.expect(200);
    assert_eq!(stage.records(SOURCE).await, json!({}));
    assert_eq!(stage.status().await, "signed");
}

#[tokio::test]
async fn records_keep_their_permissions() {
    let stage = Stage::free().await;
    stage.record("owner", "r", json!({"n": 1})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    let path = format!("{SOURCE}/records/r");
    let shared = json!({"data": {"n": 2}, "permissions": {"read": ["system.Everyone"]}});
    stage.service.call("owner", reqwest::Method::PATCH, &path, shared).await.expect(200);
    stage.ask("owner", "to-rollback").await.expect(200);
    let record = stage.service.get("", &path).await.expect(200);
    assert_eq!(record.body["data"]["n"], 1);
}

#[tokio::test]
async fn history_is_that_of_the_source() {
    let stage = Stage::free().await;
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-rollback").await.expect(200);
    let path = "/buckets/stage/history?resource_name=record&user_id=plugin:kinto-signer";
    let history = stage.service.get("owner", path).await.expect(200);
    assert_eq!(history.body["data"].as_array().unwrap().len(), 1, "{:#}", history.body);
    assert_eq!(history.body["data"][0]["action"], "delete");
    assert_eq!(history.body["data"][0]["uri"], format!("{SOURCE}/records/r"));
}
