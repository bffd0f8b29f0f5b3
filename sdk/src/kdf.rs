//! The parameters of the way from password to key, as the service announces them.

use serde::{Deserialize, Serialize};

/// The one OPRF suite this crate speaks: RFC 9497 section 4.4.
pub const OPRF_SUITE: &str = "P384-SHA384";

const MIN_MEMORY: u32 = 19_456;
const MIN_PASSES: u32 = 2;
// Ceilings, so that no service can make its users' machines run out of memory or of patience.
const MAX_MEMORY: u32 = 1 << 20;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 16;

/// One derivation, and the ones that came before it. Members as in PROTOCOL section 4, `/salt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kdf {
    /// The service's own number of this derivation, growing with every change.
    pub v: u32,
    /// The OPRF suite that hardens the password; without one the password goes to Argon2id alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oprf: Option<String>,
    /// The cost of one guess.
    pub argon2id: Argon2id,
    /// Derivations that older keys were made with, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<Kdf>,
}

/// Argon2id's costs (RFC 9106 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argon2id {
    /// Memory in KiB.
    pub m: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl Default for Argon2id {
    fn default() -> Self {
        Self { m: 65_536, t: 3, p: 1 }
    }
}

impl Default for Kdf {
    fn default() -> Self {
        Self {
            v: 1,
            oprf: Some(OPRF_SUITE.to_owned()),
            argon2id: Argon2id::default(),
            previous: Vec::new(),
        }
    }
}

impl Kdf {
    /// Whether this entry (not its `previous`) is one a careful client derives a key with.
    ///
    /// # Errors
    /// Costs under the floor or above the ceiling, and OPRF suites other than [`OPRF_SUITE`].
    pub fn check(&self) -> Result<(), KdfError> {
        match self.oprf.as_deref() {
            None | Some(OPRF_SUITE) => self.argon2id.check(),
            Some(_) => Err(KdfError::UnknownOprf),
        }
    }

    /// Whether this entry or one before it needs an OPRF evaluation.
    pub fn mentions_oprf(&self) -> bool {
        self.oprf.is_some() || self.previous.iter().any(Self::mentions_oprf)
    }
}

impl Argon2id {
    /// Whether a careful client accepts these costs.
    ///
    /// # Errors
    /// Costs under the floor (PROTOCOL section 2) or above the ceiling.
    pub fn check(&self) -> Result<(), KdfError> {
        if self.m < MIN_MEMORY || self.t < MIN_PASSES || self.p < 1 {
            return Err(KdfError::TooCheap(*self));
        }
        if self.m > MAX_MEMORY || self.t > MAX_PASSES || self.p > MAX_LANES {
            return Err(KdfError::TooCostly(*self));
        }
        Ok(())
    }
}

/// Why announced parameters are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// An attacker's guesses would be too cheap.
    #[error(
        "the service asks for a derivation that is too weak (m={}, t={}, p={}); \
         at least m={MIN_MEMORY}, t={MIN_PASSES}, p=1 is needed", .0.m, .0.t, .0.p
    )]
    TooCheap(Argon2id),
    /// The user's own machine could not bear it.
    #[error(
        "the service asks for a derivation that is too costly (m={}, t={}, p={}); \
         at most m={MAX_MEMORY}, t={MAX_PASSES}, p={MAX_LANES} is accepted", .0.m, .0.t, .0.p
    )]
    TooCostly(Argon2id),
    /// A suite this crate does not know.
    #[error(
        "the service asks for an OPRF suite other than {OPRF_SUITE}; a newer client may know it"
    )]
    UnknownOprf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_and_the_ceiling_are_accepted_and_nothing_beyond() {
        let check = |m, t, p| Argon2id { m, t, p }.check();
        for good in [(19_456, 2, 1), (65_536, 3, 1), (1 << 20, 64, 16)] {
            assert_eq!(check(good.0, good.1, good.2), Ok(()));
        }
        for (m, t, p) in [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0)] {
            assert_eq!(check(m, t, p), Err(KdfError::TooCheap(Argon2id { m, t, p })));
        }
        for (m, t, p) in [((1 << 20) + 1, 2, 1), (19_456, 65, 1), (19_456, 2, 17)] {
            assert_eq!(check(m, t, p), Err(KdfError::TooCostly(Argon2id { m, t, p })));
        }
    }

    #[test]
    fn unknown_suites_are_refused() {
        let kdf = Kdf { oprf: Some("ristretto255-SHA512".into()), ..Kdf::default() };
        assert_eq!(kdf.check(), Err(KdfError::UnknownOprf));
    }

    #[test]
    fn absent_members_stay_absent() {
        let text = r#"{"v":1,"argon2id":{"m":65536,"t":3,"p":1}}"#;
        let kdf: Kdf = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&kdf).unwrap(), text);
        assert!(!kdf.mentions_oprf());
        assert!(Kdf { previous: vec![Kdf::default()], ..kdf }.mentions_oprf());
    }
}
