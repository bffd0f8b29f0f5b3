//! One request, or one batch, in one transaction: a unit of work. Objects are read once, and
//! written together, before something asks the database about lists and at the end.

mod clocks;
mod save;

use super::{call::Caller, service::Service};
use crate::{
    domain::{
        object::{Data, Object, Permissions, Timestamp},
        schema_check::Schema,
        uri::{List, Uri},
    },
    error::Result,
    store::{
        Tx,
        objects::{self, Entry},
        publish::Told,
    },
};
use chrono::{DateTime, Utc};
use indexmap::IndexSet;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Who the signer itself is, in history and tracking fields.
pub const PLUGIN_USER: &str = "plugin:kinto-signer";

/// The unit of work.
pub struct Session<'a> {
    /// The transaction.
    pub tx: &'a mut Tx,
    /// What all requests share.
    pub service: &'a Service,
    /// Which call is at hand …
    pub call: usize,
    /// … and whose it is.
    pub caller: Arc<Caller>,
    /// When the request came; the same for all that it does.
    pub now: DateTime<Utc>,
    /// What was done so far, in order.
    pub changes: Vec<Change>,
    /// What was published, for the history.
    pub published: Vec<Told>,
    lists: HashMap<String, Option<ListState>>,
    slots: HashMap<Uri, Slot>,
    unsaved: IndexSet<Uri>,
    principals: HashMap<Arc<Caller>, Arc<BTreeSet<String>>>,
    schemas: HashMap<(Uri, String), (Arc<Schema>, Timestamp)>,
}

/// A list and its clock, as this transaction sees them.
#[derive(Clone, Copy, Debug)]
pub struct ListState {
    /// Its key in the store.
    pub id: i64,
    /// When something in it was last changed: its ETag.
    pub clock: Timestamp,
    locked: bool,
    moved: bool,
    rewritten: bool,
}

/// One object that was created, changed or deleted.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where.
    pub uri: Uri,
    /// Which call did it, itself or by what follows from it.
    pub call: usize,
    /// Whose doing: a user id.
    pub by: String,
    /// The object before.
    pub old: Option<Arc<Object>>,
    /// The object after; `None` where it was deleted.
    pub new: Option<Arc<Object>>,
    /// When, by the clock of the list.
    pub timestamp: Timestamp,
}

/// Whose doing a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The caller's.
    Caller,
    /// The signer's own.
    Plugin,
}

#[derive(Clone)]
enum Slot {
    Nothing,
    Tombstone(Timestamp),
    Live(Arc<Object>),
}

impl<'a> Session<'a> {
    /// A session that has not read anything yet.
    pub fn new(
        tx: &'a mut Tx,
        service: &'a Service,
        caller: Arc<Caller>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            tx,
            service,
            call: 0,
            caller,
            now,
            changes: Vec::new(),
            published: Vec::new(),
            lists: HashMap::new(),
            slots: HashMap::new(),
            unsaved: IndexSet::new(),
            principals: HashMap::new(),
            schemas: HashMap::new(),
        }
    }

    /// The time in milliseconds, as clocks of lists count it.
    pub fn now_ms(&self) -> Timestamp {
        self.now.timestamp_millis()
    }

    /// The caller's id, in history and permissions; anonymous callers share one.
    pub fn user_id(&self) -> String {
        self.caller.user_id.clone().unwrap_or_else(|| "system.Everyone".to_owned())
    }

    /// Everything that permissions may name the caller by: as it was when the request began.
    ///
    /// # Errors
    /// The database's.
    pub fn principals(&mut self) -> Result<Arc<BTreeSet<String>>> {
        if let Some(known) = self.principals.get(&self.caller) {
            return Ok(known.clone());
        }
        let mut principals = BTreeSet::from(["system.Everyone".to_owned()]);
        if let Some(user) = &self.caller.user_id {
            principals.insert("system.Authenticated".to_owned());
            let groups = objects::groups_of(self.tx, user)?;
            principals.extend(groups.into_iter().map(|(list, id)| format!("{list}/{id}")));
            principals.insert(user.clone());
        }
        let principals = Arc::new(principals);
        self.principals.insert(self.caller.clone(), principals.clone());
        Ok(principals)
    }

    /// Reads objects together that will be asked for one by one.
    ///
    /// # Errors
    /// The database's.
    pub fn prefetch(&mut self, uris: impl IntoIterator<Item = Uri>) -> Result<()> {
        let uris = uris.into_iter().filter(|uri| !self.slots.contains_key(uri));
        let uris: HashSet<Uri> = uris.collect();
        if uris.is_empty() {
            return Ok(());
        }
        let by_name: HashMap<String, List> =
            uris.iter().map(|uri| (uri.list.to_string(), uri.list.clone())).collect();
        let unknown = by_name.keys().filter(|name| !self.lists.contains_key(*name));
        let unknown: Vec<String> = unknown.cloned().collect();
        if !unknown.is_empty() {
            self.find_lists(unknown)?;
        }
        let by_id: HashMap<i64, &List> = by_name
            .iter()
            .filter_map(|(name, list)| Some((self.lists.get(name)?.as_ref()?.id, list)))
            .collect();
        let ids: BTreeSet<&str> = uris.iter().map(|uri| uri.id.as_str()).collect();
        let keys: Vec<i64> = by_id.keys().copied().collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let found = if keys.is_empty() { Vec::new() } else { objects::find(self.tx, &keys, &ids)? };
        for (list, id, entry) in found {
            let Some(list) = by_id.get(&list) else { continue };
            let slot = match entry {
                Entry::Live(object) => Slot::Live(Arc::new(object)),
                Entry::Tombstone(timestamp) => Slot::Tombstone(timestamp),
            };
            self.slots.entry(list.object(id)).or_insert(slot);
        }
        for uri in uris {
            self.slots.entry(uri).or_insert(Slot::Nothing);
        }
        Ok(())
    }

    fn slot(&mut self, uri: &Uri) -> Result<Slot> {
        if !self.slots.contains_key(uri) {
            self.prefetch([uri.clone()])?;
        }
        Ok(self.slots.get(uri).cloned().unwrap_or(Slot::Nothing))
    }

    /// The object, if it exists.
    ///
    /// # Errors
    /// The database's.
    pub fn object(&mut self, uri: &Uri) -> Result<Option<Arc<Object>>> {
        Ok(match self.slot(uri)? {
            Slot::Live(object) => Some(object),
            Slot::Tombstone(_) | Slot::Nothing => None,
        })
    }

    /// The JSON Schema that an object holds under this name, and the object's timestamp: made ready
    /// once for all objects of a batch.
    ///
    /// # Errors
    /// [`Error::Invalid`] if its references lead nowhere, and the database's.
    pub fn schema(&mut self, holder: &Uri, name: &str) -> Result<Option<(Arc<Schema>, Timestamp)>> {
        let Some(object) = self.object(holder)? else { return Ok(None) };
        let Some(value) = object.data.get(name) else { return Ok(None) };
        let key = (holder.clone(), name.to_owned());
        if let Some((schema, at)) = self.schemas.get(&key)
            && *at == object.last_modified
        {
            return Ok(Some((schema.clone(), *at)));
        }
        let schema = (Arc::new(Schema::compile(value)?), object.last_modified);
        self.schemas.insert(key, schema.clone());
        Ok(Some(schema))
    }

    /// Creates or replaces an object. `posted` is the timestamp that the caller would like.
    ///
    /// # Errors
    /// The database's.
    pub fn put(
        &mut self,
        uri: &Uri,
        data: Data,
        permissions: Permissions,
        posted: Option<Timestamp>,
        by: By,
    ) -> Result<Arc<Object>> {
        self.lock([uri.list.to_string()])?;
        let old = self.object(uri)?;
        let at = self.tick(&uri.list, posted, old.as_ref().map(|old| old.last_modified))?;
        let new = Arc::new(Object::new(uri.id.clone(), at, data, permissions)?);
        if old.is_none() {
            self.make_lists(uri)?;
        }
        self.write(uri, Slot::Live(new.clone()));
        self.record(uri, by, old, Some(new.clone()), at);
        Ok(new)
    }

    /// Deletes an object, and leaves a tombstone; what is below it stays. Returns the tombstone's
    /// timestamp, or `None` where there was no object.
    ///
    /// # Errors
    /// The database's.
    pub fn delete(
        &mut self,
        uri: &Uri,
        posted: Option<Timestamp>,
        by: By,
    ) -> Result<Option<Timestamp>> {
        self.lock([uri.list.to_string()])?;
        let Some(old) = self.object(uri)? else { return Ok(None) };
        let at = self.tick(&uri.list, posted, Some(old.last_modified))?;
        self.write(uri, Slot::Tombstone(at));
        self.record(uri, by, Some(old), None, at);
        Ok(Some(at))
    }

    /// Removes everything below an object, tombstones too; the clocks of the lists stay.
    ///
    /// # Errors
    /// The database's.
    pub fn purge_below(&mut self, uri: &Uri) -> Result<()> {
        let lists = self.lock_below(uri)?;
        objects::purge(self.tx, &lists)?;
        Ok(())
    }

    fn write(&mut self, uri: &Uri, slot: Slot) {
        self.slots.insert(uri.clone(), slot);
        self.unsaved.insert(uri.clone());
    }

    fn record(
        &mut self,
        uri: &Uri,
        by: By,
        old: Option<Arc<Object>>,
        new: Option<Arc<Object>>,
        timestamp: Timestamp,
    ) {
        let by = match by {
            By::Caller => self.user_id(),
            By::Plugin => PLUGIN_USER.to_owned(),
        };
        self.changes.push(Change { uri: uri.clone(), call: self.call, by, old, new, timestamp });
    }
}

impl Change {
    /// `create`, `update` or `delete`.
    pub fn action(&self) -> &'static str {
        match (&self.old, &self.new) {
            (_, None) => "delete",
            (None, Some(_)) => "create",
            (Some(_), Some(_)) => "update",
        }
    }
}

/// The list of what was done in the object's bucket.
pub fn history_of(uri: &Uri) -> String {
    format!("/buckets/{}/history", uri.bucket_id())
}
