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

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use notary_sdk::{Blinding, Password};
    use rand::{SeedableRng, rngs::StdRng};

    /// HMAC-SHA-384(K_oprf, "foo@bar.com")[..32] for the master key 07…07, computed by hand.
    const SEED: &str = "423cbb5b5a43daa79486c0becaf864a46657beb8d3bb9b2afe588c1d300f4044";

    fn output(address: &str, seed: u64) -> Vec<u8> {
        let password = Password::new("correct horse battery staple").unwrap();
        let address = Address::parse(address).unwrap();
        let (blinding, sent) =
            Blinding::start(&password, &mut StdRng::seed_from_u64(seed)).unwrap();
        let blinded = Blinded::parse(&sent).unwrap();
        let evaluated = evaluate(&Secrets::derive(&[7; 32]), &address, &blinded);
        blinding.finish(&evaluated.try_into().unwrap()).unwrap().to_vec()
    }

    #[test]
    fn whatever_the_blinding_the_output_is_that_of_the_addresss_own_key() {
        let seed = HEXLOWER.decode(SEED.as_bytes()).unwrap();
        let server = OprfServer::<NistP384>::new_from_seed(&seed, b"notary/oprf/v1").unwrap();
        let expected = server.evaluate(b"correct horse battery staple").unwrap();
        for blinding in [1, 2] {
            assert_eq!(output("foo@bar.com", blinding), expected.to_vec());
        }
        assert_ne!(output("foo+x@bar.com", 1), expected.to_vec());
    }

    #[test]
    fn only_points_are_evaluated() {
        let mut beyond = [0xff; 49];
        beyond[0] = 2;
        // x = 1 is on no point: 1 − 3 + b is no square.
        let mut off_curve = [0; 49];
        (off_curve[0], off_curve[48]) = (2, 1);
        for bytes in [&[][..], &[0], &[0; 49], &[2; 48], &[4; 97], &beyond, &off_curve] {
            assert!(Blinded::parse(bytes).is_none(), "{bytes:?}");
        }
    }
}
