//! The objects of a list.

use super::{Page, Place, Source, statement::Statement};
use crate::{
    domain::{
        object::Timestamp,
        query::{ListQuery, projection::Projection},
    },
    error::{Error, Result},
    store::Tx,
};
use diesel::{
    Queryable,
    sql_types::{BigInt, Bool, Text},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Which objects of a list somebody gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible<'a> {
    /// All of them.
    All,
    /// Those that give one of these principals one of these permissions.
    Shared(&'a BTreeSet<String>, &'a [&'static str]),
}

/// An object, or a tombstone, as it is served.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Served {
    /// Its name.
    pub id: String,
    /// When it was last written.
    pub last_modified: Timestamp,
    /// Whether it is a tombstone.
    pub deleted: bool,
    head: String,
    tail: String,
}

impl Served {
    /// Canonical JSON.
    pub fn json(&self) -> String {
        format!("{}{}{}", self.head, self.last_modified, self.tail)
    }

    /// The same, behind a text.
    pub fn write_json(&self, out: &mut String) {
        out.push_str(&self.head);
        out.push_str(&self.last_modified.to_string());
        out.push_str(&self.tail);
    }

    /// The JSON of a part of it.
    ///
    /// # Errors
    /// [`Error::Broken`].
    pub fn part(&self, projection: &Projection) -> Result<String> {
        let whole: Map<String, Value> = self.parse()?;
        Ok(Value::Object(projection.apply(&whole)).to_string())
    }

    /// As a value.
    ///
    /// # Errors
    /// [`Error::Broken`].
    pub fn value(&self) -> Result<Value> {
        self.parse()
    }

    fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.json()).map_err(|_| Error::Broken("a stored object is no JSON"))
    }
}

/// A page of a list: its tombstones, too, if they are asked for.
///
/// # Errors
/// The database's.
pub fn page(
    tx: &mut Tx,
    list: i64,
    query: &ListQuery,
    visible: &Visible<'_>,
    tombstones: bool,
    limit: usize,
) -> Result<Page<Served>> {
    source(list, visible, tombstones).page::<(Text, BigInt, Bool, Text, Text), _>(tx, query, limit)
}

/// How many objects a list has, tombstones apart, on all pages.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx, list: i64, query: &ListQuery, visible: &Visible<'_>) -> Result<i64> {
    source(list, visible, false).count(tx, query)
}

fn source(list: i64, visible: &Visible<'_>, tombstones: bool) -> Source {
    let mut from = Statement::default();
    from.sql(" FROM objects WHERE list_id = ").number(list);
    if !tombstones {
        from.sql(" AND NOT deleted");
    }
    if let Visible::Shared(principals, permissions) = visible {
        let principals: Vec<String> = principals.iter().cloned().collect();
        // As the index has it.
        from.sql(" AND principals <> '{}' AND principals && ").texts(principals.clone());
        from.sql(" AND (FALSE");
        for permission in *permissions {
            from.sql(" OR permissions -> ").text(*permission);
            from.sql(" ?| ").texts(principals.clone());
        }
        from.sql(")");
    }
    Source {
        columns: "id, last_modified, deleted, head, tail",
        from,
        id: "id",
        member: |name| match name {
            "deleted" => {
                Place::Is("(CASE WHEN deleted THEN 'true'::jsonb ELSE data -> 'deleted' END)")
            }
            _ => Place::In("data"),
        },
    }
}
