//! What is remembered of JWTs.

use super::*;

/// What a caller does where nothing is known of the key's signature.
fn verify(proven: &Proven, text: &str, key: &PublicKey) -> Result<Arc<Signed>, JwtFault> {
    proven.verify(proven.recall(text).unwrap(), key)
}

fn is_known(proven: &Proven, text: &str, key: &PublicKey) -> bool {
    proven.recall(text).unwrap().signed_by(key).is_some()
}

#[test]
fn a_jwt_is_known_once_verified_with_the_key_that_signed_it_and_no_other() {
    let proven = Proven::new(1_000_000);
    let (text, key) = (jwt(claims()), public(&signer()));
    let other = public(&SigningKey::from_uniform(&[8; 72]));
    assert!(!is_known(&proven, &text, &key));
    assert_eq!(verify(&proven, &text, &other).unwrap_err(), JwtFault::Signature);
    verify(&proven, &text, &key).unwrap();
    assert!(is_known(&proven, &text, &key));
    assert!(!is_known(&proven, &text, &other));
    // The same claims signed once more, with other random bits or in another spelling.
    let respelt = jwt(with(claims(), "jti", json!("b")));
    assert!(!is_known(&proven, &respelt, &key));
}

#[test]
fn what_is_known_is_what_was_signed() {
    let proven = Proven::new(1_000_000);
    let (text, key) = (jwt(claims()), public(&signer()));
    let first = verify(&proven, &text, &key).unwrap();
    let recalled = proven.recall(&text).unwrap();
    assert_eq!(recalled.kid(), Unverified::parse(&text).unwrap().kid());
    let again = recalled.signed_by(&key).unwrap();
    assert_eq!((&again.payload, &again.claims), (&first.payload, &first.claims));
    assert_eq!(again.payload, claims().to_string());
}

#[test]
fn a_known_jwt_is_verified_anew_with_another_key() {
    let proven = Proven::new(1_000_000);
    let (text, key) = (jwt(claims()), public(&signer()));
    let other = public(&SigningKey::from_uniform(&[8; 72]));
    verify(&proven, &text, &key).unwrap();
    assert!(!is_known(&proven, &text, &other));
    assert_eq!(verify(&proven, &text, &other).unwrap_err(), JwtFault::Signature);
    assert!(is_known(&proven, &text, &key), "it stays what it was");
}

#[test]
fn what_is_malformed_stays_so() {
    let proven = Proven::new(1_000_000);
    assert!(matches!(proven.recall("a.b").err().unwrap(), JwtFault::Malformed(_)));
}

#[test]
fn forgeries_leave_nothing_behind() {
    let proven = Proven::new(1_000_000);
    let key = public(&SigningKey::from_uniform(&[8; 72]));
    for n in 0..10 {
        let text = jwt(with(claims(), "jti", json!(n.to_string())));
        assert_eq!(verify(&proven, &text, &key).unwrap_err(), JwtFault::Signature);
    }
    assert!(proven.jwts.is_empty());
}

/// That the weights are not below what claims take is seen from outside, in `tests/crash/flood.rs`.
#[test]
fn it_never_takes_more_than_its_bytes() {
    let key = public(&signer());
    let nested = (0..100).fold(json!({}), |inner, _| json!({ "": inner }));
    let long = json!({ "long": "x".repeat(9_000) });
    for (claims, bytes) in
        [(claims(), 200_000), (json!({ "nested": nested }), 200_000), (long, 3_000_000)]
    {
        let proven = Proven::new(bytes);
        for n in 0..500 {
            let text = jwt(with(claims.clone(), "jti", json!(n)));
            verify(&proven, &text, &key).unwrap();
            assert!(proven.jwts.weight() <= bytes as u64);
        }
        assert!(proven.jwts.weight() >= bytes as u64 / 2, "most of it can be used");
        let used = proven.jwts.memory_used();
        assert!(used.entries + used.map <= bytes, "{used:?} of {bytes}");
    }
}
