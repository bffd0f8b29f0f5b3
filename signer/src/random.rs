//! Randomness as an argument.

use rand::{TryRng, rngs::SysRng};
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

    /// A random UUID (RFC 9562 section 5.4).
    pub fn uuid(self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}
