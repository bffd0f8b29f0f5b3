use std::time::Duration;

/// How long a [`Window`] lasts.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// A count over one minute, which begins with the first event and then anew.
///
/// Unlike a token bucket it refills at the end of the minute only, so the event after the last
/// allowed one is caught however slowly they came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    opened: Duration,
    count: u32,
}

impl Window {
    /// A minute that begins now, with nothing counted.
    pub(super) fn open(now: Duration) -> Self {
        Self { opened: now, count: 0 }
    }

    /// Counts one event; returns the count of the present minute, this event included.
    pub(super) fn add(&mut self, now: Duration) -> u32 {
        if self.ends_in(now).is_zero() {
            *self = Self::open(now);
        }
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// The count of the present minute.
    pub(super) fn count(&self, now: Duration) -> u32 {
        if self.ends_in(now).is_zero() { 0 } else { self.count }
    }

    /// Time until the minute ends; zero when it has.
    pub(super) fn ends_in(&self, now: Duration) -> Duration {
        (self.opened + MINUTE).saturating_sub(now)
    }
}
