//! Statuses of a source collection, asked for over HTTP (KINTO 1.3 to 1.5).

use crate::{
    harness::Settings,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_collection_is_signed_and_empty() {
    let stage = Stage::reviewed().await;
    assert_eq!(stage.status().await, "signed");
    let source = stage.metadata(SOURCE).await;
    let owner = stage.service.user_id("owner").await;
    assert_eq!(source["last_signature_by"], owner);
    assert!(!source.contains_key("last_review_by"));
    assert!(!source.contains_key("last_edit_by"));
    for published in [PREVIEW, DESTINATION] {
        assert_eq!(stage.verify(published).await, 0);
    }
}

#[tokio::test]
async fn from_an_edit_to_the_destination() {
    let stage = Stage::reviewed().await;
    let (ed, rae) = (stage.service.user_id("ed").await, stage.service.user_id("rae").await);
    stage.record("ed", "r", json!({"n": 1})).await.expect(201);
    assert_eq!(stage.status().await, "work-in-progress");
    assert_eq!(stage.metadata(SOURCE).await["last_edit_by"], ed);

    let asked = json!({"status": "to-review", "last_editor_comment": "please"});
    let answer = stage.service.patch("ed", SOURCE, asked).await.expect(200);
    assert_eq!(answer.body["data"]["status"], "to-review");
    let source = stage.metadata(SOURCE).await;
    assert_eq!(source["status"], "to-review");
    assert_eq!(source["last_review_request_by"], ed);
    assert_eq!(source["last_editor_comment"], "please");
    assert_eq!(stage.records(PREVIEW).await, json!({"r": {"n": 1}}));
    assert_eq!(stage.records(DESTINATION).await, json!({}));
    assert_eq!(stage.verify(PREVIEW).await, 1);

    // The answer is made before the service does what was asked for.
    let answer = stage.ask("rae", "to-sign").await.expect(200);
    assert_eq!(answer.body["data"]["status"], "to-sign");
    let source = stage.metadata(SOURCE).await;
    assert_eq!(source["status"], "signed");
    assert!(source["last_modified"].as_i64().unwrap() > answer.etag());
    for (field, expected) in [
        ("last_edit_by", &ed),
        ("last_review_request_by", &ed),
        ("last_review_by", &rae),
        ("last_signature_by", &rae),
    ] {
        assert_eq!(source[field], **expected, "{field}");
    }
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {"n": 1}}));
    assert_eq!(stage.verify(DESTINATION).await, 1);
    assert_eq!(stage.verify(PREVIEW).await, 1);
}

#[tokio::test]
async fn refusals_leave_everything_as_it_was() {
    let stage = Stage::reviewed().await;
    stage.record("ed", "r", json!({"n": 1})).await.expect(201);
    let before = stage.metadata(SOURCE).await;
    for (user, status, code, errno, words) in [
        ("rae", "to-review", 403, 121, "Not in editors group"),
        ("ed", "to-sign", 403, 121, "Not in reviewers group"),
        ("rae", "to-sign", 400, 109, "Collection not under review"),
        ("ed", "signed", 400, 109, "Cannot set status to 'signed'"),
        ("ed", "published", 400, 109, "Invalid status 'published'"),
    ] {
        stage.ask(user, status).await.expect_error(code, errno, words);
    }
    let removed = json!({"data": {"status": null}});
    let reply = stage.service.call("ed", Method::PATCH, SOURCE, removed).await;
    reply.expect_error(400, 109, "Cannot remove status");
    assert_eq!(stage.metadata(SOURCE).await, before);

    stage.ask("ed", "to-review").await.expect(200);
    stage.ask("rae", "to-sign").await.expect(200);
    stage.ask("rae", "to-sign").await.expect_error(400, 109, "Collection already signed");
    let reply = stage.ask("rae", "to-rollback").await;
    reply.expect_error(400, 109, "Collection has no work-in-progress");
    // Only who may write the collection is asked about the workflow at all.
    let stranger = stage.ask("stranger", "to-resign").await;
    stranger.expect_error(403, 121, "This user cannot access this resource.");
}

#[tokio::test]
async fn whoever_may_write_signs_where_no_review_is_needed() {
    let stage = Stage::free().await;
    stage.record("owner", "r", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.status().await, "signed");
    assert_eq!(stage.verify(DESTINATION).await, 1);
    assert_eq!(stage.verify(PREVIEW).await, 1);
}

#[tokio::test]
async fn a_change_cancels_a_review() {
    let stage = Stage::reviewed().await;
    stage.record("ed", "r", json!({"n": 1})).await.expect(201);
    stage.ask("ed", "to-review").await.expect(200);
    stage.record("eve", "r", json!({"n": 2})).await.expect(200);
    assert_eq!(stage.status().await, "work-in-progress");
    stage.ask("rae", "to-sign").await.expect_error(400, 109, "Collection not under review");
    // The preview is what was asked to be reviewed.
    assert_eq!(stage.records(PREVIEW).await, json!({"r": {"n": 1}}));
}

#[tokio::test]
async fn every_write_of_a_record_is_a_change() {
    let stage = Stage::free().await;
    let path = format!("{SOURCE}/records/r");
    let permissions = json!({"permissions": {"read": ["system.Everyone"]}});
    stage.record("owner", "r", json!({"n": 1})).await.expect(201);
    for what in ["the same again", "permissions alone", "deletion"] {
        stage.ask("owner", "to-sign").await.expect(200);
        assert_eq!(stage.status().await, "signed");
        match what {
            "the same again" => stage.record("owner", "r", json!({"n": 1})).await,
            "permissions alone" => {
                stage.service.call("owner", Method::PATCH, &path, permissions.clone()).await
            }
            _ => stage.delete_record("owner", "r").await,
        }
        .expect(200);
        assert_eq!(stage.status().await, "work-in-progress", "{what}");
    }
    stage.record("owner", "q", json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    // An object that exists is not created again.
    let records = format!("{SOURCE}/records");
    stage.service.post("owner", &records, json!({"id": "q", "n": 7})).await.expect(200);
    stage.service.delete("owner", &format!("{records}?n=1000")).await.expect(200);
    assert_eq!(stage.status().await, "signed");
}

#[tokio::test]
async fn a_reviewer_sends_it_back() {
    let stage = Stage::reviewed().await;
    stage.record("ed", "r", json!({"n": 1})).await.expect(201);
    stage.ask("ed", "to-review").await.expect(200);
    let before = stage.metadata(SOURCE).await;
    let back = json!({"status": "work-in-progress", "last_reviewer_comment": "no"});
    stage.service.patch("rae", SOURCE, back).await.expect(200);
    let after = stage.metadata(SOURCE).await;
    assert_eq!(after["status"], "work-in-progress");
    assert_eq!(after["last_reviewer_comment"], "no");
    for field in ["last_edit_by", "last_edit_date", "last_review_request_by"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert!(!after.contains_key("last_review_by"));
    assert_eq!(stage.records(PREVIEW).await, json!({"r": {"n": 1}}));
}

#[tokio::test]
async fn what_is_published_can_be_signed_again() {
    let stage = Stage::reviewed().await;
    stage.publish("r", json!({"n": 1})).await;
    stage.record("ed", "r", json!({"n": 2})).await.expect(200);
    let (source, clock) = (stage.metadata(SOURCE).await, stage.clock(DESTINATION).await);
    let signed = stage.metadata(DESTINATION).await;
    stage.ask("ed", "to-resign").await.expect(200);
    let after = stage.metadata(SOURCE).await;
    assert_eq!(after["status"], "work-in-progress");
    assert_eq!(after["last_signature_by"], stage.service.user_id("ed").await);
    assert_eq!(after["last_review_by"], source["last_review_by"]);
    assert_eq!(stage.clock(DESTINATION).await, clock);
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {"n": 1}}));
    let resigned = stage.metadata(DESTINATION).await;
    assert!(resigned["last_modified"].as_i64() > signed["last_modified"].as_i64());
    assert_eq!(stage.verify(DESTINATION).await, 1);
    assert_eq!(stage.verify(PREVIEW).await, 1);
}

#[tokio::test]
async fn all_three_kinds_of_patch_ask_for_review() {
    let stage = Stage::reviewed().await;
    let operations = json!([{"op": "replace", "path": "/data/status", "value": "to-review"}]);
    let merge = json!({"data": {"status": "to-review"}});
    for (kind, body) in [
        ("application/json", &merge),
        ("application/merge-patch+json", &merge),
        ("application/json-patch+json", &operations),
    ] {
        stage.record("ed", "r", json!({"kind": kind})).await;
        let request = stage.service.request(Method::PATCH, SOURCE, "ed").json(body);
        let request = request.header(CONTENT_TYPE, kind);
        crate::harness::service::reply(request).await.expect(200);
        assert_eq!(stage.status().await, "to-review", "{kind}");
        assert_eq!(stage.records(PREVIEW).await, json!({"r": {"kind": kind}}));
    }
}

#[tokio::test]
async fn an_editors_comment_is_for_one_review() {
    let stage = Stage::reviewed().await;
    let with_comment = json!({"status": "to-review", "last_editor_comment": "again"});
    for _ in 0..2 {
        // The same words twice are meant twice.
        stage.record("ed", "r", json!({})).await;
        stage.service.patch("ed", SOURCE, with_comment.clone()).await.expect(200);
        assert_eq!(stage.metadata(SOURCE).await["last_editor_comment"], "again");
    }
    stage.record("ed", "r", json!({})).await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    assert_eq!(stage.metadata(SOURCE).await["last_editor_comment"], "");
}

#[tokio::test]
async fn groups_are_checked_where_no_review_is_needed() {
    let settings = Settings::default().set("signer.group_check_enabled", "true");
    let stage = Stage::with(settings).await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.ask("ed", "to-sign").await.expect_error(403, 121, "Not in reviewers group");
    stage.ask("rae", "to-review").await.expect_error(403, 121, "Not in editors group");
    stage.ask("rae", "to-sign").await.expect(200);
    assert_eq!(stage.status().await, "signed");
}

#[tokio::test]
async fn settings_are_those_of_the_collection() {
    let settings = Settings::default()
        .set("signer.to_review_enabled", "true")
        .set("signer.stage.open.to_review_enabled", "false");
    let stage = Stage::with(settings).await;
    let open = "/buckets/stage/collections/open";
    stage.service.put("owner", open, json!({})).await.expect(201);
    for collection in [SOURCE, open] {
        let record = format!("{collection}/records/r");
        stage.service.put("owner", &record, json!({})).await.expect(201);
    }
    let reply = stage.ask("owner", "to-sign").await;
    reply.expect_error(400, 109, "Collection not under review");
    stage.service.patch("owner", open, json!({"status": "to-sign"})).await.expect(200);
    assert_eq!(stage.metadata(open).await["status"], "signed");
}

#[tokio::test]
async fn a_precondition_comes_first() {
    let stage = Stage::reviewed().await;
    let body = json!({"data": {"status": "nonsense"}});
    let request = stage.service.request(Method::PATCH, SOURCE, "ed").json(&body);
    let request = request.header("If-Match", "\"12345\"");
    crate::harness::service::reply(request).await.expect_error(412, 114, "");
    let (etag, status) = (stage.service.get("ed", SOURCE).await.etag(), "to-resign");
    let body = json!({"data": {"status": status}});
    let request = stage.service.request(Method::PATCH, SOURCE, "ed").json(&body);
    let request = request.header("If-Match", format!("\"{etag}\""));
    crate::harness::service::reply(request).await.expect(200);
}

#[tokio::test]
async fn collections_that_are_no_sources_are_free() {
    let stage = Stage::reviewed().await;
    stage.service.put("owner", "/buckets/other", json!({})).await.expect(201);
    let other = "/buckets/other/collections/c";
    let data = json!({"status": "whatever", "last_edit_by": "me", "signature": 1});
    stage.service.put("owner", other, data).await.expect(201);
    let record = json!({"f": 1.5});
    stage.service.put("owner", &format!("{other}/records/r"), record).await.expect(201);
    let metadata = stage.metadata(other).await;
    assert_eq!(metadata["status"], "whatever");
    assert_eq!(metadata["last_edit_by"], "me");
}

#[tokio::test]
async fn new_collections_may_ask_for_a_status_too() {
    let settings = Settings::default()
        .set("signer.to_review_enabled", "true")
        .set("signer.group_check_enabled", "true");
    let stage = Stage::with(settings).await;
    let create = async |id: &str, status: Value| {
        let path = format!("/buckets/stage/collections/{id}");
        stage.service.put("owner", &path, json!({ "status": status })).await
    };
    for (id, status) in [("a", "work-in-progress"), ("b", "to-resign"), ("d", "to-rollback")] {
        create(id, status.into()).await.expect(201);
        let source = stage.metadata(&format!("/buckets/stage/collections/{id}")).await;
        assert_eq!(source["status"], "signed", "{status}");
        assert_eq!(stage.verify(&format!("/buckets/prod/collections/{id}")).await, 0);
    }
    create("x", "signed".into()).await.expect_error(400, 109, "Cannot set status to 'signed'");
    create("x", "y".into()).await.expect_error(400, 109, "Invalid status 'y'");
    create("x", "to-sign".into()).await.expect_error(403, 121, "Not in reviewers group");
    stage.service.get("owner", "/buckets/stage/collections/x").await.expect(404);
    stage.service.get("owner", "/buckets/prod/collections/x").await.expect(404);
}

#[tokio::test]
async fn history_tells_of_everything() {
    let stage = Stage::reviewed().await;
    stage.publish("r", json!({"n": 1})).await;
    let path = "/buckets/prod/history?resource_name=record";
    let history = stage.service.get("owner", path).await.expect(200);
    let entry = &history.body["data"][0];
    assert_eq!(entry["uri"], format!("{DESTINATION}/records/r"));
    assert_eq!(entry["action"], "create");
    assert_eq!(entry["user_id"], "plugin:kinto-signer");
    assert_eq!(entry["target"]["data"]["n"], 1);
    let path = "/buckets/stage/history?resource_name=collection&collection_id=c";
    let history = stage.service.get("owner", path).await.expect(200);
    let statuses: Vec<&Value> = history.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["target"]["data"]["status"])
        .collect();
    let expected = ["signed", "to-sign", "to-review", "to-review", "work-in-progress", "signed"];
    assert_eq!(statuses[..6], expected.map(|status| json!(status)).each_ref()[..]);
}
