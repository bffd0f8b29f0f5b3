use std::{num::NonZeroU32, time::Duration};

use super::{
    IpKey, TokenBucket,
    bounded::{Bounded, Held, Key},
    token_bucket,
};
use crate::clock::Clock;

const HOUR: Duration = Duration::from_secs(3600);
/// The longest wait: 1, 2, 4 … 32, 60 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// OPRF evaluations per address: the price of a password guess.
///
/// An hour's worth may come at once, then one as each slot becomes free. Who is refused is told to
/// wait, a little longer each time, up to a minute, and has no slot before that: whoever calls all
/// the time takes none from those who wait, and nobody is ever locked out. At most 100,000
/// addresses, and callers of them, are counted one by one; the rest share.
pub struct Evaluations {
    per_hour: NonZeroU32,
    addresses: Bounded<[u8; 16], TokenBucket>,
    callers: Bounded<([u8; 16], IpKey), Caller>,
    clock: Clock,
}

/// Who asks about one address.
#[derive(Default)]
struct Caller {
    refusals_in_a_row: u32,
    /// By the clock's [`Clock::elapsed`].
    has_to_wait_until: Duration,
}

impl Evaluations {
    /// Limits for one node, with nothing counted yet.
    pub fn new(per_hour: NonZeroU32, clock: Clock) -> Self {
        let (addresses, callers) = (Bounded::new(HOUR), Bounded::new(2 * LONGEST_WAIT));
        Self { per_hour, addresses, callers, clock }
    }

    /// Counts one evaluation for an address, given as 16 bytes of a hash of it; the error is the
    /// `Retry-After`: whole seconds, 1 to 60.
    pub fn check(&self, address: [u8; 16], ip: IpKey) -> Result<(), Duration> {
        let now = self.clock.elapsed();
        self.callers.visit((address, ip), now, Caller::default, |held| match held {
            Held::Own(caller) if now < caller.has_to_wait_until => Err(caller.refuse(now)),
            // Its neighbours' haste is not its own.
            Held::Own(caller) | Held::Shared(caller) if self.has_slot(address, now) => {
                *caller = Caller::default();
                Ok(())
            }
            Held::Own(caller) | Held::Shared(caller) => Err(caller.refuse(now)),
        })
    }

    fn has_slot(&self, address: [u8; 16], now: Duration) -> bool {
        let fresh = || token_bucket(governor::Quota::per_hour(self.per_hour), &self.clock);
        self.addresses.visit(address, now, fresh, |(Held::Own(slots) | Held::Shared(slots))| {
            slots.check().is_ok()
        })
    }
}

impl Caller {
    /// How long it has to wait now.
    fn refuse(&mut self, now: Duration) -> Duration {
        let wait =
            1_u64.checked_shl(self.refusals_in_a_row).map_or(LONGEST_WAIT, Duration::from_secs);
        let wait = wait.min(LONGEST_WAIT);
        self.refusals_in_a_row = self.refusals_in_a_row.saturating_add(1);
        self.has_to_wait_until = now + wait;
        wait
    }
}

impl Key for ([u8; 16], IpKey) {
    fn coarse(&self) -> u32 {
        self.0.coarse() ^ self.1.coarse()
    }
}

impl Key for [u8; 16] {
    fn coarse(&self) -> u32 {
        u32::from(u16::from_be_bytes([self[0], self[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::bounded::CAPACITY, *};

    fn evaluations(per_hour: u32) -> (Evaluations, Clock) {
        let clock = Clock::manual(1_800_000_000);
        (Evaluations::new(NonZeroU32::new(per_hour).unwrap(), clock.clone()), clock)
    }

    const HERE: &str = "203.0.113.7";
    const THERE: &str = "203.0.113.8";

    fn check(evaluations: &Evaluations, address: u8, ip: &str) -> Result<(), u64> {
        let checked = evaluations.check([address; 16], ip.parse().unwrap());
        checked.map_err(|wait| wait.as_secs())
    }

    #[test]
    fn above_the_limit_the_wait_grows_and_a_free_slot_ends_it() {
        let (evaluations, clock) = evaluations(100);
        for _ in 0..100 {
            assert_eq!(check(&evaluations, 1, HERE), Ok(()));
        }
        let waits: Vec<_> = (0..70).map(|_| check(&evaluations, 1, HERE).unwrap_err()).collect();
        assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(waits[69], 60);
        assert_eq!(check(&evaluations, 2, HERE), Ok(()), "another address");

        clock.advance(LONGEST_WAIT);
        assert_eq!(check(&evaluations, 1, HERE), Ok(()));
        assert_eq!(check(&evaluations, 1, HERE), Err(1), "back to the first wait");
        clock.advance(HOUR);
        for _ in 0..100 {
            assert_eq!(check(&evaluations, 1, HERE), Ok(()));
        }
    }

    #[test]
    fn who_calls_all_the_time_takes_no_slot_from_who_waits() {
        let (evaluations, clock) = evaluations(100);
        for _ in 0..100 {
            assert_eq!(check(&evaluations, 1, THERE), Ok(()));
        }
        let (mut due, mut served) = (0, 0);
        for second in 0..600 {
            let _ = check(&evaluations, 1, THERE);
            if second >= due {
                match check(&evaluations, 1, HERE) {
                    Ok(()) => served += 1,
                    Err(wait) => due = second + wait,
                }
            }
            clock.advance(Duration::from_secs(1));
        }
        assert!(served > 10, "{served} of 16 slots");
    }

    #[test]
    fn a_million_addresses_stay_within_the_bound() {
        let (evaluations, clock) = evaluations(1);
        let address = |n: u32| (u128::from(n).wrapping_mul(0x9e37_79b9 << 96)).to_be_bytes();
        for n in 0..1_000_000 {
            let _ = evaluations.check(address(n), HERE.parse().unwrap());
        }
        for sizes in [evaluations.addresses.sizes(), evaluations.callers.sizes()] {
            assert_eq!(sizes.0, CAPACITY);
            assert!((1..=1 << 17).contains(&sizes.1), "{sizes:?}");
        }

        clock.advance(HOUR);
        assert_eq!(evaluations.check(address(999_999), HERE.parse().unwrap()), Ok(()));
        assert_eq!(evaluations.addresses.sizes(), (1, 0));
    }
}
