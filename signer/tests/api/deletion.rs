//! What goes with a source collection, and what is in use (KINTO 1.7).

use crate::{
    harness::Settings,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use reqwest::Method;
use serde_json::{Value, json};

const IN_USE: &str = "Collection is in use.";

async fn published(settings: Settings) -> Stage {
    let service = settings.start().await;
    let stage = Stage { service };
    for path in ["/buckets/stage", SOURCE] {
        stage.service.put("owner", path, json!({})).await.expect(201);
    }
    for id in ["a", "b"] {
        stage.record("owner", id, json!({})).await.expect(201);
    }
    stage.ask("owner", "to-sign").await.expect(200);
    stage
}

#[tokio::test]
async fn clients_see_the_records_go() {
    for path in [SOURCE, "/buckets/stage/collections"] {
        let stage = published(Settings::default()).await;
        let clock = stage.clock(DESTINATION).await;
        stage.service.delete("owner", path).await.expect(200);
        stage.service.get("owner", SOURCE).await.expect(404);
        for collection in [PREVIEW, DESTINATION] {
            assert_eq!(stage.tombstones(collection).await, ["a", "b"]);
            assert_eq!(stage.verify(collection).await, 0);
        }
        assert!(stage.clock(DESTINATION).await > clock);
    }
}

#[tokio::test]
async fn previews_and_destinations_are_in_use_until_then() {
    let stage = published(Settings::default()).await;
    for path in [PREVIEW, DESTINATION, "/buckets/preview/collections", "/buckets/prod/collections"]
    {
        stage.service.delete("owner", path).await.expect_error(403, 121, IN_USE);
    }
    assert_eq!(stage.verify(DESTINATION).await, 2);
    assert_eq!(stage.verify(PREVIEW).await, 2);
    stage.service.delete("owner", SOURCE).await.expect(200);
    stage.service.delete("owner", PREVIEW).await.expect(200);
    stage.service.delete("owner", "/buckets/prod/collections").await.expect(200);
    stage.service.get("owner", DESTINATION).await.expect(404);
    // And may come again.
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    assert_eq!(stage.verify(DESTINATION).await, 0);
}

#[tokio::test]
async fn a_collection_that_is_made_again_begins_empty() {
    let stage = published(Settings::default()).await;
    stage.service.delete("owner", SOURCE).await.expect(200);
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    assert_eq!(stage.records(SOURCE).await, json!({}));
    assert_eq!(stage.verify(DESTINATION).await, 0);
    assert_eq!(stage.tombstones(DESTINATION).await, ["a", "b"]);
    stage.record("owner", "a", json!({"n": 2})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.tombstones(DESTINATION).await, ["b"]);
    assert_eq!(stage.verify(DESTINATION).await, 1);
}

#[tokio::test]
async fn nothing_is_left_where_so_configured() {
    let settings =
        Settings::default().set("signer.hard_delete_destination_on_source_deletion", "true");
    let stage = published(settings).await;
    stage.service.delete("owner", SOURCE).await.expect(200);
    for collection in [PREVIEW, DESTINATION] {
        stage.service.get("owner", collection).await.expect(404);
    }
    // Nothing of before shows when it is made again, tombstones neither.
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    assert_eq!(stage.tombstones(DESTINATION).await, [""; 0]);
    assert_eq!(stage.verify(DESTINATION).await, 0);
}

#[tokio::test]
async fn groups_of_the_collection_alone_go_with_it() {
    let settings = Settings::default().set("signer.editors_group", "{collection_id}-editors");
    let stage = published(settings).await;
    stage.service.get("owner", "/buckets/stage/groups/c-editors").await.expect(200);
    stage.service.delete("owner", SOURCE).await.expect(200);
    stage.service.get("owner", "/buckets/stage/groups/c-editors").await.expect(404);
    stage.service.get("owner", "/buckets/stage/groups/reviewers").await.expect(200);
}

#[tokio::test]
async fn buckets_go_without_further_ado() {
    let stage = published(Settings::default()).await;
    stage.service.delete("owner", "/buckets/stage").await.expect(200);
    assert_eq!(stage.verify(DESTINATION).await, 2);
    let stage = published(Settings::default()).await;
    stage.service.delete("owner", "/buckets/prod").await.expect(200);
    stage.service.get("owner", "/buckets/prod").await.expect(403);
    // The next publication makes it again.
    stage.record("owner", "a", json!({"n": 2})).await.expect(200);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.verify(DESTINATION).await, 2);
}

#[tokio::test]
async fn within_a_batch_the_end_counts() {
    let delete = |path: &str| json!({"method": "DELETE", "path": path, "body": {}});
    let stage = published(Settings::default()).await;
    let requests = json!([delete(SOURCE), delete(DESTINATION), delete(PREVIEW)]);
    stage.batch("owner", requests).await.expect(200);
    for collection in [SOURCE, DESTINATION, PREVIEW] {
        stage.service.get("owner", collection).await.expect(404);
    }
    let stage = published(Settings::default()).await;
    let requests = json!([
        delete(SOURCE),
        {"method": "PUT", "path": SOURCE, "body": {"data": {"n": 1}}},
        {"method": "PUT", "path": format!("{SOURCE}/records/new"), "body": {"data": {}}},
    ]);
    stage.batch("owner", requests).await.expect(200);
    assert_eq!(stage.records(SOURCE).await, json!({"new": {}}));
    assert_eq!(stage.records(DESTINATION).await, json!({}));
    assert_eq!(stage.status().await, "work-in-progress");
    assert_eq!(stage.verify(DESTINATION).await, 0);
    let requests = json!([
        {"method": "PATCH", "path": SOURCE, "body": {"data": {"status": "to-sign"}}},
        delete(SOURCE),
    ]);
    let reply = stage.batch("owner", requests).await.expect(200);
    assert_eq!(reply.body["responses"][1]["status"], Value::from(200));
    assert_eq!(stage.records(DESTINATION).await, json!({}));
    assert_eq!(stage.verify(DESTINATION).await, 0);
    let missing = stage.service.call("owner", Method::DELETE, SOURCE, Value::Null).await;
    missing.expect(404);
}
