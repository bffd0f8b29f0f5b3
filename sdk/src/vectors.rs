//! Every case of the protocol's `vectors.json`, step by step.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use data_encoding::HEXLOWER;
use p384::NistP384;
use rand::{SeedableRng, rngs::StdRng};
use serde::Deserialize;
use voprf::{BlindedElement, OprfServer};

use crate::{
    Blinding, Jwk, Kdf, Password, SigningKey,
    derive::{argon2_password, derive_key, expand, stretch},
    kid,
};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    address: String,
    password: String,
    salt: String,
    kid: String,
    kdf: Kdf,
    oprf_key_seed_hex: Option<String>,
    password_utf8_nfkc_hex: String,
    oprf: Option<Oprf>,
    oprf_output_hex: Option<String>,
    argon2_password_hex: String,
    argon2_output_hex: String,
    hkdf_okm_hex: String,
    d: String,
    x: String,
    y: String,
    thumbprint: String,
}

#[derive(Deserialize)]
struct Oprf {
    server_secret_key: String,
}

/// The OPRF's output, from a whole exchange with a server that holds the case's key.
fn evaluate(case: &Case, password: &Password) -> Vec<u8> {
    let Some(seed) = &case.oprf_key_seed_hex else { return Vec::new() };
    let server = OprfServer::<NistP384>::new_from_seed(
        &HEXLOWER.decode(seed.as_bytes()).unwrap(),
        b"notary/oprf/v1",
    )
    .unwrap();
    assert_eq!(HEXLOWER.encode(&server.serialize()), case.oprf.as_ref().unwrap().server_secret_key);
    let (blinding, blinded) = Blinding::start(password, &mut StdRng::seed_from_u64(7)).unwrap();
    let blinded = BlindedElement::deserialize(&blinded).unwrap();
    let evaluated = server.blind_evaluate(&blinded).serialize().into();
    blinding.finish(&evaluated).unwrap().to_vec()
}

#[test]
fn every_case_holds() {
    let vectors: Vectors = serde_json::from_str(include_str!("../tests/vectors.json")).unwrap();
    assert_eq!(vectors.cases.len(), 4);
    for case in &vectors.cases {
        let name = &case.name;
        let salt: [u8; 16] = BASE64_STANDARD.decode(&case.salt).unwrap().try_into().unwrap();
        assert_eq!(kid(&case.address, &salt), case.kid, "{name}");
        assert_eq!(case.kdf.check(), Ok(()), "{name}");

        let password = Password::new(&case.password).unwrap();
        assert_eq!(HEXLOWER.encode(password.as_bytes()), case.password_utf8_nfkc_hex, "{name}");
        let y = evaluate(case, &password);
        assert_eq!(HEXLOWER.encode(&y), case.oprf_output_hex.clone().unwrap_or_default(), "{name}");

        let bytes = argon2_password(&password, &y);
        assert_eq!(HEXLOWER.encode(&bytes), case.argon2_password_hex, "{name}");
        let stretched = stretch(&bytes, &salt, &case.kdf.argon2id).unwrap();
        assert_eq!(HEXLOWER.encode(&*stretched), case.argon2_output_hex, "{name}");
        let okm = expand(&stretched).unwrap();
        assert_eq!(HEXLOWER.encode(&*okm), case.hkdf_okm_hex, "{name}");

        let key = SigningKey::from_uniform(&okm);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(key.d()), case.d, "{name}");
        assert_eq!(key.public().coordinates(), (case.x.clone(), case.y.clone()), "{name}");
        assert_eq!(key.public().thumbprint_base64url(), case.thumbprint, "{name}");
        assert_eq!(Jwk::new(&key.public(), &case.kid).public_key(), Ok(key.public()), "{name}");

        let derived = derive_key(&password, &salt, &case.kdf.argon2id, &y).unwrap();
        assert_eq!(derived.d(), key.d(), "{name}");
    }
}
