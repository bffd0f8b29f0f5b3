//! Blocked IPs, as this node knows them: a copy of the database's, at most a second old.

use super::IpKey;
use crate::{clock::Clock, store::blocks::Block};
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

/// The most blocks that a node keeps in memory. Each takes a minute's worth of calls to earn.
pub const MOST: usize = 100_000;

/// Until when each IP is blocked.
#[derive(Debug)]
pub struct Blocklist {
    blocked: RwLock<HashMap<IpKey, Entry>>,
    clock: Clock,
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
        Self { blocked: RwLock::default(), clock }
    }

    /// How long this IP is blocked, `None` where it is not.
    pub fn remaining(&self, ip: IpKey) -> Option<Duration> {
        let until = self.read().get(&ip)?.until;
        until.checked_sub(self.clock.elapsed()).filter(|remaining| !remaining.is_zero())
    }

    /// Blocks an IP on this node at once; [`Blocklist::unstored`] tells it until the database has
    /// it.
    pub fn block(&self, ip: IpKey, time: Duration) {
        let until = self.clock.elapsed() + time;
        self.insert(ip, Entry { until, stored: false });
    }

    /// Lets an IP call again.
    pub fn lift(&self, ip: IpKey) {
        self.write().remove(&ip);
    }

    /// Blocks that the database does not have yet, with their remaining time.
    pub fn unstored(&self) -> Vec<(IpKey, Duration)> {
        let now = self.clock.elapsed();
        let unstored = |(ip, entry): (&IpKey, &Entry)| {
            (!entry.stored).then(|| (*ip, entry.until.saturating_sub(now)))
        };
        self.read().iter().filter_map(unstored).collect()
    }

    /// The database has this block now.
    pub fn mark_stored(&self, ip: IpKey) {
        if let Some(entry) = self.write().get_mut(&ip) {
            entry.stored = true;
        }
    }

    /// Takes over what has changed in the database, and forgets what is over.
    pub fn apply(&self, changes: &[Block]) {
        let now = self.clock.elapsed();
        for block in changes {
            let Ok(ip) = block.ip.parse() else { continue };
            match u64::try_from(block.remaining) {
                Ok(seconds) if seconds > 0 => {
                    let until = now + Duration::from_secs(seconds);
                    self.insert(ip, Entry { until, stored: true });
                }
                _ => {
                    self.write().remove(&ip);
                }
            }
        }
        self.write().retain(|_, entry| entry.until > now);
    }

    /// How many IPs are blocked.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether nobody is blocked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn insert(&self, ip: IpKey, entry: Entry) {
        let mut blocked = self.write();
        if blocked.len() < MOST || blocked.contains_key(&ip) {
            blocked.insert(ip, entry);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<IpKey, Entry>> {
        self.blocked.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<IpKey, Entry>> {
        self.blocked.write().unwrap_or_else(PoisonError::into_inner)
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
    fn memory_is_bounded() {
        let list = Blocklist::new(Clock::manual(1_000));
        for n in 0..MOST as u32 + 5_000 {
            list.block(std::net::IpAddr::from(n.to_be_bytes()).into(), Duration::from_secs(60));
        }
        assert_eq!(list.len(), MOST);
    }
}
