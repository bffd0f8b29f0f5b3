//! Nobody approves what they took part in: everybody who edited since the last approval counts, and
//! no way of putting calls together gets around it.

use crate::{
    harness::Settings,
    stage::{DESTINATION, SOURCE, Stage},
};
use serde_json::{Value, json};

const REFUSAL: &str = "Last editor cannot review";

/// `ed` and `rae` are both editors and reviewers.
async fn both() -> Stage {
    let stage = Stage::reviewed().await;
    let ids = [stage.service.user_id("ed").await, stage.service.user_id("rae").await];
    for group in ["editors", "reviewers"] {
        let path = format!("/buckets/stage/groups/{group}");
        stage.service.patch("owner", &path, json!({"members": ids})).await.expect(200);
    }
    stage
}

#[tokio::test]
async fn who_asked_for_review_does_not_approve() {
    let stage = both().await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.ask("rae", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
    assert_eq!(stage.status().await, "to-review");
    assert_eq!(stage.records(DESTINATION).await, json!({}));
}

#[tokio::test]
async fn nobody_who_edited_approves() {
    let stage = both().await;
    stage.record("rae", "r", json!({"n": 1})).await.expect(201);
    stage.record("ed", "r", json!({"n": 2})).await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    // Others have edited and asked after her.
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
    // Sending it back does not make it anybody else's.
    stage.ask("rae", "work-in-progress").await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
}

#[tokio::test]
async fn deletions_are_edits() {
    let stage = both().await;
    let rob = stage.service.user_id("rob").await;
    let members = json!({"members": [rob, stage.service.user_id("rae").await]});
    let path = "/buckets/stage/groups/reviewers";
    stage.service.patch("owner", path, members).await.expect(200);
    stage.publish("r", json!({})).await;
    stage.delete_record("rae", "r").await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
    stage.ask("rob", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, json!({}));
}

#[tokio::test]
async fn an_approval_is_a_new_beginning() {
    let stage = both().await;
    stage.publish("r", json!({"by": "ed"})).await;
    stage.record("rae", "r", json!({"by": "rae"})).await.expect(200);
    stage.ask("rae", "to-review").await.expect(200);
    stage.ask("ed", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {"by": "rae"}}));
}

#[tokio::test]
async fn a_rollback_is_a_new_beginning() {
    let stage = both().await;
    stage.record("rae", "r", json!({})).await.expect(201);
    stage.ask("rae", "to-rollback").await.expect(200);
    stage.publish("q", json!({})).await;
    assert_eq!(stage.records(DESTINATION).await, json!({"q": {}}));
}

#[tokio::test]
async fn a_change_and_a_request_for_review_are_under_review_together() {
    let stage = Stage::reviewed().await;
    let write = |id: &str| json!({"method": "PUT", "path": format!("{SOURCE}/records/{id}"), "body": {"data": {}}});
    let ask = json!({"method": "PATCH", "path": SOURCE, "body": {"data": {"status": "to-review"}}});
    for id in ["q", "r"] {
        // The second time it is under review already.
        stage.batch("ed", json!([write(id), ask])).await.expect(200);
        assert_eq!(stage.status().await, "to-review", "{id}");
    }
    stage.ask("rae", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, json!({"q": {}, "r": {}}));
    // The whole object written back asks for nothing.
    stage.batch("ed", json!([write("s"), ask])).await.expect(200);
    let whole =
        json!({"method": "PUT", "path": SOURCE, "body": {"data": stage.metadata(SOURCE).await}});
    stage.batch("ed", json!([write("t"), whole])).await.expect(200);
    assert_eq!(stage.status().await, "work-in-progress");
}

#[tokio::test]
async fn a_rollback_leaves_metadata_and_its_editors() {
    let stage = both().await;
    stage.service.patch("rae", SOURCE, json!({"displayFields": ["n"]})).await.expect(200);
    stage.record("rae", "r", json!({})).await.expect(201);
    stage.ask("rae", "to-rollback").await.expect(200);
    stage.record("ed", "q", json!({})).await.expect(201);
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
}

#[tokio::test]
async fn signing_again_publishes_nothing_that_nobody_has_reviewed() {
    let stage = both().await;
    stage.publish("r", json!({})).await;
    stage.service.patch("ed", SOURCE, json!({"displayFields": ["n"]})).await.expect(200);
    stage.ask("ed", "to-resign").await.expect(200);
    assert_eq!(stage.metadata(DESTINATION).await.get("displayFields"), None);
    assert_eq!(stage.verify(DESTINATION).await, 1);
    // Where whoever may write may publish, it goes along.
    let free = Stage::free().await;
    free.service.patch("owner", SOURCE, json!({"displayFields": ["n"]})).await.expect(200);
    free.ask("owner", "to-resign").await.expect(200);
    assert_eq!(free.metadata(DESTINATION).await["displayFields"], json!(["n"]));
}

#[tokio::test]
async fn published_metadata_is_edited_too() {
    let stage = both().await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.service.patch("rae", SOURCE, json!({"displayFields": ["n"]})).await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(403, 121, REFUSAL);
    // With the approval itself is no better.
    let stage = both().await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.ask("ed", "to-review").await.expect(200);
    let both_at_once = json!({"status": "to-sign", "displayFields": ["n"]});
    let reply = stage.service.patch("rae", SOURCE, both_at_once).await;
    reply.expect_error(403, 121, REFUSAL);
    // Other metadata is not published, and nobody's edit.
    let comment = json!({"status": "to-sign", "last_reviewer_comment": "fine", "title": "x"});
    stage.service.patch("rae", SOURCE, comment).await.expect(200);
}

#[tokio::test]
async fn a_batch_hides_nothing() {
    let write =
        json!({"method": "PUT", "path": format!("{SOURCE}/records/sly"), "body": {"data": {}}});
    let ask = |status: &str| json!({"method": "PATCH", "path": SOURCE, "body": {"data": {"status": status}}});
    let fields = json!({"method": "PATCH", "path": SOURCE, "body": {"data": {"sort": "n"}}});
    for requests in [
        json!([ask("to-sign"), write]),
        json!([write, ask("to-sign")]),
        json!([write, ask("to-review"), ask("to-sign")]),
        json!([ask("work-in-progress"), ask("to-review"), ask("to-sign")]),
        json!([ask("to-sign"), fields]),
    ] {
        let stage = both().await;
        stage.record("ed", "r", json!({})).await.expect(201);
        stage.ask("ed", "to-review").await.expect(200);
        let reply = stage.batch("rae", requests.clone()).await;
        assert!(reply.status.is_client_error(), "{requests:#} gave {:#}", reply.body);
        assert_eq!(stage.records(DESTINATION).await, json!({}), "{requests:#}");
        assert_eq!(stage.records(SOURCE).await, json!({"r": {}}), "{requests:#}");
        assert_eq!(stage.status().await, "to-review", "{requests:#}");
    }
}

#[tokio::test]
async fn a_collection_made_with_its_records_publishes_none_of_them() {
    let stage = Stage::reviewed().await;
    let new = "/buckets/stage/collections/new";
    let requests = json!([
        {"method": "PUT", "path": new, "body": {"data": {}}},
        {"method": "PUT", "path": format!("{new}/records/r"), "body": {"data": {}}},
    ]);
    stage.batch("owner", requests).await.expect(200);
    let published = "/buckets/prod/collections/new";
    assert_eq!(stage.records(published).await, json!({}));
    assert_eq!(stage.verify(published).await, 0);
    assert_eq!(stage.metadata(new).await["status"], "work-in-progress");
}

#[tokio::test]
async fn a_collection_made_anew_has_no_editors_of_old() {
    let stage = both().await;
    stage.record("rae", "r", json!({})).await.expect(201);
    stage.service.delete("owner", SOURCE).await.expect(200);
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    stage.publish("r", json!({})).await;
    assert_eq!(stage.verify(DESTINATION).await, 1);
    // The same when its bucket went with it.
    stage.record("rae", "r", json!({"n": 1})).await.expect(200);
    stage.service.delete("owner", "/buckets/stage").await.expect(200);
    stage.service.put("owner", "/buckets/stage", json!({})).await.expect(201);
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    for group in ["editors", "reviewers"] {
        let members = [stage.service.user_id("ed").await, stage.service.user_id("rae").await];
        let path = format!("/buckets/stage/groups/{group}");
        stage.service.patch("owner", &path, json!({"members": members})).await.expect(200);
    }
    stage.publish("r", json!({})).await;
}

#[tokio::test]
async fn a_second_pair_of_eyes_without_groups() {
    let stage = Stage::with(Settings::default().set("signer.to_review_enabled", "true")).await;
    let reply = stage.record("ed", "r", json!({})).await.expect(201);
    assert!(reply.body["data"]["id"] != Value::Null);
    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("ed", "to-sign").await.expect_error(403, 121, REFUSAL);
    stage.ask("eve", "to-sign").await.expect(200);
}
