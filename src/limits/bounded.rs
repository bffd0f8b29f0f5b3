use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The most keys that are counted one by one.
pub(super) const CAPACITY: usize = 100_000;
const SWEEP_AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// What a [`Bounded`] map counts by.
pub(super) trait Key: Copy + Eq + Hash {
    /// The bucket this key shares with others when there is no room for its own. Has at most
    /// 131,072 values, which bounds the map.
    fn coarse(&self) -> u32;
}

/// A state per key. Once [`CAPACITY`] keys are held and none of them can be forgotten, a newcomer
/// uses a state that it shares with its neighbours.
pub(super) struct Bounded<K, V> {
    forget_after: Duration,
    entries: Mutex<Entries<K, V>>,
}

/// The state found for a key.
pub(super) enum Held<'a, V> {
    /// The key's own.
    Own(&'a mut V),
    /// One that the key shares with its neighbours.
    Shared(&'a mut V),
}

struct Entries<K, V> {
    own: HashMap<K, Entry<V>>,
    shared: HashMap<u32, Entry<V>>,
    swept: Option<Duration>,
}

struct Entry<V> {
    last_used: Duration,
    state: V,
}

impl<K: Key, V> Bounded<K, V> {
    /// `forget_after`: a state unused for that long is no different from a fresh one.
    pub(super) fn new(forget_after: Duration) -> Self {
        let entries = Entries { own: HashMap::new(), shared: HashMap::new(), swept: None };
        Self { forget_after, entries: Mutex::new(entries) }
    }

    /// Uses the state of `key`, which is `fresh` when there is none. `now` is [`Clock::elapsed`].
    ///
    /// [`Clock::elapsed`]: crate::clock::Clock::elapsed
    pub(super) fn visit<R>(
        &self,
        key: K,
        now: Duration,
        fresh: impl FnOnce() -> V,
        visitor: impl FnOnce(Held<'_, V>) -> R,
    ) -> R {
        let mut entries = self.lock();
        let enter = || Entry { last_used: now, state: fresh() };
        if entries.has_room_for(&key, now, self.forget_after) {
            let entry = entries.own.entry(key).or_insert_with(enter);
            entry.last_used = now;
            visitor(Held::Own(&mut entry.state))
        } else {
            let entry = entries.shared.entry(key.coarse()).or_insert_with(enter);
            entry.last_used = now;
            visitor(Held::Shared(&mut entry.state))
        }
    }

    /// Looks at the state that [`Bounded::visit`] would use, if there is one; uses nothing.
    pub(super) fn peek<R>(&self, key: K, look: impl FnOnce(&V) -> R) -> Option<R> {
        let entries = self.lock();
        let entry = match entries.own.get(&key) {
            None if entries.own.len() >= CAPACITY => entries.shared.get(&key.coarse()),
            own => own,
        };
        entry.map(|entry| look(&entry.state))
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many states are held: own ones, shared ones.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        let entries = self.lock();
        (entries.own.len(), entries.shared.len())
    }
}

impl<K: Key, V> Entries<K, V> {
    fn has_room_for(&mut self, key: &K, now: Duration, forget_after: Duration) -> bool {
        if self.own.len() < CAPACITY || self.own.contains_key(key) {
            return true;
        }
        if self.swept.is_none_or(|swept| now.saturating_sub(swept) >= SWEEP_AT_MOST_EVERY) {
            self.swept = Some(now);
            let remembered = |last_used| now.saturating_sub(last_used) < forget_after;
            self.own.retain(|_, entry| remembered(entry.last_used));
            self.shared.retain(|_, entry| remembered(entry.last_used));
        }
        self.own.len() < CAPACITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Key for u32 {
        fn coarse(&self) -> u32 {
            self % 7
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn count(map: &Bounded<u32, u32>, key: u32, now: Duration) -> (u32, bool) {
        map.visit(
            key,
            now,
            || 0,
            |held| match held {
                Held::Own(n) => {
                    *n += 1;
                    (*n, true)
                }
                Held::Shared(n) => {
                    *n += 1;
                    (*n, false)
                }
            },
        )
    }

    #[test]
    fn newcomers_share_once_full_and_the_old_keep_their_own() {
        let map = Bounded::new(MINUTE);
        for key in 0..CAPACITY as u32 {
            assert_eq!(count(&map, key, Duration::ZERO), (1, true));
        }
        let (a, b) = (CAPACITY as u32 + 5, CAPACITY as u32 + 12);
        assert_eq!(count(&map, a, Duration::ZERO), (1, false));
        assert_eq!(count(&map, b, Duration::ZERO), (2, false), "a and b are equal modulo 7");
        assert_eq!(count(&map, 3, Duration::ZERO), (2, true));
        assert_eq!(map.peek(a, |n| *n), Some(2));
        assert_eq!(map.sizes(), (CAPACITY, 1));
    }

    #[test]
    fn forgets_the_idle_when_full_at_most_once_a_second() {
        let map = Bounded::new(MINUTE);
        for key in 0..CAPACITY as u32 {
            count(&map, key, Duration::ZERO);
        }
        let newcomer = CAPACITY as u32;
        let early = MINUTE - Duration::from_millis(500);
        assert_eq!(count(&map, newcomer, early), (1, false), "swept, and nobody was idle");
        assert_eq!(count(&map, newcomer, MINUTE), (2, false), "too early to sweep again");
        let later = early + SWEEP_AT_MOST_EVERY;
        assert_eq!(count(&map, 0, early), (2, true));
        assert_eq!(count(&map, newcomer, later), (1, true));
        assert_eq!(map.sizes(), (2, 1), "0 and the newcomer, and the shared state still in use");
    }

    #[test]
    fn peeking_makes_nothing() {
        let map: Bounded<u32, u32> = Bounded::new(MINUTE);
        assert_eq!(map.peek(1, |n| *n), None);
        assert_eq!(map.sizes(), (0, 0));
    }
}
