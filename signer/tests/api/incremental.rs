//! A publish looks only at what has changed since the last one, where it can know that. Whatever
//! was done in between, what is published is what the source holds.

use crate::{
    harness::Settings,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use notary_signer::random::Random;
use reqwest::Method;
use serde_json::json;

async fn publishes_everything(stage: &Stage) {
    stage.ask("owner", "to-review").await.expect(200);
    assert_eq!(stage.records(PREVIEW).await, stage.records(SOURCE).await);
    stage.ask("owner", "to-sign").await.expect(200);
    for target in [PREVIEW, DESTINATION] {
        assert_eq!(stage.records(target).await, stage.records(SOURCE).await);
        stage.verify(target).await;
    }
}

#[tokio::test]
async fn a_record_that_is_dated_back_is_published() {
    let stage = Stage::free().await;
    stage.record("owner", "a", json!({"n": 1})).await.expect(201);
    publishes_everything(&stage).await;
    stage.record("owner", "b", json!({"n": 2, "last_modified": 5})).await.expect(201);
    publishes_everything(&stage).await;
    assert_eq!(stage.records(DESTINATION).await.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_collection_that_was_made_anew_is_published_as_it_is_now() {
    let stage = Stage::free().await;
    for id in ["a", "b"] {
        stage.record("owner", id, json!({"id": id})).await.expect(201);
    }
    publishes_everything(&stage).await;
    stage.service.delete("owner", SOURCE).await.expect(200);
    stage.service.put("owner", SOURCE, json!({})).await.expect(201);
    publishes_everything(&stage).await;
    stage.record("owner", "b", json!({"id": "b"})).await.expect(201);
    publishes_everything(&stage).await;
}

#[tokio::test]
async fn after_a_rollback_and_a_change_back_nothing_is_forgotten() {
    let stage = Stage::free().await;
    stage.record("owner", "a", json!({"n": 1})).await.expect(201);
    stage.record("owner", "b", json!({"n": 1})).await.expect(201);
    publishes_everything(&stage).await;
    stage.record("owner", "a", json!({"n": 2})).await.expect(200);
    stage.delete_record("owner", "b").await.expect(200);
    stage.ask("owner", "to-review").await.expect(200);
    stage.ask("owner", "to-rollback").await.expect(200);
    assert_eq!(stage.records(SOURCE).await, stage.records(DESTINATION).await);
    assert_eq!(stage.records(PREVIEW).await, stage.records(DESTINATION).await);
    stage.record("owner", "a", json!({"n": 3})).await.expect(200);
    publishes_everything(&stage).await;
}

#[tokio::test]
async fn whatever_is_done_what_is_published_is_what_the_source_holds() {
    let stage = Stage::free().await;
    for round in 0..12 {
        for byte in Random.bytes::<12>() {
            let path = format!("{SOURCE}/records/r{}", byte % 7);
            let mut data = json!({"n": byte / 64});
            match byte % 5 {
                0 => {
                    stage.service.delete("owner", &path).await;
                    continue;
                }
                1 => data["last_modified"] = (1000 + i64::from(byte) + 300 * round).into(),
                _ => {}
            }
            stage.service.put("owner", &path, data).await;
        }
        let last = Random.bytes::<1>()[0];
        match last % 4 {
            0 => stage.ask("owner", "to-rollback").await,
            1 => stage.ask("owner", "to-review").await,
            2 => {
                stage
                    .service
                    .call("owner", Method::DELETE, &format!("{SOURCE}/records?n=2"), json!(null))
                    .await
            }
            _ => continue,
        };
        stage.record("owner", "always", json!({"round": round})).await;
        publishes_everything(&stage).await;
    }
}

#[tokio::test]
async fn a_signature_that_would_be_the_same_stays_and_one_by_another_key_is_made_anew() {
    let stage = Stage::free().await;
    stage.record("owner", "a", json!({"n": 1})).await.expect(201);
    publishes_everything(&stage).await;
    let before = stage.metadata(PREVIEW).await["signature"].clone();
    // A change and back leaves the published records alone.
    stage.record("owner", "a", json!({"n": 2})).await.expect(200);
    stage.record("owner", "a", json!({"n": 1})).await.expect(200);
    publishes_everything(&stage).await;
    assert_eq!(stage.metadata(PREVIEW).await["signature"], before);

    // Another node makes keys of its own.
    let other = Settings::default().on(&stage.service.database).start().await;
    let stage = Stage { service: other };
    stage.record("owner", "a", json!({"n": 2})).await.expect(200);
    stage.record("owner", "a", json!({"n": 1})).await.expect(200);
    publishes_everything(&stage).await;
    let after = stage.metadata(PREVIEW).await["signature"].clone();
    assert_ne!(after["public_key"], before["public_key"]);
}
