//! Source records hold no floats (KINTO 1.7).

use crate::{
    harness::Settings,
    stage::{DESTINATION, SOURCE, Stage},
};
use serde_json::json;

#[tokio::test]
async fn source_records_hold_no_floats() {
    let stage = Stage::free().await;
    for (data, path) in [
        (json!({"f": 1.5}), "f"),
        (json!({"a": {"b": 1e300}}), "a.b"),
        (json!({"a": [{"x": 1.0}]}), "a.0.x"),
    ] {
        let words = format!("field contains float value (tip: use integer or string), '{path}'");
        stage.record("owner", "r", data).await.expect_error(400, 109, &words);
    }
    stage.record("owner", "r", json!({"n": 1})).await.expect(201);
    let record = format!("{SOURCE}/records/r");
    stage.service.patch("owner", &record, json!({"n": 0.5})).await.expect(400);
    assert_eq!(stage.records(SOURCE).await, json!({"r": {"n": 1}}));
}

#[tokio::test]
async fn one_float_undoes_a_batch() {
    let stage = Stage::free().await;
    let put = |id: &str, n: serde_json::Value| {
        let path = format!("{SOURCE}/records/{id}");
        json!({"method": "PUT", "path": path, "body": {"data": {"n": n}}})
    };
    let reply = stage.batch("owner", json!([put("a", json!(1)), put("b", json!(1.5))])).await;
    reply.expect_error(400, 109, "field contains float value");
    assert_eq!(stage.records(SOURCE).await, json!({}));
    assert_eq!(stage.status().await, "signed");
}

#[tokio::test]
async fn unless_they_are_allowed() {
    let stage = Stage::with(Settings::default().set("signer.allow_floats", "true")).await;
    stage.record("owner", "r", json!({"f": [1.5, -0.0025, 1e21, 1.0]})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.verify(DESTINATION).await, 1);
}
