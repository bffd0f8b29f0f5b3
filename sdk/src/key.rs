//! P-384 keys: the half that signs, and the half that others know its owner by.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p384::{
    AffinePoint, NistP384, NonZeroScalar,
    ecdsa::{Signature, signature::Signer},
    elliptic_curve::{
        Curve,
        bigint::{NonZero, U384, U576},
        point::AffineCoordinates,
        sec1::ToEncodedPoint,
    },
};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// One less than the order of the curve's group.
const N_MINUS_1: NonZero<U576> =
    NonZero::<U576>::from_uint(NistP384::ORDER.wrapping_sub(&U384::ONE).resize());

/// A private key. Wiped from memory when dropped, silent in `Debug`.
#[derive(Clone)]
pub struct SigningKey(p384::ecdsa::SigningKey);

impl SigningKey {
    /// The key of 72 uniformly random bytes: d = (OS2IP(bytes) mod (n − 1)) + 1, in 1..n for all
    /// of them (FIPS 186-5, appendix A.2.1). With bytes of a generator, a random key.
    #[expect(clippy::expect_used, reason = "1 <= d < n by construction")]
    pub fn from_uniform(bytes: &[u8; 72]) -> Self {
        let mut wide = U576::from_be_slice(bytes);
        let mut remainder = wide.rem(&N_MINUS_1);
        let mut d: U384 = remainder.resize().wrapping_add(&U384::ONE);
        let scalar: Option<NonZeroScalar> = NonZeroScalar::from_uint(d).into();
        wide.zeroize();
        remainder.zeroize();
        d.zeroize();
        Self(scalar.expect("1 <= d < n").into())
    }

    /// Signs with ES384 (RFC 7518 section 3.4): r ‖ s, 48 bytes each. The nonce is that of
    /// RFC 6979, so one message always gets one signature.
    pub fn sign(&self, message: &[u8]) -> [u8; 96] {
        let signature: Signature = self.0.sign(message);
        let mut bytes = [0; 96];
        bytes.copy_from_slice(&signature.to_bytes());
        bytes
    }

    /// The public half. Not validated again: d = 1 and d = n − 1 give ±G, which
    /// [`PublicKey::from_sec1`] refuses, and which a password reaches with probability 2⁻³⁸³.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().into())
    }

    #[cfg(test)]
    pub(crate) fn d(&self) -> [u8; 48] {
        self.0.to_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// A public key: a point of P-384, neither the identity nor ±G.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(p384::PublicKey);

impl PublicKey {
    /// Reads a compressed (49 bytes) or uncompressed (97 bytes) point, SEC 1 section 2.3.4.
    ///
    /// # Errors
    /// Any other length or tag, coordinates not below p, points off the curve, and ±G.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        if !matches!(bytes.first(), Some(2..=4)) {
            return Err(KeyError::NotAPoint);
        }
        let key = p384::PublicKey::from_sec1_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        // Whoever's private key is 1 or −1 has no secret.
        if key.as_affine().x() == AffinePoint::GENERATOR.x() {
            return Err(KeyError::Generator);
        }
        Ok(Self(key))
    }

    /// 0x04 ‖ x ‖ y, SEC 1 section 2.3.3.
    pub fn to_sec1_uncompressed(&self) -> [u8; 97] {
        let mut bytes = [0; 97];
        bytes.copy_from_slice(self.0.to_encoded_point(false).as_bytes());
        bytes
    }

    /// The big-endian coordinates, base64url without padding: 64 characters each.
    pub(crate) fn coordinates(&self) -> (String, String) {
        let point = self.to_sec1_uncompressed();
        (BASE64_URL_SAFE_NO_PAD.encode(&point[1..49]), BASE64_URL_SAFE_NO_PAD.encode(&point[49..]))
    }

    /// The key's identity: its RFC 7638 SHA-256 thumbprint.
    pub fn thumbprint(&self) -> [u8; 32] {
        let (x, y) = self.coordinates();
        Sha256::digest(format!(r#"{{"crv":"P-384","kty":"EC","x":"{x}","y":"{y}"}}"#)).into()
    }

    /// The thumbprint as it is written: base64url without padding, 43 characters.
    pub fn thumbprint_base64url(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.thumbprint())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.thumbprint_base64url())
    }
}

/// Why something is not a public key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a JSON object with exactly the members of a public JWK.
    #[error(
        "the key must be a JSON object with kty, crv, x, y and kid, optionally alg and use, \
         each a string and once, and nothing else"
    )]
    Members,
    /// Another key type.
    #[error("kty must be EC")]
    KeyType,
    /// Another curve.
    #[error("crv must be P-384")]
    Curve,
    /// A coordinate of the wrong form.
    #[error("x and y must be 48 bytes each, base64url without padding")]
    Coordinate,
    /// Another algorithm.
    #[error("alg must be ES384 or absent")]
    Algorithm,
    /// Another use.
    #[error("use must be sig or absent")]
    Use,
    /// A kid of the wrong form.
    #[error("kid must be 128 lower-case hex digits")]
    Kid,
    /// No point of the curve, or the identity.
    #[error("the key is not a point of the curve P-384")]
    NotAPoint,
    /// The generator or its negative.
    #[error("the key is the curve's generator or its negative, which has no secret")]
    Generator,
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    fn order_minus_1() -> [u8; 48] {
        let mut bytes = [0; 48];
        bytes.copy_from_slice(
            &HEXLOWER
                .decode(format!("{:x}", NistP384::ORDER.wrapping_sub(&U384::ONE)).as_bytes())
                .unwrap(),
        );
        bytes
    }

    proptest! {
        #[test]
        fn d_is_the_remainder_plus_one(high: [u8; 24], low in any::<[[u8; 24]; 2]>()) {
            let mut bytes = [0; 72];
            bytes[..24].copy_from_slice(&high);
            bytes[24..48].copy_from_slice(&low[0]);
            bytes[48..].copy_from_slice(&low[1]);
            let d = SigningKey::from_uniform(&bytes).d();
            prop_assert!(d > [0; 48] && d <= order_minus_1());
            // (bytes − (d − 1)) must be a multiple of n − 1.
            let mut wide = [0; 72];
            wide[24..].copy_from_slice(&d);
            let rest = U576::from_be_slice(&bytes)
                .wrapping_add(&U576::ONE)
                .wrapping_sub(&U576::from_be_slice(&wide));
            prop_assert_eq!(rest.rem(&N_MINUS_1), U576::ZERO);
        }

        #[test]
        fn sec1_round_trips(seed in any::<[[u8; 24]; 3]>()) {
            let bytes: [u8; 72] = seed.concat().try_into().unwrap();
            let key = SigningKey::from_uniform(&bytes).public();
            prop_assert_eq!(PublicKey::from_sec1(&key.to_sec1_uncompressed()), Ok(key));
        }
    }

    #[test]
    fn the_edges_of_the_scalar_range() {
        let uniform = |remainder: [u8; 48]| {
            let mut bytes = [0; 72];
            bytes[24..].copy_from_slice(&remainder);
            SigningKey::from_uniform(&bytes).d()
        };
        let mut one = [0; 48];
        one[47] = 1;
        assert_eq!(uniform([0; 48]), one);
        assert_eq!(uniform(order_minus_1()), one);
        let mut last = order_minus_1();
        last[47] -= 1;
        assert_eq!(uniform(last), order_minus_1());
    }

    #[test]
    fn weak_and_foreign_points_are_refused() {
        let generator = SigningKey::from_uniform(&[0; 72]).public().to_sec1_uncompressed();
        assert_eq!(PublicKey::from_sec1(&generator), Err(KeyError::Generator));
        for tag in [2, 3] {
            // The two compressed points at G's x are G and −G.
            let mut point = generator[..49].to_vec();
            point[0] = tag;
            assert_eq!(PublicKey::from_sec1(&point), Err(KeyError::Generator));
            // SEC 1 knows no compact form.
            point[0] = 5;
            assert_eq!(PublicKey::from_sec1(&point), Err(KeyError::NotAPoint));
        }
        let mut off = generator;
        off[96] ^= 1;
        for bad in [&off[..], &generator[..96], &[0], &[]] {
            assert_eq!(PublicKey::from_sec1(bad), Err(KeyError::NotAPoint));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", SigningKey::from_uniform(&[9; 72])), "SigningKey(..)");
    }
}
