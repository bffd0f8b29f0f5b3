//! Randomness as an argument.

use rand::{
    Rng, SeedableRng, TryRng,
    rngs::{StdRng, SysRng},
};
use std::cell::RefCell;
use uuid::Uuid;

/// Where the service takes random bytes from: the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Random {
    /// `N` random bytes.
    #[expect(clippy::expect_used, reason = "without randomness nothing here is safe to go on with")]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }

    /// A UUID that tells apart and is no secret. Asks the system once for a thread, not each time.
    #[expect(clippy::expect_used, reason = "without randomness nothing here is safe to go on with")]
    pub fn label(self) -> Uuid {
        thread_local! {
            static LABELS: RefCell<StdRng> =
                RefCell::new(StdRng::try_from_rng(&mut SysRng).expect("the operating system"));
        }
        let mut bytes = [0; 16];
        LABELS.with_borrow_mut(|labels| labels.fill_bytes(&mut bytes));
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A random UUID (RFC 9562 section 5.4).
    pub fn uuid(self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}
