//! The client's half of the OPRF: RFC 9497, mode OPRF, suite P384-SHA384.
//!
//! The service multiplies a blinded point by a key of its own and learns nothing of the password;
//! without that key nobody can test a guess offline.

use std::fmt;

use p384::{
    NistP384,
    elliptic_curve::rand_core::{
        CryptoRng as OldCryptoRng, Error as OldError, RngCore as OldRngCore,
    },
};
use rand::CryptoRng;
use voprf::{EvaluationElement, OprfClient};
use zeroize::Zeroizing;

use crate::Password;

/// Length in bytes of a point on the wire: compressed SEC 1.
pub const POINT_LENGTH: usize = 49;

/// A password that waits for the service's evaluation. Silent in `Debug`.
pub struct Blinding {
    client: OprfClient<NistP384>,
    password: Password,
}

impl Blinding {
    /// Blinds the password with a fresh scalar (RFC 9497 section 3.3.1, `Blind`). The second value
    /// is what to send. `rng` is of rand_core 0.10, the generation that rand 0.10 re-exports.
    ///
    /// # Errors
    /// The password hashes to the identity, which nobody will ever see happen.
    pub fn start<R: CryptoRng + ?Sized>(
        password: &Password,
        rng: &mut R,
    ) -> Result<(Self, [u8; POINT_LENGTH]), OprfError> {
        let blinding = OprfClient::<NistP384>::blind(password.as_bytes(), &mut OldRng(rng))
            .map_err(|_| OprfError::Blind)?;
        let blinded = blinding.message.serialize().into();
        Ok((Self { client: blinding.state, password: password.clone() }, blinded))
    }

    /// Unblinds the service's answer to the 48-byte output `y` (RFC 9497 section 3.3.1,
    /// `Finalize`).
    ///
    /// # Errors
    /// `evaluated` is not a compressed point of P-384, or is the identity.
    pub fn finish(self, evaluated: &[u8; POINT_LENGTH]) -> Result<Zeroizing<[u8; 48]>, OprfError> {
        let evaluated =
            EvaluationElement::deserialize(evaluated).map_err(|_| OprfError::Evaluated)?;
        self.client
            .finalize(self.password.as_bytes(), &evaluated)
            .map(|output| Zeroizing::new(output.into()))
            .map_err(|_| OprfError::Evaluated)
    }
}

impl fmt::Debug for Blinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blinding(..)")
    }
}

/// Why an OPRF step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OprfError {
    /// The password has no point on the curve.
    #[error("this password cannot be blinded; choose another one")]
    Blind,
    /// The service's answer is no valid point.
    #[error("the service's evaluation of the blinded password is not a valid P-384 point")]
    Evaluated,
}

/// Lends today's generator to voprf 0.5, which speaks rand_core 0.6.
struct OldRng<'a, R: ?Sized>(&'a mut R);

impl<R: CryptoRng + ?Sized> OldRngCore for OldRng<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), OldError> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng + ?Sized> OldCryptoRng for OldRng<'_, R> {}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn every_blinding_is_a_fresh_one() {
        let password = Password::new("correct horse").unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let (_, one) = Blinding::start(&password, &mut rng).unwrap();
        let (_, two) = Blinding::start(&password, &mut rng).unwrap();
        assert_ne!(one, two);
    }

    #[test]
    fn evaluations_off_the_curve_are_refused() {
        let password = Password::new("correct horse").unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let mut beyond = [0xff; POINT_LENGTH];
        beyond[0] = 2;
        for bad in [[0; POINT_LENGTH], beyond] {
            let (blinding, _) = Blinding::start(&password, &mut rng).unwrap();
            assert_eq!(blinding.finish(&bad).unwrap_err(), OprfError::Evaluated);
        }
    }
}
