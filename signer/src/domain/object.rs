//! Objects: data, permissions, and the canonical JSON that is served and signed.

use super::{canonical, uri::Id};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds since the Unix epoch; unique within a list.
pub type Timestamp = i64;

/// The members of an object but for `id` and `last_modified`.
pub type Data = Map<String, Value>;

/// Who may do what with an object: permission to principals. Holds no empty set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(pub BTreeMap<String, BTreeSet<String>>);

impl Permissions {
    /// Whether one of these principals has the permission on the object itself.
    pub fn grants(&self, permission: &str, principals: &BTreeSet<String>) -> bool {
        self.0.get(permission).is_some_and(|granted| !granted.is_disjoint(principals))
    }

    /// Adds a principal.
    pub fn allow(&mut self, permission: &str, principal: impl Into<String>) {
        self.0.entry(permission.to_owned()).or_default().insert(principal.into());
    }

    /// Everybody named in it.
    pub fn principals(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(String::as_str).collect()
    }
}

/// A live object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its name.
    pub id: Id,
    /// When it was last written.
    pub last_modified: Timestamp,
    /// Its members.
    pub data: Data,
    /// Who may do what with it.
    pub permissions: Permissions,
    /// Its canonical form.
    pub form: Form,
}

impl Object {
    /// # Errors
    /// As [`Form::new`].
    pub fn new(
        id: Id,
        last_modified: Timestamp,
        data: Data,
        permissions: Permissions,
    ) -> Result<Self> {
        let form = Form::new(&id, &data)?;
        Ok(Self { id, last_modified, data, permissions, form })
    }

    /// As it is served: canonical JSON.
    pub fn json(&self) -> String {
        self.form.at(self.last_modified)
    }

    /// As it is served, as a value.
    pub fn value(&self) -> Value {
        let mut data = self.data.clone();
        data.insert("id".to_owned(), self.id.as_str().into());
        data.insert("last_modified".to_owned(), self.last_modified.into());
        Value::Object(data)
    }
}

/// The canonical JSON of an object around its timestamp, which alone changes when the object is
/// published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Up to and with `"last_modified":`.
    pub head: String,
    /// From behind the timestamp to the closing brace.
    pub tail: String,
    /// SHA-256 of the whole without `last_modified` and `schema`.
    pub digest: [u8; 32],
}

const LAST_MODIFIED: &str = "last_modified";

impl Form {
    /// The form of an object with these members.
    ///
    /// # Errors
    /// [`Error::Broken`](crate::error::Error::Broken) for a number that JSON cannot hold.
    pub fn new(id: &Id, data: &Data) -> Result<Self> {
        let id = Value::from(id.as_str());
        let members = data.iter().filter(|(key, _)| *key != "id" && *key != LAST_MODIFIED);
        let mut members: Vec<(&str, &Value)> = members.map(|(k, v)| (k.as_str(), v)).collect();
        members.push(("id", &id));
        members.sort_unstable_by_key(|(key, _)| *key);
        let (mut head, mut tail, mut digest) = ("{".to_owned(), String::new(), Sha256::new());
        for (key, value) in members {
            let member =
                format!("{}:{}", canonical::to_string(&key.into())?, canonical::to_string(value)?);
            if key != "schema" {
                digest.update(&member);
                digest.update(",");
            }
            if key < LAST_MODIFIED {
                head.push_str(&member);
                head.push(',');
            } else {
                tail.push(',');
                tail.push_str(&member);
            }
        }
        head.push_str("\"last_modified\":");
        tail.push('}');
        Ok(Self { head, tail, digest: digest.finalize().into() })
    }

    /// The canonical JSON of the object at this time.
    pub fn at(&self, last_modified: Timestamp) -> String {
        format!("{}{last_modified}{}", self.head, self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(data: Value) -> Form {
        Form::new(&Id::parse("x").unwrap(), data.as_object().unwrap()).unwrap()
    }

    #[test]
    fn the_timestamp_stands_where_its_key_belongs() {
        let data =
            json!({"z": 1, "a": [true, null], "last_modifiee": 2, "last_modifiez": 3, "": "é"});
        assert_eq!(
            form(data).at(7),
            r#"{"":"\u00e9","a":[true,null],"id":"x","last_modified":7,"last_modifiee":2,"last_modifiez":3,"z":1}"#
        );
        assert_eq!(form(json!({})).at(1), r#"{"id":"x","last_modified":1}"#);
    }

    #[test]
    fn the_digest_sees_everything_but_timestamp_and_schema() {
        let one = form(json!({"a": 1, "schema": 5, "last_modified": 3}));
        assert_eq!(one.digest, form(json!({"a": 1, "schema": 6})).digest);
        assert_ne!(one.digest, form(json!({"a": 2})).digest);
        assert_ne!(one.digest, form(json!({"a": 1, "b": null})).digest);
    }
}
