//! The server's half of the OPRF (RFC 9497, mode OPRF, suite P384-SHA384).

use super::{address::Address, secret::Secrets};
use hmac::{Hmac, KeyInit, Mac};
use p384::NistP384;
use sha2::Sha384;
use voprf::{BlindedElement, OprfServer};

/// A blinded password as the client sends it: a compressed P-384 point other than the identity.
pub struct Blinded(BlindedElement<NistP384>);

impl Blinded {
    /// Parses 49 bytes of SEC1; `None` for anything off the curve.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == 49).then_some(())?;
        BlindedElement::deserialize(bytes).ok().map(Self)
    }
}

/// Evaluates a blinded password under the address's own key,
/// DeriveKeyPair(HMAC-SHA-384(K_oprf, address)[..32], "notary/oprf/v1").
/// Returns the evaluated element, 49 bytes of SEC1.
#[expect(
    clippy::expect_used,
    reason = "DeriveKeyPair fails with probability 2^-98,000 (RFC 9497 3.2.1)"
)]
pub fn evaluate(secrets: &Secrets, address: &Address, blinded: &Blinded) -> Vec<u8> {
    let mut mac: Hmac<Sha384> =
        Hmac::new_from_slice(secrets.oprf.as_slice()).expect("HMAC takes keys of any length");
    mac.update(address.as_str().as_bytes());
    let seed = mac.finalize().into_bytes();
    let server = OprfServer::<NistP384>::new_from_seed(&seed[..32], b"notary/oprf/v1")
        .expect("a seed of 32 bytes");
    server.blind_evaluate(&blinded.0).serialize().to_vec()
}
