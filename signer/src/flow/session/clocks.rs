//! Lists as a session sees them: their rows, which are also the locks, and their clocks.

use super::{ListState, Session};
use crate::{
    domain::{
        object::Timestamp,
        query::DAY,
        uri::{Kind, List, Uri},
    },
    error::{Error, Result},
    store::lists,
};
use std::collections::HashSet;

impl Session<'_> {
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

    pub(super) fn find_lists(&mut self, uris: Vec<String>) -> Result<()> {
        let found = lists::find(self.tx, &uris)?;
        for uri in uris {
            self.lists.entry(uri).or_insert(None);
        }
        for row in found {
            let state = ListState {
                id: row.id,
                clock: row.last_modified,
                locked: false,
                moved: false,
                rewritten: false,
            };
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
            let state = ListState {
                id: row.id,
                clock: row.last_modified,
                locked: true,
                moved: false,
                rewritten: false,
            };
            self.lists.insert(row.uri, Some(state));
        }
        self.slots.retain(|uri, _| !fresh.contains(&uri.list.to_string()));
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

    /// The timestamp of a write into a list (KINTO 2.2). One that is more than a day ahead is not
    /// taken: the list's clock would stay there for everybody.
    pub(super) fn tick(
        &mut self,
        list: &List,
        posted: Option<Timestamp>,
        old: Option<Timestamp>,
    ) -> Result<Timestamp> {
        let uri = list.to_string();
        let clock = self.locked(&uri)?.clock;
        let latest = self.now_ms() + DAY;
        let posted =
            posted.filter(|&at| at != clock && at <= latest && old.is_none_or(|old| at > old));
        match posted {
            // It happened in the past, and the list has moved on since.
            Some(at) if at < clock => {
                self.locked(&uri)?.rewritten = true;
                Ok(at)
            }
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
    pub(super) fn make_lists(&mut self, uri: &Uri) -> Result<()> {
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
}
