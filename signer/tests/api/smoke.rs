//! The shortest way through everything.

use crate::harness::{Person, Service};
use serde_json::json;

#[tokio::test]
async fn somebody_who_signed_up_at_notary_publishes_a_collection() {
    let (service, ada) = (Service::start().await, Person::sign_up("ada").await);
    let ada_is = ada.bearer();
    service.put(&ada_is, "/buckets/stage", json!({})).await.expect(201);
    let made = service.put(&ada_is, "/buckets/stage/collections/c", json!({})).await.expect(201);
    assert_eq!(made.body["permissions"]["write"], json!([ada.user_id()]));
    let records = "/buckets/stage/collections/c/records";
    service.post(&ada_is, records, json!({"id": "r", "n": 1})).await.expect(201);
    let source = service.get(&ada_is, "/buckets/stage/collections/c").await.expect(200);
    assert_eq!(source.body["data"]["status"], "work-in-progress");
    assert_eq!(source.body["data"]["last_edit_by"], ada.user_id());
    service
        .patch(&ada_is, "/buckets/stage/collections/c", json!({"status": "to-sign"}))
        .await
        .expect(200);
    let published = service.get("", "/buckets/prod/collections/c/records").await.expect(200);
    assert_eq!(published.body["data"][0]["n"], 1);
    let metadata = service.get("", "/buckets/prod/collections/c").await.expect(200);
    assert_eq!(metadata.body["data"]["signature"]["mode"], "p384ecdsa");
    service.put("", "/buckets/prod/collections/c/records/x", json!({})).await.expect(401);
    ada.disable().await;
    service.get(&ada_is, "/buckets/stage").await.expect(401);
}
