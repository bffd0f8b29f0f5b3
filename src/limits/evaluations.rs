use std::{num::NonZeroU32, time::Duration};

use super::{
    TokenBucket,
    bounded::{Bounded, Held, Key},
    token_bucket,
};
use crate::clock::Clock;

const HOUR: Duration = Duration::from_secs(3600);
/// The longest wait: 1, 2, 4 … 32, 60 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// OPRF evaluations per address: the price of a password guess.
///
/// An hour's worth may come at once, then one as each slot becomes free. Who comes back before
/// that is told to wait a little longer each time, up to a minute, and nobody is ever locked out.
/// At most 100,000 addresses are counted one by one; the rest share.
pub struct Evaluations {
    per_hour: NonZeroU32,
    addresses: Bounded<[u8; 16], Address>,
    clock: Clock,
}

struct Address {
    slots: TokenBucket,
    refusals_in_a_row: u32,
}

impl Evaluations {
    /// Limits for one node, with nothing counted yet.
    pub fn new(per_hour: NonZeroU32, clock: Clock) -> Self {
        Self { per_hour, addresses: Bounded::new(HOUR), clock }
    }

    /// Counts one evaluation for an address, given as 16 bytes of a hash of it; the error is the
    /// `Retry-After`: whole seconds, 1 to 60.
    pub fn check(&self, address: [u8; 16]) -> Result<(), Duration> {
        let fresh = || Address {
            slots: token_bucket(governor::Quota::per_hour(self.per_hour), &self.clock),
            refusals_in_a_row: 0,
        };
        self.addresses.visit(address, self.clock.elapsed(), fresh, |held| match held {
            Held::Own(address) | Held::Shared(address) => address.evaluate(),
        })
    }
}

impl Address {
    fn evaluate(&mut self) -> Result<(), Duration> {
        if self.slots.check().is_ok() {
            self.refusals_in_a_row = 0;
            return Ok(());
        }
        let wait =
            1_u64.checked_shl(self.refusals_in_a_row).map_or(LONGEST_WAIT, Duration::from_secs);
        self.refusals_in_a_row = self.refusals_in_a_row.saturating_add(1);
        Err(wait.min(LONGEST_WAIT))
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

    #[test]
    fn above_the_limit_the_wait_grows_and_a_free_slot_ends_it() {
        let (evaluations, clock) = evaluations(100);
        let (alice, bob) = ([1; 16], [2; 16]);
        for _ in 0..100 {
            assert_eq!(evaluations.check(alice), Ok(()));
        }
        let waits: Vec<_> =
            (0..70).map(|_| evaluations.check(alice).unwrap_err().as_secs()).collect();
        assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(waits[69], 60);
        assert_eq!(evaluations.check(bob), Ok(()), "another address");

        clock.advance(HOUR / 100);
        assert_eq!(evaluations.check(alice), Ok(()));
        assert_eq!(evaluations.check(alice), Err(Duration::from_secs(1)), "back to the first wait");
        clock.advance(HOUR);
        for _ in 0..100 {
            assert_eq!(evaluations.check(alice), Ok(()));
        }
    }

    #[test]
    fn a_million_addresses_stay_within_the_bound() {
        let (evaluations, clock) = evaluations(1);
        let address = |n: u32| (u128::from(n).wrapping_mul(0x9e37_79b9 << 96)).to_be_bytes();
        for n in 0..1_000_000 {
            let _ = evaluations.check(address(n));
        }
        let (own, shared) = evaluations.addresses.sizes();
        assert_eq!(own, CAPACITY);
        assert!((1..=1 << 16).contains(&shared), "{shared} shared");

        clock.advance(HOUR);
        assert_eq!(evaluations.check(address(999_999)), Ok(()));
        assert_eq!(evaluations.addresses.sizes(), (1, 0));
    }
}
