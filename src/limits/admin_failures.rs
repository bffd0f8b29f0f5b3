use std::time::Duration;

use super::{
    IpKey,
    bounded::{Bounded, Held},
    whole_seconds,
    window::{MINUTE, Window},
};
use crate::clock::Clock;

const FAILURES_PER_MINUTE: u32 = 20;

/// Wrong admin secrets per IP: after 20 in a minute the IP waits for the minute to end.
///
/// Ask [`AdminFailures::check`] before comparing a secret, and [`AdminFailures::record`] a wrong
/// one. A right one costs nothing.
pub struct AdminFailures {
    callers: Bounded<IpKey, Window>,
    clock: Clock,
}

impl AdminFailures {
    /// Limits for one node, with nothing counted yet.
    pub fn new(clock: Clock) -> Self {
        Self { callers: Bounded::new(MINUTE), clock }
    }

    /// May this IP try a secret? The error is the `Retry-After`: whole seconds, 1 to 60.
    pub fn check(&self, ip: IpKey) -> Result<(), Duration> {
        let now = self.clock.elapsed();
        let wait = |window: &Window| {
            let throttled = window.count(now) >= FAILURES_PER_MINUTE;
            throttled.then(|| whole_seconds(window.ends_in(now)))
        };
        self.callers.peek(ip, wait).flatten().map_or(Ok(()), Err)
    }

    /// Counts a wrong secret.
    pub fn record(&self, ip: IpKey) {
        let now = self.clock.elapsed();
        self.callers.visit(
            ip,
            now,
            || Window::open(now),
            |held| match held {
                Held::Own(window) | Held::Shared(window) => window.add(now),
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{super::bounded::CAPACITY, *};

    fn failures() -> (AdminFailures, Clock) {
        let clock = Clock::manual(1_800_000_000);
        (AdminFailures::new(clock.clone()), clock)
    }

    fn ip(n: u32) -> IpKey {
        IpAddr::V4(Ipv4Addr::from_bits(n)).into()
    }

    #[test]
    fn twenty_failures_a_minute_throttle_one_ip() {
        let (failures, clock) = failures();
        for _ in 0..20 {
            assert_eq!(failures.check(ip(1)), Ok(()));
            failures.record(ip(1));
        }
        assert_eq!(failures.check(ip(1)), Err(MINUTE));
        assert_eq!(failures.check(ip(2)), Ok(()), "another caller");
        clock.advance(MINUTE - Duration::from_millis(500));
        assert_eq!(failures.check(ip(1)), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_millis(500));
        assert_eq!(failures.check(ip(1)), Ok(()));
        failures.record(ip(1));
        assert_eq!(failures.check(ip(1)), Ok(()), "the next minute counts from one");
    }

    #[test]
    fn checking_costs_nothing() {
        let (failures, _clock) = failures();
        for _ in 0..1000 {
            assert_eq!(failures.check(ip(1)), Ok(()));
        }
        assert_eq!(failures.callers.sizes(), (0, 0));
    }

    #[test]
    fn a_million_addresses_stay_within_the_bound() {
        let (failures, clock) = failures();
        for n in 0..1_000_000 {
            failures.record(ip(n));
        }
        let (own, shared) = failures.callers.sizes();
        assert_eq!(own, CAPACITY);
        assert_eq!(shared, (1_000_000 >> 16) + 1 - (CAPACITY >> 16));
        assert!(failures.check(ip(999_999)).is_err(), "shared with its many failing neighbours");
        assert_eq!(failures.check(ip(7)), Ok(()), "its own single failure");
        clock.advance(MINUTE);
        assert_eq!(failures.check(ip(999_999)), Ok(()));
    }
}
