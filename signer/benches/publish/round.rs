//! A collection's way from its first record to readers, timed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, Person, seconds};

/// One is too quick to be told from noise.
const READS: u32 = 5;

/// Seconds that an editor, a reviewer and a reader wait.
pub struct Round {
    pub create: f64,
    pub review: f64,
    pub approval: f64,
    pub one_review: f64,
    pub one_approval: f64,
    pub read: f64,
}

/// The bucket that both may read.
pub fn prepare(client: &Client) {
    let reader = client.reviewer();
    client.put("/buckets/stage", &json!({ "permissions": { "read": [reader] } }));
}

/// A new collection with that many records.
pub fn run(client: &Client, name: &str, records: usize) -> Round {
    let source = format!("/buckets/stage/collections/{name}");
    let destination = format!("/buckets/prod/collections/{name}");
    let reviewer = client.reviewer();
    client.put(&source, &json!({ "permissions": { "write": [reviewer] } }));
    let members = json!({ "data": { "members": [reviewer] } });
    client.put(&format!("/buckets/stage/groups/{name}-reviewers"), &members);

    let create = seconds(|| client.fill(&source, records));
    let (review, approval) = publish(client, &source);
    let changed = format!("{source}/records/{:0>8}-0000-4000-8000-000000000000", records / 2);
    let body = json!({ "data": { "n": 11 } });
    client.send(Person::Editor, Method::PATCH, &changed, Some(&body));
    let (one_review, one_approval) = publish(client, &source);

    let list = format!("{destination}/records");
    let mut body = Vec::new();
    let read = seconds(|| (0..READS).for_each(|_| body = client.get(&list))) / f64::from(READS);
    let list: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(list["data"].as_array().unwrap().len(), records);
    let metadata: Value = serde_json::from_slice(&client.get(&destination)).unwrap();
    assert!(metadata["data"]["signature"]["signature"].is_string(), "{metadata}");
    Round { create, review, approval, one_review, one_approval, read }
}

/// Seconds for the review and for the approval.
fn publish(client: &Client, source: &str) -> (f64, f64) {
    let review = seconds(|| client.status(Person::Editor, source, "to-review"));
    let approval = seconds(|| client.status(Person::Reviewer, source, "to-sign"));
    (review, approval)
}
