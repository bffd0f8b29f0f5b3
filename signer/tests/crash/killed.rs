//! A node dies in the middle of a publication.

use crate::{
    harness::{PATIENCE, Settings},
    node::Node,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

const RECORDS: usize = 250;
const ROUNDS: u32 = 12;

/// Gives every record another content.
async fn edit(stage: &Stage, round: u32) {
    for batch in 0..RECORDS / 25 {
        let puts: Vec<_> = (0..25)
            .map(|n| {
                let path = format!("{SOURCE}/records/r{}", batch * 25 + n);
                json!({"method": "PUT", "path": path, "body": {"data": {"round": round}}})
            })
            .collect();
        stage.batch("owner", json!(puts)).await.expect(200);
    }
}

#[tokio::test]
async fn what_is_left_is_signed_the_old_or_the_new() {
    let stage = Stage::free().await;
    edit(&stage, 0).await;
    let started = Instant::now();
    stage.ask("owner", "to-sign").await.expect(200);
    let usual = started.elapsed();
    let (mut published, mut lost) = (stage.records(DESTINATION).await, 0);
    for round in 1..=ROUNDS {
        edit(&stage, round).await;
        let new = stage.records(SOURCE).await;
        let node = Node::start(&Settings::default(), &stage.service.database);
        let request = stage.service.http.patch(format!("{}{SOURCE}", node.url));
        let request = request.basic_auth("owner", Some("secret"));
        let request = request.json(&json!({"data": {"status": "to-sign"}}));
        let answer = tokio::spawn(request.send());
        // From the first moment until after the usual end of it.
        sleep(usual * (round - 1) / (ROUNDS - 3)).await;
        node.kill();
        let answered = timeout(PATIENCE, answer).await.unwrap().unwrap();

        // This waits for what the database still does for the dead.
        stage.service.patch("owner", SOURCE, json!({"round": round})).await.expect(200);
        let found = stage.records(DESTINATION).await;
        let status = stage.status().await;
        if found == new {
            assert_eq!(status, "signed");
        } else {
            assert_eq!(found, published, "neither the old nor the new");
            assert_eq!(status, "work-in-progress");
            assert!(answered.is_err(), "what was answered is kept");
            lost += 1;
        }
        assert_eq!(stage.records(PREVIEW).await, found);
        assert_eq!(stage.verify(DESTINATION).await, RECORDS);
        assert_eq!(stage.verify(PREVIEW).await, RECORDS);
        published = found;
    }
    assert!(lost > 0, "no publication was cut off");
    stage.service.put("owner", &format!("{SOURCE}/records/last"), json!({})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, stage.records(SOURCE).await);
    assert_eq!(stage.verify(DESTINATION).await, RECORDS + 1);
}
