//! Editors' and reviewers' groups, made with a source collection (KINTO 1.6).

use crate::{
    harness::{Service, Settings},
    stage::SOURCE,
};
use reqwest::Method;
use serde_json::json;

async fn bucket(settings: Settings) -> Service {
    let service = settings.start().await;
    service.put("owner", "/buckets/stage", json!({})).await.expect(201);
    service
}

#[tokio::test]
async fn they_come_with_the_collection() {
    let service = bucket(Settings::default()).await;
    let owner = service.user_id("owner").await;
    service.put("owner", SOURCE, json!({})).await.expect(201);
    for (group, members) in [("editors", json!([owner])), ("reviewers", json!([]))] {
        let path = format!("/buckets/stage/groups/{group}");
        let group = service.get("owner", &path).await.expect(200);
        assert_eq!(group.body["data"]["members"], members);
        assert_eq!(group.body["permissions"], json!({"write": [owner]}));
    }
    let source = service.get("owner", SOURCE).await.expect(200);
    let mut write = vec![
        owner,
        "/buckets/stage/groups/editors".to_owned(),
        "/buckets/stage/groups/reviewers".to_owned(),
    ];
    write.sort();
    assert_eq!(source.body["permissions"], json!({ "write": write }));
}

#[tokio::test]
async fn those_that_are_there_stay() {
    let service = bucket(Settings::default()).await;
    let ed = service.user_id("ed").await;
    let path = "/buckets/stage/groups/editors";
    service.put("owner", path, json!({"members": [ed], "note": "ours"})).await.expect(201);
    service.put("owner", SOURCE, json!({})).await.expect(201);
    let group = service.get("owner", path).await.expect(200);
    assert_eq!(group.body["data"]["members"], json!([ed]));
    assert_eq!(group.body["data"]["note"], "ours");
}

#[tokio::test]
async fn names_are_configured_with_placeholders() {
    let settings = Settings::default()
        .set("signer.editors_group", "{collection_id}-writers")
        .set("signer.reviewers_group", "{bucket_id}-checkers")
        .set("signer.group_check_enabled", "true");
    let service = bucket(settings).await;
    service.put("owner", SOURCE, json!({})).await.expect(201);
    service.get("owner", "/buckets/stage/groups/c-writers").await.expect(200);
    service.get("owner", "/buckets/stage/groups/stage-checkers").await.expect(200);
    service.put("owner", &format!("{SOURCE}/records/r"), json!({})).await.expect(201);
    let reply = service.patch("owner", SOURCE, json!({"status": "to-sign"})).await;
    reply.expect_error(403, 121, "Not in stage-checkers group");
    service.patch("owner", SOURCE, json!({"status": "to-review"})).await.expect(200);
}

#[tokio::test]
async fn who_may_not_make_groups_makes_no_source() {
    let service = bucket(Settings::default()).await;
    let grant = json!({"permissions": {"collection:create": ["system.Authenticated"]}});
    service.call("owner", Method::PATCH, "/buckets/stage", grant).await.expect(200);
    service.put("ed", SOURCE, json!({})).await.expect_error(
        403,
        121,
        "Cannot create collection without `group:create` on bucket 'stage': \
         editors/reviewers groups cannot be set up.",
    );
    service.get("owner", SOURCE).await.expect(404);
    let grant = json!({"permissions": {"group:create": ["system.Authenticated"]}});
    service.call("owner", Method::PATCH, "/buckets/stage", grant).await.expect(200);
    service.put("ed", SOURCE, json!({})).await.expect(201);
    let group = service.get("ed", "/buckets/stage/groups/editors").await.expect(200);
    assert_eq!(group.body["data"]["members"], json!([service.user_id("ed").await]));
}

#[tokio::test]
async fn members_write_the_source_and_nothing_else() {
    let service = bucket(Settings::default()).await;
    service.put("owner", SOURCE, json!({})).await.expect(201);
    let record = format!("{SOURCE}/records/r");
    service.put("ed", &record, json!({})).await.expect(403);
    let members = json!({"members": [service.user_id("ed").await]});
    let path = "/buckets/stage/groups/editors";
    service.patch("owner", path, members).await.expect(200);
    service.put("ed", &record, json!({})).await.expect(201);
    service.patch("ed", path, json!({"members": []})).await.expect(403);
    service.put("ed", "/buckets/stage/collections/mine", json!({})).await.expect(403);
}
