//! A collection under review: `stage/c`, its preview and its destination, and the people around it.

use crate::harness::{Service, Settings, service::Reply};
use notary_signer::{clock::Clock, signing::fetch::CollectionUrl};
use reqwest::Method;
use serde_json::{Map, Value, json};

pub const SOURCE: &str = "/buckets/stage/collections/c";
pub const PREVIEW: &str = "/buckets/preview/collections/c";
pub const DESTINATION: &str = "/buckets/prod/collections/c";

/// The collection is `owner`'s; `ed` and `eve` edit, `rae` and `rob` review.
pub struct Stage {
    pub service: Service,
}

impl Stage {
    /// Reviews are needed, and groups checked.
    pub async fn reviewed() -> Self {
        let settings = Settings::default()
            .set("signer.to_review_enabled", "true")
            .set("signer.group_check_enabled", "true");
        Self::with(settings).await
    }

    /// Whoever may write may sign.
    pub async fn free() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let stage = Self { service: settings.start().await };
        stage.service.put("owner", "/buckets/stage", json!({})).await.expect(201);
        stage.service.put("owner", SOURCE, json!({})).await.expect(201);
        stage.enlist().await;
        stage
    }

    /// Puts everybody into the groups, which came with the collection.
    async fn enlist(&self) {
        for (group, members) in [("editors", ["ed", "eve"]), ("reviewers", ["rae", "rob"])] {
            let mut ids = Vec::new();
            for user in members {
                ids.push(self.service.user_id(user).await);
            }
            let path = format!("/buckets/stage/groups/{group}");
            self.service.patch("owner", &path, json!({"members": ids})).await.expect(200);
        }
    }

    /// Writes a record of the source.
    pub async fn record(&self, user: &str, id: &str, data: Value) -> Reply {
        self.service.put(user, &format!("{SOURCE}/records/{id}"), data).await
    }

    pub async fn delete_record(&self, user: &str, id: &str) -> Reply {
        self.service.delete(user, &format!("{SOURCE}/records/{id}")).await
    }

    /// Asks for a status.
    pub async fn ask(&self, user: &str, status: &str) -> Reply {
        self.service.patch(user, SOURCE, json!({"status": status})).await
    }

    /// `ed` writes a record, asks for review, and `rae` approves.
    pub async fn publish(&self, id: &str, data: Value) {
        let written = self.record("ed", id, data).await;
        assert!(written.status.is_success(), "{:#}", written.body);
        self.ask("ed", "to-review").await.expect(200);
        self.ask("rae", "to-sign").await.expect(200);
    }

    /// Several calls of one user in one transaction.
    pub async fn batch(&self, user: &str, requests: Value) -> Reply {
        self.service.call(user, Method::POST, "/batch", json!({ "requests": requests })).await
    }

    /// A collection's metadata.
    pub async fn metadata(&self, collection: &str) -> Map<String, Value> {
        let reply = self.service.get("owner", collection).await.expect(200);
        reply.body["data"].as_object().unwrap().clone()
    }

    pub async fn status(&self) -> Value {
        self.metadata(SOURCE).await.get("status").cloned().unwrap_or_default()
    }

    /// The live records of a collection by id, without their timestamps.
    pub async fn records(&self, collection: &str) -> Value {
        let reply = self.service.get("owner", &format!("{collection}/records")).await.expect(200);
        let mut records = Map::new();
        for record in reply.body["data"].as_array().unwrap() {
            let mut record = record.as_object().unwrap().clone();
            let id = record.remove("id").unwrap();
            record.remove("last_modified").unwrap();
            records.insert(id.as_str().unwrap().to_owned(), Value::Object(record));
        }
        Value::Object(records)
    }

    /// The timestamp of a collection's records.
    pub async fn clock(&self, collection: &str) -> i64 {
        self.service.get("owner", &format!("{collection}/records")).await.expect(200).etag()
    }

    /// The ids of a collection's tombstones.
    pub async fn tombstones(&self, collection: &str) -> Vec<String> {
        let path = format!("{collection}/records?_since=1&deleted=true");
        let reply = self.service.get("owner", &path).await.expect(200);
        let mut ids: Vec<String> = reply.body["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tombstone| tombstone["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }

    /// Fetches a collection as anybody would, and checks its signature. Gives how many records it
    /// has.
    #[track_caller]
    pub fn verify(&self, collection: &str) -> impl Future<Output = usize> + use<> {
        let url = format!("{}{collection}", self.service.url);
        let caller = std::panic::Location::caller();
        async move {
            let url: CollectionUrl = url.parse().unwrap();
            let snapshot = url.fetch(&Clock::System).await.unwrap();
            let verified = snapshot.verify(None);
            assert!(verified.is_ok(), "{verified:?} at {caller}");
            snapshot.count()
        }
    }
}
