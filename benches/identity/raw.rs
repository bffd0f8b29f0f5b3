//! The cryptography alone.

use super::{
    load::Outcome,
    process::{Postgres, cpu_of_thread},
};
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use notary::random::Random;
use notary_sdk::{Blinding, Password, SigningKey};
use p384::NistP384;
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use std::{hint::black_box, io::Write, process::Command, thread};
use voprf::{BlindedElement, OprfServer};

/// ES384 verifications while every processor makes them, as under load.
pub fn verification() -> Outcome {
    let threads = thread::available_parallelism().unwrap().get();
    let times: Vec<f64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(verification_of_one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    Outcome::computed(times.iter().sum::<f64>() / times.len() as f64)
}

fn verification_of_one() -> f64 {
    let signed = Signed::new();
    micros(5_000, || signed.verify())
}

/// A signature that verifies.
#[derive(Clone)]
pub struct Signed {
    point: [u8; 97],
    message: [u8; 400],
    signature: [u8; 96],
}

impl Signed {
    pub fn new() -> Self {
        let key = SigningKey::from_uniform(&Random.bytes());
        let message = [7; 400];
        let signature = key.sign(&message);
        Self { point: key.public().to_sec1_uncompressed(), message, signature }
    }

    pub fn verify(&self) {
        let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, black_box(&self.point));
        key.verify(black_box(&self.message), &self.signature).unwrap();
    }
}

/// OPRF evaluations from bytes to bytes (RFC 9497 section 3.3.1), with a key that is at hand.
pub fn evaluation() -> Outcome {
    let server = OprfServer::<NistP384>::new_from_seed(&[7; 32], b"bench").unwrap();
    let blinded = blinded();
    Outcome::computed(micros(2_000, || {
        let blinded = BlindedElement::<NistP384>::deserialize(black_box(&blinded)).unwrap();
        black_box(server.blind_evaluate(&blinded).serialize());
    }))
}

/// Bodies of `/salt`, each for another address, with and without an OPRF evaluation.
pub fn salt_requests(count: usize, evaluate: bool) -> Vec<String> {
    let blinded = URL_SAFE_NO_PAD.encode(blinded());
    let blinded = if evaluate { format!(r#","blinded":"{blinded}""#) } else { String::new() };
    let body = |n| format!(r#"{{"address":"user{n}@example.org"{blinded}}}"#);
    (0..count).map(body).collect()
}

/// Prepared selects of a row by its primary key, by pgbench over 16 connections.
pub fn point_select(postgres: &Postgres, uri: &str) -> Outcome {
    let mut script = tempfile::NamedTempFile::new().unwrap();
    writeln!(script, "\\set id random(1, 1000)\nSELECT thumbprint FROM keys WHERE id = :id;")
        .unwrap();
    let before = postgres.cpu();
    let output = Command::new(postgres.program("pgbench"))
        .args(["--no-vacuum", "--protocol=prepared", "--client=16", "--time=2", "--file"])
        .arg(script.path())
        .arg(uri)
        .output()
        .unwrap_or_else(|error| panic!("pgbench: {error} (it comes with PostgreSQL's server)"));
    let used = postgres.cpu() - before;
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |name: &str| -> f64 {
        let after = text.split(name).nth(1).unwrap_or_else(|| panic!("pgbench said: {text}"));
        after.split([' ', '/', '\n']).next().unwrap().parse().unwrap()
    };
    Outcome {
        server: 0.0,
        postgres: used * 1e6 / number("actually processed: "),
        per_second: number("tps = "),
        p50: f64::NAN,
        p99: f64::NAN,
    }
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
