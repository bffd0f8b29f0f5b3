//! A client that pulls and verifies, again and again, while others publish.

use crate::{
    harness::Settings,
    stage::{DESTINATION, SOURCE, Stage},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinHandle;

/// Verifies the destination until it is told to stop; gives how often it did.
struct Reader {
    stop: Arc<AtomicBool>,
    reading: JoinHandle<usize>,
}

impl Reader {
    fn start(stage: &Arc<Stage>) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let (stage, stopped) = (stage.clone(), stop.clone());
        let reading = tokio::spawn(async move {
            let mut times = 0;
            while !stopped.load(Ordering::SeqCst) {
                stage.verify(DESTINATION).await;
                times += 1;
            }
            times
        });
        Self { stop, reading }
    }

    async fn stop(self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        self.reading.await.unwrap()
    }
}

/// Changes some records and approves, in one batch.
fn publication(node: &str, n: usize) -> Value {
    let record = |id: usize| format!("{SOURCE}/records/{node}{id}");
    json!([
        {"method": "PUT", "path": record(n % 7), "body": {"data": {"n": n}}},
        {"method": "PUT", "path": record(n % 5 + 10), "body": {"data": {"n": n}}},
        {"method": "DELETE", "path": record(n % 3 + 10), "body": {}},
        {"method": "PATCH", "path": SOURCE, "body": {"data": {"status": "to-sign"}}},
    ])
}

#[tokio::test]
async fn never_sees_records_that_do_not_match_their_signature() {
    let stage = Arc::new(Stage::free().await);
    let reader = Reader::start(&stage);
    for n in 0..200 {
        stage.batch("owner", publication("a", n)).await.expect(200);
        assert_eq!(stage.status().await, "signed");
    }
    assert!(reader.stop().await > 50);
    assert_eq!(stage.records(DESTINATION).await, stage.records(SOURCE).await);
}

#[tokio::test]
async fn nor_while_two_nodes_publish_at_once() {
    let stage = Arc::new(Stage::free().await);
    let other = Settings::default().on(&stage.service.database).start().await;
    let other = Arc::new(Stage { service: other });
    let reader = Reader::start(&stage);
    let publish = |node: &'static str, stage: Arc<Stage>| {
        tokio::spawn(async move {
            for n in 0..40 {
                stage.batch("owner", publication(node, n)).await.expect(200);
            }
        })
    };
    let (a, b) = (publish("a", stage.clone()), publish("b", other.clone()));
    a.await.unwrap();
    b.await.unwrap();
    assert!(reader.stop().await > 10);
    let (source, published) = (stage.records(SOURCE).await, stage.records(DESTINATION).await);
    assert_eq!(published, source);
    for node in ["a", "b"] {
        assert_eq!(published[format!("{node}4")], json!({"n": 39}));
    }
    assert_eq!(other.status().await, "signed");
    other.verify(DESTINATION).await;
}
