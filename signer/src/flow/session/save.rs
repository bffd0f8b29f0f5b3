//! How a session's work reaches the database.

use super::{Change, Session, Slot, history_of};
use crate::{
    error::{Error, Result},
    store::{
        history, lists,
        objects::{self, NewRow},
        publish,
    },
};
use std::collections::BTreeSet;

impl Session<'_> {
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
        for state in self.lists.values_mut().flatten().filter(|state| state.rewritten) {
            lists::rewrite(self.tx, &[state.id])?;
            state.rewritten = false;
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
