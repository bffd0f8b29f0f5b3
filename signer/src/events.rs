//! The steps of a review as events: to subscribers within the process, in the transaction, and to a
//! webhook, once it is committed.

use crate::{
    config::Resource,
    domain::{object::Object, uri::CollectionUri},
    error::{Error, Result},
    flow::session::{Change, Session},
    store::{Tx, outbox},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which step, and what only this step knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event")]
pub enum Kind {
    /// Somebody asked for review.
    ReviewRequested {
        /// `last_editor_comment`.
        comment: String,
        /// Records that changed in the preview; `None` without a preview.
        changes_count: Option<i64>,
        /// Their size as clients get them.
        changes_size_bytes: Option<i64>,
    },
    /// A reviewer sent it back.
    ReviewRejected {
        /// `last_reviewer_comment`.
        comment: String,
    },
    /// A reviewer approved, and it is published.
    ReviewApproved {
        /// Records that changed in the destination.
        changes_count: i64,
        /// Their size as clients get them.
        changes_size_bytes: i64,
    },
    /// The source was made what the destination is.
    ReviewCanceled {
        /// Records that changed in source and preview.
        changes_count: i64,
    },
}

/// A step of a review.
#[derive(Clone, Debug)]
pub struct ReviewEvent {
    /// Which step.
    pub kind: Kind,
    /// Who took it.
    pub user_id: String,
    /// When: the source's `last_modified`, in milliseconds since the epoch.
    pub timestamp: i64,
    /// Source, preview and destination.
    pub resource: Resource,
    /// The source's metadata as the request has written it …
    pub new: Arc<Object>,
    /// … and as it was before.
    pub old: Option<Arc<Object>>,
}

impl ReviewEvent {
    /// The step that a change of a source collection was.
    pub fn new(kind: Kind, change: &Change, new: Arc<Object>, resource: Resource) -> Self {
        let (user_id, timestamp) = (change.by.clone(), change.timestamp);
        Self { kind, user_id, timestamp, resource, new, old: change.old.clone() }
    }

    /// The event as JSON: `event` (its name), `payload`, `resource`, `impacted_objects` (KINTO
    /// 1.11).
    ///
    /// # Errors
    /// [`Error::Broken`] never in practice.
    pub fn json(&self) -> Result<Value> {
        let source = &self.resource.source;
        let mut payload =
            serde_json::to_value(&self.kind).map_err(|_| Error::Broken("an event has no JSON"))?;
        let members = payload.as_object_mut().ok_or(Error::Broken("an event has no members"))?;
        let event = members.remove("event");
        for (name, value) in [
            ("timestamp", json!(self.timestamp)),
            ("action", json!("update")),
            ("uri", json!(source.to_string())),
            ("user_id", json!(self.user_id)),
            ("resource_name", json!("collection")),
            ("bucket_id", json!(source.bucket.as_str())),
            ("collection_id", json!(source.id.as_str())),
        ] {
            members.insert(name.to_owned(), value);
        }
        let place = |place: &CollectionUri| json!({"bucket": place.bucket.as_str(), "collection": place.id.as_str()});
        let mut resource = json!({
            "source": place(source),
            "destination": place(&self.resource.destination),
        });
        if let (Some(preview), Some(members)) = (&self.resource.preview, resource.as_object_mut()) {
            members.insert("preview".to_owned(), place(preview));
        }
        let mut impacted = json!({"new": self.new.value()});
        if let (Some(old), Some(members)) = (&self.old, impacted.as_object_mut()) {
            members.insert("old".to_owned(), old.value());
        }
        Ok(json!({
            "event": event,
            "payload": payload,
            "resource": resource,
            "impacted_objects": [impacted],
        }))
    }
}

/// Somebody in the process who wants to know.
pub trait Subscriber: std::fmt::Debug + Send + Sync {
    /// Hears of a step just before it is committed, in its transaction: what is written there is
    /// committed or undone with it. May hear of a step again that was undone before.
    ///
    /// # Errors
    /// Any error undoes the whole request, and is its answer.
    fn handle(&self, event: &ReviewEvent, tx: &mut Tx) -> Result<()>;
}

/// Tells all subscribers, in the order of the steps, and leaves webhooks in the outbox.
///
/// # Errors
/// A subscriber's, or the database's.
pub fn deliver(session: &mut Session<'_>, events: &[ReviewEvent]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    session.flush()?;
    let service = session.service;
    for event in events {
        for subscriber in &service.subscribers {
            subscriber.handle(event, session.tx)?;
        }
        if service.config.webhook.is_some() {
            let body = event.json()?.to_string();
            outbox::insert(session.tx, service.random.uuid(), &body, session.now)?;
        }
    }
    Ok(())
}
