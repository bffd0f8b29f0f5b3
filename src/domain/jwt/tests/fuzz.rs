//! Nothing panics, and nothing but a JWT of ours verifies.

use super::*;
use proptest::prelude::*;

fn verifies(text: &str) -> bool {
    Unverified::parse(text).is_ok_and(|jwt| jwt.verify(&public(&signer())).is_ok())
}

proptest! {
    #[test]
    fn arbitrary_texts_never_verify(text in "\\PC{0,400}", parts in prop::collection::vec("[A-Za-z0-9_=.-]{0,140}", 0..5)) {
        prop_assert!(!verifies(&text));
        prop_assert!(!verifies(&parts.join(".")));
    }

    #[test]
    fn arbitrary_bytes_behind_a_good_header_never_verify(payload: Vec<u8>, signature in prop::collection::vec(any::<u8>(), 0..200)) {
        let head = b64(header().to_string());
        let text = format!("{head}.{}.{}", b64(&payload), b64(&signature));
        prop_assert!(!verifies(&text));
        let of_96_bytes = &[signature, vec![1; 96]].concat()[..96];
        let text = format!("{head}.{}.{}", b64(claims().to_string()), b64(of_96_bytes));
        prop_assert!(!verifies(&text));
    }

    #[test]
    fn arbitrary_claims_never_panic(payload in "\\PC{0,200}", name in "sub|aud|iat|exp|nbf|jti|htm|htu|token|new_address", number: f64, text in "\\PC{0,40}") {
        let _ = check(&signed(&header().to_string(), &payload));
        for value in [json!(number), json!(text), json!([text]), json!({ "a": number })] {
            let claims = with(claims(), &name, value).to_string();
            let text = format!("{}.{}.{}", b64(header().to_string()), b64(claims), b64([1; 96]));
            let jwt = Unverified::parse(&text).unwrap();
            let _ = (jwt.token(), jwt.subject(), jwt.new_address());
            let _ = Signed { claims: jwt.claims(), payload: jwt.payload }.for_user_side(&CALL, NOW);
        }
    }

    #[test]
    fn one_changed_character_is_one_too_many(place: prop::sample::Index, with in "[ -~]", edit in 0..3) {
        let good = jwt(claims());
        let place = place.index(good.len());
        let (before, after) = good.split_at(place);
        let changed = match edit {
            0 => format!("{before}{with}{after}"),
            1 => format!("{before}{}", &after[1..]),
            _ => format!("{before}{with}{}", &after[1..]),
        };
        prop_assume!(changed != good);
        prop_assert!(!verifies(&changed), "{changed}");
    }
}
