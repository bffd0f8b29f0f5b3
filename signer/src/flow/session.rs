//! One request, or one batch, in one transaction: a unit of work. Objects are read once, and
//! written together, before something asks the database about lists and at the end.

use super::{call::Caller, service::Service};
use crate::{
    domain::{
        object::{Data, Object, Permissions, Timestamp},
        schema_check::Schema,
        uri::{Kind, List, Uri},
    },
    error::{Error, Result},
    store::{
        Tx, history, lists,
        objects::{self, Entry, NewRow},
        publish::{self, Told},
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

    /// A list, if what it belongs to exists or has existed.
    ///
    /// # Errors
    /// The database's.
    pub fn list(&mut self, uri: &str) -> Result<Option<ListState>> {
        if !self.lists.contains_key(uri) {
            self.find_lists(vec![uri.to_owned()])?;
        }
        Ok(self.lists.get(uri).copied().flatten())
    }

    /// A list that must be there, because something in it is.
    ///
    /// # Errors
    /// The database's.
    pub fn known_list(&mut self, list: &List) -> Result<ListState> {
        self.list(&list.to_string())?.ok_or(Error::Broken("an object is in no list"))
    }

    fn find_lists(&mut self, uris: Vec<String>) -> Result<()> {
        let found = lists::find(self.tx, &uris)?;
        for uri in uris {
            self.lists.entry(uri).or_insert(None);
        }
        for row in found {
            let state =
                ListState { id: row.id, clock: row.last_modified, locked: false, moved: false };
            self.lists.insert(row.uri, Some(state));
        }
        Ok(())
    }

    /// Locks lists for writing, all at once and in the order that all transactions share. What was
    /// read of them before may be stale, and is forgotten.
    ///
    /// # Errors
    /// The database's.
    pub fn lock(&mut self, uris: impl IntoIterator<Item = String>) -> Result<()> {
        let is_free = |uri: &String| !matches!(self.lists.get(uri), Some(Some(l)) if l.locked);
        let uris: Vec<String> = uris.into_iter().filter(is_free).collect();
        if uris.is_empty() {
            return Ok(());
        }
        let rows = lists::lock(self.tx, &uris)?;
        for uri in &uris {
            self.lists.insert(uri.clone(), None);
        }
        self.remember_locked(rows);
        Ok(())
    }

    /// Locks all lists below an object, and gives their keys.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_below(&mut self, uri: &Uri) -> Result<Vec<i64>> {
        self.flush()?;
        let rows = lists::lock_below(self.tx, &uri.to_string())?;
        let ids = rows.iter().map(|row| row.id).collect();
        self.remember_locked(rows);
        Ok(ids)
    }

    fn remember_locked(&mut self, rows: Vec<lists::ListRow>) {
        let fresh: HashSet<String> = rows.iter().map(|row| row.uri.clone()).collect();
        for row in rows {
            let state =
                ListState { id: row.id, clock: row.last_modified, locked: true, moved: false };
            self.lists.insert(row.uri, Some(state));
        }
        self.slots.retain(|uri, _| !fresh.contains(&uri.list.to_string()));
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

    /// Forgets what was read of a list, because a statement has changed it behind the session's
    /// back, and takes its clock from there on.
    pub fn changed_by_statement(&mut self, list: &List, clock: Timestamp) {
        self.slots.retain(|uri, _| uri.list != *list);
        if let Some(Some(state)) = self.lists.get_mut(&list.to_string()) {
            state.clock = clock;
        }
    }

    /// The next timestamps of a list, and moves its clock: `count` of them end with the one that is
    /// returned. They are not in the future unless the list's clock is.
    ///
    /// # Errors
    /// The database's.
    pub fn advance(&mut self, list: &str, count: i64) -> Result<Timestamp> {
        self.lock([list.to_owned()])?;
        let now = self.now_ms();
        let state = self.locked(list)?;
        state.clock = (state.clock + count).max(now);
        state.moved = true;
        Ok(state.clock)
    }

    /// The timestamp of a write into a list (KINTO 2.2).
    fn tick(
        &mut self,
        list: &List,
        posted: Option<Timestamp>,
        old: Option<Timestamp>,
    ) -> Result<Timestamp> {
        let uri = list.to_string();
        let clock = self.locked(&uri)?.clock;
        let posted = posted.filter(|&at| at != clock && old.is_none_or(|old| at > old));
        match posted {
            // It happened in the past, and the list has moved on since.
            Some(at) if at < clock => Ok(at),
            Some(at) => {
                let state = self.locked(&uri)?;
                (state.clock, state.moved) = (at, true);
                Ok(at)
            }
            None => self.advance(&uri, 1),
        }
    }

    fn locked(&mut self, list: &str) -> Result<&mut ListState> {
        match self.lists.get_mut(list) {
            Some(Some(state)) if state.locked => Ok(state),
            _ => Err(Error::Broken("a write into a list that is not there")),
        }
    }

    /// The lists that a new object brings along.
    fn make_lists(&mut self, uri: &Uri) -> Result<()> {
        let below: &[&str] = match uri.kind() {
            Kind::Bucket => &["collections", "groups", "history"],
            Kind::Collection => &["records"],
            Kind::Group | Kind::Record => return Ok(()),
        };
        let below: Vec<String> = below.iter().map(|list| format!("{uri}/{list}")).collect();
        let now = self.now_ms();
        lists::create(self.tx, &below, now)?;
        for list in below {
            if self.lists.get(&list).is_some_and(Option::is_none) {
                self.lists.remove(&list);
            }
        }
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

    /// Writes what is only in memory so far: before a statement reads or changes lists, and at the
    /// end.
    ///
    /// # Errors
    /// The database's.
    pub fn flush(&mut self) -> Result<()> {
        let unsaved = std::mem::take(&mut self.unsaved);
        let mut rows = Vec::with_capacity(unsaved.len());
        for uri in &unsaved {
            let list = self.known_list(&uri.list)?.id;
            rows.extend(match self.slots.get(uri) {
                Some(Slot::Live(object)) => Some(NewRow::live(list, uri.kind(), object)?),
                Some(Slot::Tombstone(at)) => Some(NewRow::tombstone(list, &uri.id, *at)?),
                Some(Slot::Nothing) | None => None,
            });
        }
        objects::save(self.tx, &rows)?;
        for state in self.lists.values_mut().flatten().filter(|state| state.moved) {
            lists::set_clock(self.tx, state.id, state.clock)?;
            state.moved = false;
        }
        Ok(())
    }

    /// Writes everything, with its history: the last thing before the commit.
    ///
    /// # Errors
    /// The database's.
    pub fn finish(mut self) -> Result<()> {
        let changes = std::mem::take(&mut self.changes);
        let published = std::mem::take(&mut self.published);
        let mut buckets: BTreeSet<String> =
            changes.iter().map(|change| history_of(&change.uri)).collect();
        buckets.extend(published.iter().map(|told| history_of(&told.collection.uri())));
        self.lock(buckets)?;
        let mut entries = Vec::with_capacity(changes.len());
        for change in &changes {
            entries.push(self.entry(change)?);
        }
        history::add(self.tx, &entries)?;
        for told in &published {
            let history = history_of(&told.collection.uri());
            let after = self.advance(&history, told.copied.count)? - told.copied.count;
            publish::tell(self.tx, told, after, self.now.timestamp_micros())?;
        }
        self.flush()
    }

    fn entry(&mut self, change: &Change) -> Result<history::NewEntry> {
        let form = match &change.new {
            Some(object) => object.form.clone(),
            None => objects::tombstone_form(&change.uri.id)?,
        };
        let permissions = change.new.as_ref().map(|object| &object.permissions);
        Ok(history::NewEntry {
            bucket: change.uri.bucket_id().to_string(),
            last_modified: self.advance(&history_of(&change.uri), 1)?,
            id: self.service.random.uuid(),
            date: self.now.timestamp_micros(),
            action: change.action(),
            resource_name: change.uri.kind().name(),
            uri: change.uri.to_string(),
            user_id: change.by.clone(),
            collection: change.uri.collection().map(|collection| collection.id.to_string()),
            object_id: change.uri.id.to_string(),
            target_last_modified: change.timestamp,
            head: form.head,
            tail: form.tail,
            permissions: serde_json::to_value(permissions.cloned().unwrap_or_default())
                .map_err(|_| Error::Broken("permissions have no JSON"))?,
        })
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
