//! Blocked IPs, as this node knows them: a copy of the database's, at most a second old.

use super::IpKey;
use crate::{clock::Clock, store::blocks::Block};
use std::{
    collections::{HashMap, HashSet},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

/// The most blocks that a node keeps in memory. Each takes a minute's worth of calls to earn.
pub const MOST: usize = 100_000;

/// Until when each IP is blocked.
#[derive(Debug)]
pub struct Blocklist {
    state: RwLock<State>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct State {
    blocked: HashMap<IpKey, Entry>,
    /// Changed here since [`Blocklist::begin_reading`]: what was read may be older.
    touched: HashSet<IpKey>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    until: Duration,
    /// Whether the database has it, too.
    stored: bool,
}

impl Blocklist {
    /// Nobody is blocked.
    pub fn new(clock: Clock) -> Self {
        Self { state: RwLock::default(), clock }
    }

    /// How long this IP is blocked, `None` where it is not.
    pub fn remaining(&self, ip: IpKey) -> Option<Duration> {
        let until = self.read().blocked.get(&ip)?.until;
        until.checked_sub(self.clock.elapsed()).filter(|remaining| !remaining.is_zero())
    }

    /// Blocks an IP on this node at once; [`Blocklist::unstored`] tells it until the database has
    /// it.
    pub fn block(&self, ip: IpKey, time: Duration) {
        let until = self.clock.elapsed() + time;
        let mut state = self.write();
        state.insert(ip, Entry { until, stored: false });
        state.touched.insert(ip);
    }

    /// Lets an IP call again.
    pub fn lift(&self, ip: IpKey) {
        let mut state = self.write();
        state.blocked.remove(&ip);
        state.touched.insert(ip);
    }

    /// Blocks that the database does not have yet, with their remaining time.
    pub fn unstored(&self) -> Vec<(IpKey, Duration)> {
        let now = self.clock.elapsed();
        let unstored = |(ip, entry): (&IpKey, &Entry)| {
            (!entry.stored).then(|| (*ip, entry.until.saturating_sub(now)))
        };
        self.read().blocked.iter().filter_map(unstored).collect()
    }

    /// The database has this block now.
    pub fn mark_stored(&self, ip: IpKey) {
        let mut state = self.write();
        if let Some(entry) = state.blocked.get_mut(&ip) {
            entry.stored = true;
            state.touched.insert(ip);
        }
    }

    /// Call this before reading the database: what changes here meanwhile is newer than what is
    /// read.
    pub fn begin_reading(&self) {
        self.write().touched.clear();
    }

    /// Takes over what has changed in the database, and forgets what is over. A block that the
    /// database does not have yet stays.
    pub fn apply(&self, changes: &[Block]) {
        let now = self.clock.elapsed();
        let mut state = self.write();
        for block in changes {
            let Ok(ip) = block.ip.parse() else { continue };
            if state.touched.contains(&ip) {
                continue;
            }
            match u64::try_from(block.remaining) {
                Ok(seconds) if seconds > 0 => {
                    let until = now + Duration::from_secs(seconds);
                    state.insert(ip, Entry { until, stored: true });
                }
                _ if state.blocked.get(&ip).is_some_and(|entry| entry.stored) => {
                    state.blocked.remove(&ip);
                }
                _ => {}
            }
        }
        state.blocked.retain(|_, entry| entry.until > now);
    }

    /// How many IPs are blocked.
    pub fn len(&self) -> usize {
        self.read().blocked.len()
    }

    /// Whether nobody is blocked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn insert(&mut self, ip: IpKey, entry: Entry) {
        if self.blocked.len() < MOST || self.blocked.contains_key(&ip) {
            self.blocked.insert(ip, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(ip: &str, remaining: i64) -> Block {
        Block { ip: ip.to_owned(), remaining, until: 0, since: 0 }
    }

    #[test]
    fn follows_the_database_and_forgets_in_time() {
        let clock = Clock::manual(1_000);
        let list = Blocklist::new(clock.clone());
        let ip: IpKey = "203.0.113.7".parse().unwrap();
        list.apply(&[block("203.0.113.7/32", 3_600)]);
        assert_eq!(list.remaining(ip), Some(Duration::from_secs(3_600)));
        list.apply(&[block("203.0.113.7/32", 0)]);
        assert_eq!(list.remaining(ip), None);
        list.apply(&[block("203.0.113.7/32", 10)]);
        clock.advance(Duration::from_secs(11));
        assert_eq!(list.remaining(ip), None);
        list.apply(&[]);
        assert!(list.is_empty());
    }

    #[test]
    fn a_local_block_holds_and_is_told_until_it_is_stored() {
        let list = Blocklist::new(Clock::manual(1_000));
        let ip: IpKey = "203.0.113.7".parse().unwrap();
        list.block(ip, Duration::from_secs(60));
        assert_eq!(list.unstored(), [(ip, Duration::from_secs(60))]);
        list.apply(&[]);
        assert!(list.remaining(ip).is_some());
        list.mark_stored(ip);
        assert!(list.unstored().is_empty());
    }

    #[test]
    fn what_happened_here_meanwhile_is_newer_than_what_was_read() {
        let list = Blocklist::new(Clock::manual(1_000));
        let ip: IpKey = "203.0.113.7".parse().unwrap();
        list.begin_reading();
        list.lift(ip);
        list.apply(&[block("203.0.113.7/32", 3_600)]);
        assert_eq!(list.remaining(ip), None, "lifted");
        list.begin_reading();
        list.block(ip, Duration::from_secs(60));
        list.mark_stored(ip);
        list.apply(&[block("203.0.113.7/32", 0)]);
        assert!(list.remaining(ip).is_some(), "blocked again");
        list.begin_reading();
        list.apply(&[block("203.0.113.7/32", 0)]);
        assert_eq!(list.remaining(ip), None, "read afterwards");
    }

    #[test]
    fn the_end_of_an_earlier_block_does_not_end_one_that_is_not_stored() {
        let list = Blocklist::new(Clock::manual(1_000));
        let ip: IpKey = "203.0.113.7".parse().unwrap();
        list.block(ip, Duration::from_secs(60));
        list.begin_reading();
        list.apply(&[block("203.0.113.7/32", -5)]);
        assert!(list.remaining(ip).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let list = Blocklist::new(Clock::manual(1_000));
        for n in 0..MOST as u32 + 5_000 {
            list.block(std::net::IpAddr::from(n.to_be_bytes()).into(), Duration::from_secs(60));
        }
        assert_eq!(list.len(), MOST);
    }
}
