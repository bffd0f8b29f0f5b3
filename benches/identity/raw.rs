//! The cryptography alone.

use super::node::cpu_of_thread;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use notary::random::Random;
use notary_sdk::{Blinding, Password, SigningKey};
use p384::NistP384;
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use std::hint::black_box;
use voprf::{BlindedElement, OprfServer};

/// Microseconds of one ES384 verification.
pub fn verification() -> f64 {
    let key = SigningKey::from_uniform(&Random.bytes());
    let message = [7; 400];
    let signature = key.sign(&message);
    let point = key.public().to_sec1_uncompressed();
    micros(2_000, || {
        let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, black_box(&point));
        key.verify(black_box(&message), &signature).unwrap();
    })
}

/// Microseconds of one OPRF evaluation from bytes to bytes (RFC 9497 section 3.3.1), with a key
/// that is at hand.
pub fn evaluation() -> f64 {
    let server = OprfServer::<NistP384>::new_from_seed(&[7; 32], b"bench").unwrap();
    let blinded = blinded();
    micros(1_000, || {
        let blinded = BlindedElement::<NistP384>::deserialize(black_box(&blinded)).unwrap();
        black_box(server.blind_evaluate(&blinded).serialize());
    })
}

/// Bodies of `/salt`, each for another address.
pub fn salt_requests(count: usize) -> Vec<String> {
    let blinded = URL_SAFE_NO_PAD.encode(blinded());
    let body = |n| format!(r#"{{"address":"user{n}@example.org","blinded":"{blinded}"}}"#);
    (0..count).map(body).collect()
}

fn blinded() -> [u8; 49] {
    let password = Password::new("correct horse battery staple").unwrap();
    Blinding::start(&password, &mut UnwrapErr(SysRng)).unwrap().1
}

/// CPU time of this thread per round: other programs on the machine do not count.
fn micros(rounds: u32, mut work: impl FnMut()) -> f64 {
    let before = cpu_of_thread();
    (0..rounds).for_each(|_| work());
    (cpu_of_thread() - before) * 1e6 / f64::from(rounds)
}
