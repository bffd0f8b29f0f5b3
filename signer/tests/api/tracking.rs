//! The tracking fields of a source collection are the service's (KINTO 1.5).

use crate::stage::{SOURCE, Stage};
use chrono::DateTime;
use reqwest::Method;
use serde_json::json;

const FIELDS: [&str; 8] = [
    "last_edit_by",
    "last_edit_date",
    "last_review_request_by",
    "last_review_request_date",
    "last_review_by",
    "last_review_date",
    "last_signature_by",
    "last_signature_date",
];

#[tokio::test]
async fn no_caller_changes_them() {
    let stage = Stage::reviewed().await;
    stage.publish("r", json!({})).await;
    let before = stage.metadata(SOURCE).await;
    for field in FIELDS {
        let reply = stage.service.patch("ed", SOURCE, json!({field: "me"})).await;
        reply.expect_error(400, 109, &format!("Cannot change {field}"));
        let mut without = before.clone();
        without.remove(field).unwrap();
        let reply = stage.service.call("ed", Method::PUT, SOURCE, json!({"data": without})).await;
        reply.expect_error(400, 109, &format!("Cannot change {field}"));
    }
    assert_eq!(stage.metadata(SOURCE).await, before);
}

#[tokio::test]
async fn the_same_values_may_come_back() {
    let stage = Stage::reviewed().await;
    stage.record("ed", "r", json!({})).await.expect(201);
    let mut whole = stage.metadata(SOURCE).await;
    whole.insert("status".to_owned(), "to-review".into());
    stage.service.call("ed", Method::PUT, SOURCE, json!({"data": whole})).await.expect(200);
    assert_eq!(stage.status().await, "to-review");
}

#[tokio::test]
async fn the_status_is_checked_before_them() {
    let stage = Stage::reviewed().await;
    let nothing = stage.service.put("ed", SOURCE, json!({})).await;
    nothing.expect_error(400, 109, "Cannot remove status");
    let status = stage.service.put("ed", SOURCE, json!({"status": "signed"})).await;
    status.expect_error(400, 109, "Cannot change last_signature_by");
    let new = json!({"last_edit_by": "me"});
    let reply = stage.service.put("owner", "/buckets/stage/collections/new", new).await;
    reply.expect_error(400, 109, "Cannot change last_edit_by");
}

#[tokio::test]
async fn dates_are_iso_8601_with_microseconds() {
    let stage = Stage::reviewed().await;
    stage.publish("r", json!({})).await;
    let source = stage.metadata(SOURCE).await;
    for field in FIELDS.iter().filter(|field| field.ends_with("_date")) {
        let date = source[*field].as_str().unwrap();
        assert!(DateTime::parse_from_rfc3339(date).is_ok(), "{date}");
        assert_eq!(date.len(), "2026-11-22T02:24:38.830194+00:00".len(), "{date}");
        assert!(date.ends_with("+00:00"), "{date}");
    }
}
