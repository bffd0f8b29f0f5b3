//! The history of a bucket.

use super::{Page, Place, Source, statement::Statement};
use crate::{
    domain::{object::Timestamp, query::ListQuery},
    error::{Error, Result},
    store::Tx,
};
use chrono::{DateTime, SecondsFormat};
use diesel::{
    Queryable,
    sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The members of an entry, but for `id` and `last_modified`.
pub const FIELDS: &[&str] = &[
    "user_id",
    "uri",
    "action",
    "date",
    "resource_name",
    "bucket_id",
    "collection_id",
    "group_id",
    "record_id",
    "target",
];

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Entry {
    /// Its name.
    pub id: Uuid,
    /// Unique within the bucket's history.
    pub last_modified: Timestamp,
    date: i64,
    action: String,
    resource_name: String,
    uri: String,
    user_id: String,
    bucket: String,
    collection: Option<String>,
    object_id: String,
    target_last_modified: Timestamp,
    head: String,
    tail: String,
    permissions: Value,
}

type Row = (
    SqlUuid,
    BigInt,
    BigInt,
    Text,
    Text,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Text,
    BigInt,
    Text,
    Text,
    Jsonb,
);

impl Entry {
    /// As it is served.
    ///
    /// # Errors
    /// [`Error::Broken`].
    pub fn value(self) -> Result<Value> {
        let target = format!("{}{}{}", self.head, self.target_last_modified, self.tail);
        let target: Value = serde_json::from_str(&target)
            .map_err(|_| Error::Broken("the target of an entry is no JSON"))?;
        let date = DateTime::from_timestamp_micros(self.date)
            .ok_or(Error::Broken("the date of an entry is none"))?;
        let mut entry = json!({
            "id": self.id,
            "last_modified": self.last_modified,
            "date": date.to_rfc3339_opts(SecondsFormat::Micros, false),
            "action": self.action,
            "resource_name": self.resource_name,
            "uri": self.uri,
            "user_id": self.user_id,
            "bucket_id": self.bucket,
            "target": {"data": target, "permissions": self.permissions},
        });
        if let Some(collection) = self.collection {
            entry["collection_id"] = collection.into();
        }
        match self.resource_name.as_str() {
            "group" => entry["group_id"] = self.object_id.into(),
            "record" => entry["record_id"] = self.object_id.into(),
            _ => {}
        }
        Ok(entry)
    }
}

/// A page of a bucket's history.
///
/// # Errors
/// The database's.
pub fn page(tx: &mut Tx, bucket: &str, query: &ListQuery, limit: usize) -> Result<Page<Entry>> {
    source(bucket).page::<Row, _>(tx, query, limit)
}

/// How many entries a bucket's history has, on all pages.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx, bucket: &str, query: &ListQuery) -> Result<i64> {
    source(bucket).count(tx, query)
}

fn source(bucket: &str) -> Source {
    let mut from = Statement::default();
    from.sql(" FROM history WHERE bucket = ").text(bucket);
    Source {
        columns: "id, last_modified, date, action, resource_name, uri, user_id, bucket, \
                  collection, object_id, target_last_modified, head, tail, permissions",
        from,
        id: "id::text",
        member: |name| {
            Place::Is(match name {
                "user_id" => "to_jsonb(user_id)",
                "uri" => "to_jsonb(uri)",
                "action" => "to_jsonb(action)",
                "date" => {
                    "to_jsonb(to_char(timestamp '1970-01-01' + date * interval '1 microsecond', \
                     'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"'))"
                }
                "resource_name" => "to_jsonb(resource_name)",
                "bucket_id" => "to_jsonb(bucket)",
                "collection_id" => "to_jsonb(collection)",
                "group_id" => "to_jsonb(CASE resource_name WHEN 'group' THEN object_id END)",
                "record_id" => "to_jsonb(CASE resource_name WHEN 'record' THEN object_id END)",
                "target" => {
                    "jsonb_build_object('data', (head || target_last_modified || tail)::jsonb, \
                     'permissions', permissions)"
                }
                _ => "NULL::jsonb",
            })
        },
    }
}
