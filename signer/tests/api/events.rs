//! Steps of a review as events, within the transaction (KINTO 1.11).

use crate::{
    harness::{Settings, database},
    stage::{DESTINATION, SOURCE, Stage},
};
use diesel::{connection::SimpleConnection, prelude::*};
use notary_signer::{
    error::{Error, Result},
    events::{Kind, ReviewEvent, Subscriber},
    store::Tx,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Keeps what it hears, leaves a row for each, and refuses approvals of records that hold `veto`.
#[derive(Debug, Default)]
struct Listener(Mutex<Vec<Value>>);

impl Listener {
    fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Subscriber for Listener {
    fn handle(&self, event: &ReviewEvent, tx: &mut Tx) -> Result<()> {
        self.0.lock().unwrap().push(event.json()?);
        tx.batch_execute("INSERT INTO heard DEFAULT VALUES")?;
        let vetoed =
            matches!(event.kind, Kind::ReviewApproved { changes_count, .. } if changes_count > 2);
        if vetoed { Err(Error::NotYours("Too much at once".to_owned())) } else { Ok(()) }
    }
}

async fn listened(settings: Settings) -> (Stage, Arc<Listener>, PgConnection) {
    let listener = Arc::<Listener>::default();
    let uri = database::fresh();
    let mut rows = database::connect(&uri);
    rows.batch_execute("CREATE TABLE heard (id serial)").unwrap();
    let settings = settings.on(&uri).subscriber(listener.clone());
    let stage = Stage::with(settings.set("signer.to_review_enabled", "true")).await;
    (stage, listener, rows)
}

fn heard(rows: &mut PgConnection) -> i64 {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM heard)"))
        .get_result(rows)
        .unwrap()
}

#[tokio::test]
async fn each_step_tells_of_itself() {
    let (stage, listener, mut rows) = listened(Settings::default()).await;
    let (ed, rae) = (stage.service.user_id("ed").await, stage.service.user_id("rae").await);
    let step = async |user: &str, data: Value| {
        stage.service.patch(user, SOURCE, data).await.expect(200);
        let mut events = listener.take();
        assert_eq!(events.len(), 1, "{events:#?}");
        let mut event = events.remove(0);
        assert!(event["payload"]["timestamp"].take().is_i64());
        event
    };
    assert_eq!(listener.take(), [Value::Null; 0], "a new collection is no step");
    stage.record("ed", "r", json!({"n": 1})).await.expect(201);

    let event = step("ed", json!({"status": "to-review", "last_editor_comment": "see"})).await;
    assert_eq!(event["event"], "ReviewRequested");
    let size = event["payload"]["changes_size_bytes"].as_i64().unwrap();
    assert_eq!(
        event["payload"],
        json!({
            "timestamp": null, "action": "update", "uri": SOURCE, "user_id": ed,
            "resource_name": "collection", "bucket_id": "stage", "collection_id": "c",
            "comment": "see", "changes_count": 1, "changes_size_bytes": size,
        })
    );
    assert_eq!(size, r#"{"id":"r","last_modified":1795314544000,"n":1}"#.len() as i64);
    assert_eq!(
        event["resource"],
        json!({
            "source": {"bucket": "stage", "collection": "c"},
            "preview": {"bucket": "preview", "collection": "c"},
            "destination": {"bucket": "prod", "collection": "c"},
        })
    );
    let impacted = &event["impacted_objects"][0];
    assert_eq!(impacted["old"]["status"], "work-in-progress");
    assert_eq!(impacted["new"]["status"], "to-review");
    assert_eq!(impacted["new"]["id"], "c");

    let back = json!({"status": "work-in-progress", "last_reviewer_comment": "no"});
    let event = step("rae", back).await;
    assert_eq!(
        (&event["event"], &event["payload"]["comment"]),
        (&"ReviewRejected".into(), &"no".into())
    );

    let event = step("ed", json!({"status": "to-review"})).await;
    assert_eq!(event["payload"]["changes_count"], 0);
    let event = step("rae", json!({"status": "to-sign"})).await;
    assert_eq!(event["event"], "ReviewApproved");
    assert_eq!(event["payload"]["user_id"], rae);
    assert_eq!(event["payload"]["changes_count"], 1);

    stage.delete_record("ed", "r").await.expect(200);
    stage.ask("ed", "to-review").await.expect(200);
    listener.take();
    let event = step("rae", json!({"status": "to-rollback"})).await;
    assert_eq!(event["event"], "ReviewCanceled");
    assert_eq!(event["payload"]["changes_count"], 2, "in source and preview");
    assert_eq!(heard(&mut rows), 6);
}

#[tokio::test]
async fn no_step_no_event() {
    let (stage, listener, _rows) = listened(Settings::default()).await;
    stage.record("ed", "r", json!({})).await.expect(201);
    stage.delete_record("ed", "r").await.expect(200);
    stage.ask("ed", "work-in-progress").await.expect(200);
    stage.ask("ed", "to-resign").await.expect(200);
    stage.ask("ed", "to-sign").await.expect(400);
    stage.ask("ed", "to-rollback").await.expect(200);
    assert_eq!(listener.take(), [Value::Null; 0], "nothing was rolled back");
}

#[tokio::test]
async fn a_subscriber_may_refuse() {
    let (stage, listener, mut rows) = listened(Settings::default()).await;
    for id in ["a", "b", "c"] {
        stage.record("ed", id, json!({})).await.expect(201);
    }
    stage.ask("ed", "to-review").await.expect(200);
    listener.take();
    stage.ask("rae", "to-sign").await.expect_error(403, 121, "Too much at once");
    assert_eq!(listener.take().len(), 1);
    assert_eq!(heard(&mut rows), 1, "what it wrote is undone");
    assert_eq!(stage.status().await, "to-review");
    assert_eq!(stage.records(DESTINATION).await, json!({}));
    assert_eq!(stage.verify(DESTINATION).await, 0);
}
