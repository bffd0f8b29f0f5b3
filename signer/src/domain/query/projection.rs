//! The members to show: `_fields=title,author.name`.

use super::Fields;
use crate::error::{Error, Result};
use serde_json::{Map, Value};

/// Members, and members of members. `id` and `last_modified` are always among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection(Vec<Vec<String>>);

impl Projection {
    /// From a list of names with dots; `None` where it is empty.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field that the list does not have.
    pub fn parse(text: &str, fields: Fields) -> Result<Option<Self>> {
        let names: Vec<&str> = text.split(',').filter(|name| !name.is_empty()).collect();
        let unknown: Vec<&str> = names
            .iter()
            .filter(|name| !fields.knows(name))
            .map(|name| name.split('.').next().unwrap_or_default())
            .collect();
        if !unknown.is_empty() {
            let words = format!("Fields {} do not exist", unknown.join(","));
            return Err(Error::invalid("querystring", "_fields", words));
        }
        if names.is_empty() {
            return Ok(None);
        }
        let path = |name: &str| name.split('.').map(str::to_owned).collect();
        Ok(Some(Self(names.into_iter().chain(["id", "last_modified"]).map(path).collect())))
    }

    /// The part of an entry that is to be shown.
    pub fn apply(&self, entry: &Map<String, Value>) -> Map<String, Value> {
        let mut shown = Map::new();
        for path in &self.0 {
            show(path, entry, &mut shown);
        }
        shown
    }
}

/// Copies what is at the path; of what has no members, all.
fn show(path: &[String], from: &Map<String, Value>, to: &mut Map<String, Value>) {
    let Some((name, rest)) = path.split_first() else { return };
    match from.get(name) {
        None => {}
        Some(Value::Object(inner)) if !rest.is_empty() => {
            let shown = to.entry(name.as_str()).or_insert_with(|| Map::new().into());
            if let Value::Object(shown) = shown {
                show(rest, inner, shown);
            }
        }
        Some(value) => _ = to.insert(name.clone(), value.clone()),
    }
}
