//! The three kinds of PATCH (KINTO 2.7).

mod operations;

use self::operations::operate;
use super::{
    body::{Listed, Parts, check_data, check_id, not_a_mapping, take_timestamp},
    object::{Data, Object, Permissions, Timestamp},
    uri::Kind,
};
use crate::error::{Error, Result};
use serde_json::Value;

/// How the body of a PATCH is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`: members replace members, listed permissions replace permissions.
    Json,
    /// `application/merge-patch+json` (RFC 7396)
    MergePatch,
    /// `application/json-patch+json` (RFC 6902)
    JsonPatch,
}

/// An object after a PATCH.
#[derive(Clone, Debug, PartialEq)]
pub struct Patched {
    /// All its members.
    pub data: Data,
    /// The time the PATCH asks for, if later than what the object has.
    pub last_modified: Option<Timestamp>,
    /// All its permissions.
    pub permissions: Permissions,
}

/// Applies a PATCH.
///
/// # Errors
/// [`Error::Invalid`].
pub fn apply(how: BodyKind, kind: Kind, body: Option<Value>, object: &Object) -> Result<Patched> {
    let (mut data, permissions) = match how {
        BodyKind::Json => replace_members(kind, body, object)?,
        BodyKind::MergePatch => merge(kind, body, object)?,
        BodyKind::JsonPatch => operate(kind, body, object)?,
    };
    check_id(data.remove("id").as_ref(), &object.id)?;
    let last_modified = take_timestamp(&mut data).filter(|time| *time > object.last_modified);
    let data = check_data(kind, data, "")?;
    Ok(Patched { data, last_modified, permissions })
}

/// The parts of a body that is an object.
fn parts(kind: Kind, body: Option<Value>) -> Result<(Data, Listed)> {
    let parts = Parts::parse(kind, body)?;
    if parts.data.is_none() && parts.permissions.is_none() {
        let words = "Provide at least one of data or permissions";
        return Err(Error::invalid("body", "data", words));
    }
    Ok((parts.data.unwrap_or_default(), parts.permissions.unwrap_or_default()))
}

fn replace_members(
    kind: Kind,
    body: Option<Value>,
    object: &Object,
) -> Result<(Data, Permissions)> {
    let (changes, listed) = parts(kind, body)?;
    let mut data = object.data.clone();
    data.extend(changes);
    let listed = listed.into_iter().filter_map(|(name, to)| Some((name, to?)));
    let permissions = replace_permissions(&object.permissions, listed);
    Ok((data, permissions))
}

fn merge(kind: Kind, body: Option<Value>, object: &Object) -> Result<(Data, Permissions)> {
    let (changes, listed) = parts(kind, body)?;
    let mut merged = Value::Object(object.data.clone());
    json_patch::merge(&mut merged, &Value::Object(changes));
    let data = into_data(merged)?;
    let listed = listed.into_iter().map(|(name, to)| (name, to.unwrap_or_default()));
    let permissions = replace_permissions(&object.permissions, listed);
    Ok((data, permissions))
}

fn replace_permissions(
    permissions: &Permissions,
    listed: impl Iterator<Item = (&'static str, Vec<String>)>,
) -> Permissions {
    let mut permissions = permissions.clone();
    for (name, principals) in listed {
        permissions.0.remove(name);
        principals.into_iter().for_each(|principal| permissions.allow(name, principal));
    }
    permissions
}

fn into_data(value: Value) -> Result<Data> {
    match value {
        Value::Object(data) => Ok(data),
        other => Err(not_a_mapping("data", &other)),
    }
}

#[cfg(test)]
mod tests;
