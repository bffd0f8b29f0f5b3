//! Keys of other programs, and ours in other programs.

use crate::python::Python;
use notary_signer::{
    cli::generate_keypair::{Options, generate_keypair},
    random::Random,
    signing::{
        key_files::KeyError,
        keypair::{PrivateKey, PublicKey},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha384};
use std::fs;

fn texts<'a>(keys: &'a Value, member: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let keys = keys[member].as_object().unwrap();
    keys.iter().map(|(name, pem)| (name.as_str(), pem.as_str().unwrap()))
}

#[test]
fn every_form_of_a_key_is_read_and_no_key_of_another_curve() {
    let keys: Value = serde_json::from_str(&Python::start("keys.py", &["write"]).end()).unwrap();
    let public = PublicKey::from_pem(keys["public"].as_str().unwrap()).unwrap();
    for (name, pem) in texts(&keys, "private") {
        let private = PrivateKey::from_pem(pem).unwrap_or_else(|| panic!("{name}: {pem}"));
        assert_eq!(private.public(), public, "{name}");
    }
    for (name, pem) in texts(&keys, "refused") {
        assert!(PrivateKey::from_pem(pem).is_none(), "{name}");
    }
    for (name, pem) in texts(&keys, "refused public") {
        assert!(PublicKey::from_pem(pem).is_none(), "{name}");
    }
}

#[test]
fn generated_keys_serve_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let options = Options { private: file("private.pem"), public: file("public.pem") };
    let said = generate_keypair(&options, Random).unwrap();
    let private = fs::read_to_string(&options.private).unwrap();
    let public = fs::read_to_string(&options.public).unwrap();
    let key = PrivateKey::from_pem(&private).unwrap();
    assert!(said.ends_with(&key.public().to_base64()), "{said}");

    let message = "Content-Signature:\0{}";
    let signature = key.sign(&Sha384::digest(message).into()).unwrap();
    let asked = json!({
        "private": private, "public": public, "message": message, "signature": signature,
    });
    let mut python = Python::start("keys.py", &["check"]);
    python.tell(&asked.to_string());
    assert_eq!(python.end(), "true\n");

    let again = generate_keypair(&options, Random);
    assert_eq!(again, Err(KeyError::Exists(options.private.clone())));
    assert_eq!(fs::read_to_string(&options.private).unwrap(), private);
}
