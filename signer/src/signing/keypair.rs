//! P-384 keys (FIPS 186-5): PEM in and out, signatures over digests.

use crate::random::Random;
use base64::{
    Engine, alphabet,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
        general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    },
};
use p384::{
    NistP384, SecretKey,
    ecdsa::{
        Signature, SigningKey, VerifyingKey,
        signature::hazmat::{PrehashSigner, PrehashVerifier},
    },
    pkcs8::{
        AssociatedOid, DecodePublicKey, EncodePublicKey, LineEnding, PrivateKeyInfo,
        SecretDocument, der::Decode,
    },
};
use sec1::{EcParameters, EcPrivateKey};
use std::fmt;
use zeroize::Zeroizing;

/// A SHA-384 digest.
pub type Digest384 = [u8; 48];

const SEC1: &str = "EC PRIVATE KEY";
const P384: EcParameters = EcParameters::NamedCurve(NistP384::OID);

/// Signers write no padding, some readers and writers of the format do.
const URL_SAFE_ANY_PAD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The half that signs. Silent in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// A fresh one (FIPS 186-5 appendix A.2.2: candidates until one is in range).
    pub fn generate(random: Random) -> Self {
        loop {
            let candidate: Zeroizing<[u8; 48]> = Zeroizing::new(random.bytes());
            if let Ok(key) = SigningKey::from_slice(candidate.as_slice()) {
                return Self(key);
            }
        }
    }

    /// The key of a PEM file: `EC PRIVATE KEY` (RFC 5915, which `EC PARAMETERS` may precede, as
    /// `openssl ecparam` writes it) or `PRIVATE KEY` (RFC 5208). `None` for anything else, for
    /// keys of other curves too.
    pub fn from_pem(text: &str) -> Option<Self> {
        let key = if let Some(der) = pem_block(text, SEC1) {
            sec1_key(EcPrivateKey::from_der(&der).ok()?)?
        } else {
            let der = pem_block(text, "PRIVATE KEY")?;
            SecretKey::try_from(PrivateKeyInfo::from_der(&der).ok()?).ok()?
        };
        Some(Self(key.into()))
    }

    /// `EC PRIVATE KEY` in PEM, ends with a line feed. Names the curve, which OpenSSL asks for.
    #[expect(clippy::expect_used, reason = "a valid key always has an encoding")]
    pub fn to_pem(&self) -> Zeroizing<String> {
        let (scalar, point) =
            (Zeroizing::new(self.0.to_bytes()), self.public().0.to_encoded_point(false));
        let key = EcPrivateKey {
            private_key: &scalar,
            parameters: Some(P384),
            public_key: Some(point.as_bytes()),
        };
        let der = SecretDocument::encode_msg(&key).expect("a key has an encoding");
        der.to_pem(SEC1, LineEnding::LF).expect("a key has an encoding")
    }

    /// The other half.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// Signs a message of this digest: ECDSA with the nonce of RFC 6979, so that a message has
    /// one signature. base64url of r‖s, 128 characters.
    ///
    /// # Errors
    /// Never in practice: r or s would have to be zero.
    pub fn sign(&self, digest: &Digest384) -> Result<String, p384::ecdsa::Error> {
        let signature: Signature = self.0.sign_prehash(digest)?;
        Ok(URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// The half that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of a PEM file: `PUBLIC KEY` (RFC 5280 SubjectPublicKeyInfo).
    pub fn from_pem(text: &str) -> Option<Self> {
        VerifyingKey::from_public_key_der(&pem_block(text, "PUBLIC KEY")?).ok().map(Self)
    }

    /// As signatures carry it: base64 of the DER of a SubjectPublicKeyInfo, or PEM.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_pem(text).or_else(|| {
            let der = STANDARD.decode(text.trim()).ok()?;
            VerifyingKey::from_public_key_der(&der).ok().map(Self)
        })
    }

    /// base64 of the DER of the SubjectPublicKeyInfo.
    #[expect(clippy::expect_used, reason = "a valid key always has an encoding")]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0.to_public_key_der().expect("a key has an encoding"))
    }

    /// `PUBLIC KEY` in PEM, ends with a line feed.
    #[expect(clippy::expect_used, reason = "a valid key always has an encoding")]
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("a key has an encoding")
    }

    /// Whether this is a signature, base64url of r‖s, of a message of this digest by this key.
    pub fn verifies(&self, digest: &Digest384, signature: &str) -> bool {
        let Ok(raw) = URL_SAFE_ANY_PAD.decode(signature) else { return false };
        Signature::from_slice(&raw)
            .is_ok_and(|signature| self.0.verify_prehash(digest, &signature).is_ok())
    }
}

/// What the first block of this label encodes. Lines may be of any length: RFC 7468 wants 64
/// characters, but Kinto's own key generator writes 76.
fn pem_block(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (block, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let base64: Zeroizing<Vec<u8>> =
        Zeroizing::new(block.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    STANDARD.decode(&*base64).ok().map(Zeroizing::new)
}

/// The decoder alone would take a shorter key of another curve that names no curve.
fn sec1_key(key: EcPrivateKey<'_>) -> Option<SecretKey> {
    let fits = key.private_key.len() == 48 && key.parameters.is_none_or(|curve| curve == P384);
    fits.then_some(key)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXUPPER;
    use sha2::{Digest, Sha384};

    fn digest(message: &str) -> Digest384 {
        Sha384::digest(message).into()
    }

    /// RFC 6979 appendix A.2.6, "With SHA-384, message = sample".
    #[test]
    fn signatures_are_those_of_rfc_6979() {
        let x = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8\
                 96D5724E4C70A825F872C9EA60D2EDF5";
        let r = "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C\
                 81A648152E44ACF96E36DD1E80FABE46";
        let s = "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F\
                 A329C145786E679E7B82C71A38628AC8";
        let [x, r, s] = [x, r, s].map(|digits| HEXUPPER.decode(digits.as_bytes()).unwrap());
        let key = PrivateKey(SigningKey::from_slice(&x).unwrap());
        let signature = key.sign(&digest("sample")).unwrap();
        let expected = [r, s].concat();
        assert_eq!(signature, URL_SAFE_NO_PAD.encode(expected));
        assert!(key.public().verifies(&digest("sample"), &signature));
        assert!(key.public().verifies(&digest("sample"), &format!("{signature}==")[..128]));
        assert!(!key.public().verifies(&digest("samplf"), &signature));
        for bad in ["", "AAAA", "not base64url!", &"A".repeat(128)] {
            assert!(!key.public().verifies(&digest("sample"), bad), "{bad}");
        }
    }

    #[test]
    fn keys_come_back_as_they_were() {
        let key = PrivateKey::generate(Random);
        let (private, public) = (key.to_pem(), key.public().to_pem());
        assert!(private.starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
        assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        assert_eq!(PrivateKey::from_pem(&private).unwrap().public(), key.public());
        assert_eq!(PublicKey::from_pem(&public), Some(key.public()));
        assert_eq!(PublicKey::parse(&public), Some(key.public()));
        assert_eq!(PublicKey::parse(&key.public().to_base64()), Some(key.public()));
        let windows = private.replace('\n', "\r\n");
        assert_eq!(PrivateKey::from_pem(&windows).unwrap().public(), key.public());
        assert_ne!(PrivateKey::generate(Random).public(), key.public());
        assert_eq!(format!("{key:?}"), "PrivateKey(..)");
    }

    #[test]
    fn other_texts_are_no_keys() {
        let key = PrivateKey::generate(Random);
        let (private, public) = (key.to_pem(), key.public().to_pem());
        assert!(PrivateKey::from_pem(&public).is_none());
        assert!(PublicKey::from_pem(&private).is_none());
        assert!(PublicKey::parse("").is_none());
        assert!(PublicKey::parse("MHYw").is_none());
        assert!(PrivateKey::from_pem(&private.replace("END", "FIN")).is_none());
        let (head, tail) = private.split_at(100);
        assert!(PrivateKey::from_pem(&format!("{head}{}", &tail[4..])).is_none());
    }
}
