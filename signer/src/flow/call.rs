//! A request as the flows see it, and what they answer: the same alone and in a batch.

pub use crate::domain::patch::BodyKind;
use crate::domain::uri::{CollectionUri, Id, List, Uri};
use serde_json::Value;
use std::sync::Arc;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads, and answers without a body.
    Head,
    /// Creates in a list.
    Post,
    /// Creates or replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// Whether it leaves everything as it is.
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A list of objects.
    List(List),
    /// One object.
    Object(Uri),
    /// `/permissions`
    Permissions,
    /// `/buckets/{bucket}/history`
    History(Id),
    /// `/buckets/{bucket}/collections/{collection}/changeset`
    Changeset(CollectionUri),
    /// `/buckets/monitor/collections/changes/records`
    MonitorRecords,
    /// `/buckets/monitor/collections/changes/changeset`
    MonitorChangeset,
    /// `/`
    Hello,
}

/// One request, alone or in a batch.
#[derive(Clone, Debug)]
pub struct Call {
    /// What to do …
    pub method: Method,
    /// … with what.
    pub target: Target,
    /// The path as called, with `/v1`, without the query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The header as sent.
    pub if_match: Option<String>,
    /// The header as sent.
    pub if_none_match: Option<String>,
    /// The body, where there is one.
    pub body: Option<Value>,
    /// How it is meant.
    pub body_kind: BodyKind,
    /// Scheme, host and `/v1` of the service as the caller sees it.
    pub base: String,
    /// Who asks.
    pub caller: Arc<Caller>,
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Caller {
    /// `notary:alice@example.org`, `basicauth:` and hexadecimal digits; `None` is anonymous.
    pub user_id: Option<String>,
}

/// What is answered to a [`Call`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header fields of this answer alone; the listener adds those of all answers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, or nothing.
    pub body: String,
}
