//! What is remembered of signatures.

use super::*;
use crate::domain::jwt::proven::BYTES_EACH;

fn unverified(text: &str) -> Unverified<'_> {
    Unverified::parse(text).unwrap()
}

fn is_known(proven: &Proven, text: &str, key: &PublicKey) -> bool {
    matches!(proven.recall(unverified(text), key), Recalled::Signed(_))
}

#[test]
fn a_jwt_is_known_once_verified_with_the_key_that_signed_it_and_no_other() {
    let proven = Proven::new(1_000_000);
    let (text, key) = (jwt(claims()), public(&signer()));
    let other = public(&SigningKey::from_uniform(&[8; 72]));
    assert!(!is_known(&proven, &text, &key));
    assert_eq!(proven.verify(unverified(&text), &other).unwrap_err(), JwtFault::Signature);
    proven.verify(unverified(&text), &key).unwrap();
    assert!(is_known(&proven, &text, &key));
    assert!(!is_known(&proven, &text, &other));
    // The same claims signed once more, with other random bits or in another spelling.
    let respelt = jwt(with(claims(), "jti", json!("b")));
    assert!(!is_known(&proven, &respelt, &key));
}

#[test]
fn forgeries_leave_nothing_behind() {
    let proven = Proven::new(1_000_000);
    let key = public(&SigningKey::from_uniform(&[8; 72]));
    for n in 0..10 {
        let text = jwt(with(claims(), "jti", json!(n.to_string())));
        assert_eq!(proven.verify(unverified(&text), &key).unwrap_err(), JwtFault::Signature);
    }
    assert!(proven.signatures.is_empty());
}

#[test]
fn it_never_takes_more_than_its_bytes() {
    for bytes in [500_000, 1_000_000, 2_500_000, 16_000_000] {
        let proven = Proven::new(bytes);
        let most = bytes / BYTES_EACH;
        for n in 0..4 * most as u64 {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&n.to_be_bytes());
            proven.signatures.insert(digest, ());
        }
        assert!(proven.signatures.len() >= most / 2, "most of it can be used");
        let used = proven.signatures.memory_used();
        assert!(used.entries + used.map <= bytes, "{used:?} of {bytes}");
    }
}
