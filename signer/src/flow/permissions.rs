//! `GET /permissions`: everything that permissions of the caller are written on.

use super::{
    call::{Answer, Call},
    pages,
    session::Session,
};
use crate::{
    domain::{
        object::Permissions,
        permission::names,
        query::{Fields, ListQuery},
        uri::{Kind, Uri},
    },
    error::{Error, Result},
    store::objects,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FIELDS: &[&str] =
    &["uri", "resource_name", "permissions", "bucket_id", "collection_id", "group_id", "record_id"];

/// Lists what the caller has permissions on, and which.
///
/// # Errors
/// [`Error::Invalid`], and the database's.
pub fn list(session: &mut Session, call: &Call) -> Result<Answer> {
    let query = ListQuery::parse(&call.query, Fields::Known(FIELDS), session.now_ms())?;
    let query = query.untimed("uri");
    let entries = entries(session)?;
    let headers = vec![("ETag", "\"0\"".to_owned())];
    pages::of_entries(session, call, &query, entries, headers)
}

fn entries(session: &mut Session) -> Result<Vec<Value>> {
    let principals = session.principals()?;
    session.flush()?;
    let named: Vec<String> = principals.iter().cloned().collect();
    let mut entries = Vec::new();
    if !session.service.config.api.bucket_create_principals.is_disjoint(&principals) {
        entries.push(json!({
            "uri": "/", "resource_name": "root", "permissions": ["bucket:create"],
        }));
    }
    for (uri, permissions) in objects::naming(session.tx, &named)? {
        let uri = Uri::parse(&uri).ok_or(Error::Broken("a stored URI is none"))?;
        entries.push(entry(&uri, &permissions, &principals));
    }
    Ok(entries)
}

fn entry(uri: &Uri, permissions: &Permissions, principals: &BTreeSet<String>) -> Value {
    let may: Vec<&str> = names(uri.kind())
        .iter()
        .copied()
        // Who may write may do everything else with the object.
        .filter(|name| ["write", name].iter().any(|name| permissions.grants(name, principals)))
        .collect();
    let mut entry = json!({
        "uri": uri.to_string(),
        "id": uri.id.as_str(),
        "resource_name": uri.kind().name(),
        "permissions": may,
        "bucket_id": uri.bucket_id().as_str(),
    });
    if let Some(collection) = uri.collection() {
        entry["collection_id"] = collection.id.as_str().into();
    }
    match uri.kind() {
        Kind::Group => entry["group_id"] = uri.id.as_str().into(),
        Kind::Record => entry["record_id"] = uri.id.as_str().into(),
        Kind::Bucket | Kind::Collection => {}
    }
    entry
}
