//! Objects and their tombstones.

use super::{Tx, exactly, intact, schema::objects};
use crate::{
    domain::{
        object::{Data, Form, Object, Permissions, Timestamp},
        uri::{Id, Kind},
    },
    error::{Error, Result},
};
use diesel::{prelude::*, upsert::excluded};
use serde_json::{Value, json};

/// What stands under a name.
#[derive(Clone, Debug)]
pub enum Entry {
    /// An object.
    Live(Object),
    /// A deleted one, and when it was deleted.
    Tombstone(Timestamp),
}

/// The form of the tombstone of an object.
///
/// # Errors
/// None that can happen.
pub fn tombstone_form(id: &Id) -> Result<Form> {
    let mut data = Data::new();
    data.insert("deleted".to_owned(), Value::Bool(true));
    Form::new(id, &data)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = objects)]
struct Row {
    list_id: i64,
    id: String,
    last_modified: Timestamp,
    deleted: bool,
    data: Value,
    head: String,
    tail: String,
    digest: Vec<u8>,
    permissions: Value,
}

impl Row {
    fn entry(self) -> Result<(i64, Id, Entry)> {
        let id = intact(Id::parse(&self.id))?;
        if self.deleted {
            return Ok((self.list_id, id, Entry::Tombstone(self.last_modified)));
        }
        let Value::Object(data) = self.data else {
            return Err(Error::Broken("the data of an object is no mapping"));
        };
        let digest = intact(self.digest.try_into().ok())?;
        let object = Object {
            id: id.clone(),
            last_modified: self.last_modified,
            data,
            permissions: intact(serde_json::from_value(self.permissions).ok())?,
            form: Form { head: self.head, tail: self.tail, digest },
        };
        Ok((self.list_id, id, Entry::Live(object)))
    }
}

/// Whatever stands under these names in these lists.
///
/// # Errors
/// The database's; [`Error::Broken`].
pub fn find(tx: &mut Tx, lists: &[i64], ids: &[&str]) -> Result<Vec<(i64, Id, Entry)>> {
    let rows = objects::table
        .filter(objects::list_id.eq_any(lists))
        .filter(objects::id.eq_any(ids))
        .select(Row::as_select());
    rows.load(tx)?.into_iter().map(Row::entry).collect()
}

/// One row to write.
#[derive(Insertable)]
#[diesel(table_name = objects)]
pub struct NewRow {
    list_id: i64,
    id: String,
    last_modified: Timestamp,
    deleted: bool,
    data: Value,
    head: String,
    tail: String,
    digest: Vec<u8>,
    permissions: Value,
    principals: Vec<String>,
    members: Option<Vec<String>>,
}

impl NewRow {
    /// A live object.
    pub fn live(list_id: i64, kind: Kind, object: &Object) -> Result<Self> {
        let Object { id, last_modified, data, permissions, form } = object;
        Ok(Self {
            list_id,
            id: id.to_string(),
            last_modified: *last_modified,
            deleted: false,
            data: Value::Object(data.clone()),
            head: form.head.clone(),
            tail: form.tail.clone(),
            digest: form.digest.to_vec(),
            principals: permissions.principals().into_iter().map(str::to_owned).collect(),
            permissions: json(permissions)?,
            members: (kind == Kind::Group).then(|| members(data)),
        })
    }

    /// The tombstone of an object.
    pub fn tombstone(list_id: i64, id: &Id, last_modified: Timestamp) -> Result<Self> {
        let form = tombstone_form(id)?;
        Ok(Self {
            list_id,
            id: id.to_string(),
            last_modified,
            deleted: true,
            data: json!({}),
            head: form.head,
            tail: form.tail,
            digest: form.digest.to_vec(),
            permissions: json!({}),
            principals: Vec::new(),
            members: None,
        })
    }
}

/// The members of a group.
fn members(data: &Data) -> Vec<String> {
    let members = data.get("members").and_then(Value::as_array).into_iter().flatten();
    members.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn json(permissions: &Permissions) -> Result<Value> {
    serde_json::to_value(permissions).map_err(|_| Error::Broken("permissions have no JSON"))
}

/// Writes rows over whatever stands under their names.
///
/// # Errors
/// The database's; among them a timestamp that another object of the list has.
pub fn save(tx: &mut Tx, rows: &[NewRow]) -> Result<()> {
    // PostgreSQL takes 65,535 parameters in a statement.
    for rows in rows.chunks(1000) {
        let saved = diesel::insert_into(objects::table)
            .values(rows)
            .on_conflict((objects::list_id, objects::id))
            .do_update()
            .set((
                objects::last_modified.eq(excluded(objects::last_modified)),
                objects::deleted.eq(excluded(objects::deleted)),
                objects::data.eq(excluded(objects::data)),
                objects::head.eq(excluded(objects::head)),
                objects::tail.eq(excluded(objects::tail)),
                objects::digest.eq(excluded(objects::digest)),
                objects::permissions.eq(excluded(objects::permissions)),
                objects::principals.eq(excluded(objects::principals)),
                objects::members.eq(excluded(objects::members)),
            ))
            .execute(tx)?;
        exactly(rows.len(), saved)?;
    }
    Ok(())
}

/// Removes everything from lists, tombstones too. Returns how many rows went.
///
/// # Errors
/// The database's.
pub fn purge(tx: &mut Tx, lists: &[i64]) -> Result<usize> {
    super::lists::rewrite(tx, lists)?;
    Ok(diesel::delete(objects::table.filter(objects::list_id.eq_any(lists))).execute(tx)?)
}

/// The groups, as list and id, that have this member.
///
/// # Errors
/// The database's.
pub fn groups_of(tx: &mut Tx, member: &str) -> Result<Vec<(String, String)>> {
    use super::schema::lists;
    Ok(objects::table
        .inner_join(lists::table)
        .filter(objects::members.contains(vec![member]))
        .select((lists::uri, objects::id))
        .load(tx)?)
}

/// The URIs and permissions of all objects whose permissions name one of these principals.
///
/// # Errors
/// The database's; [`Error::Broken`].
pub fn naming(tx: &mut Tx, principals: &[String]) -> Result<Vec<(String, Permissions)>> {
    use super::schema::lists;
    let rows: Vec<(String, String, Value)> = objects::table
        .inner_join(lists::table)
        // As the index has it.
        .filter(objects::principals.ne(Vec::<String>::new()))
        .filter(objects::principals.overlaps_with(principals))
        .select((lists::uri, objects::id, objects::permissions))
        .load(tx)?;
    let with_uri = |(list, id, permissions): (String, String, Value)| {
        Ok((format!("{list}/{id}"), intact(serde_json::from_value(permissions).ok())?))
    };
    rows.into_iter().map(with_uri).collect()
}
