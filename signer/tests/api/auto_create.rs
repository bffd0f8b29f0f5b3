//! `signer.auto_create_resources`: sources that are there from the start.

use crate::harness::{Service, Settings};
use serde_json::json;

fn settings() -> Settings {
    Settings::default()
        .set(
            "signer.resources",
            "/buckets/a -> /buckets/x\n/buckets/b/collections/c -> /buckets/y/collections/c",
        )
        .set("signer.auto_create_resources", "true")
        .set("signer.auto_create_resources_principals", "system.Authenticated somebody")
}

#[tokio::test]
async fn missing_sources_are_made_and_others_left_as_they_are() {
    let service = settings().start().await;
    for path in ["/buckets/a", "/buckets/b", "/buckets/b/collections/c"] {
        let made = service.get("alice", path).await.expect(200).body;
        assert_eq!(made["permissions"]["write"], json!(["somebody", "system.Authenticated"]));
    }
    service.get("alice", "/buckets/y").await.expect(403);
    service.patch("alice", "/buckets/b", json!({"kept": true})).await.expect(200);
    let node = settings().on(&service.database).start().await;
    assert_eq!(node.get("alice", "/buckets/b").await.body["data"]["kept"], true);
}

#[tokio::test]
async fn nothing_is_made_unless_asked_for() {
    let service = Service::start().await;
    service.get("alice", "/buckets/stage").await.expect(403);
}
