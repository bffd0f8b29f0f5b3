//! Header, encoding and signature.

use super::*;
use data_encoding::HEXLOWER;
use p384::ecdsa::Signature;

#[test]
fn a_good_jwt_gives_what_it_claims() {
    let text = jwt(with(claims(), "token", json!(b64([1; 32]))));
    let unverified = Unverified::parse(&text).unwrap();
    assert_eq!(unverified.kid().to_string(), KID);
    assert_eq!(unverified.token().unwrap().reveal(), b64([1; 32]));
    assert_eq!(unverified.subject().unwrap().as_str(), "foo@bar.com");
    assert!(unverified.new_address().is_none());
    let checked = check(&text).unwrap();
    assert_eq!((checked.subject.as_str(), checked.jti.as_str()), ("foo@bar.com", "a"));
    assert_eq!(checked.spent_until, NOW + 120 + LEEWAY);
}

#[test]
fn headers_that_are_taken() {
    for text in [
        header().to_string(),
        with(header(), "typ", Value::Null).to_string(),
        format!(r#" {{ "typ":"JWT" , "kid":"{KID}", "\u0061lg":"ES384" }} "#),
    ] {
        assert!(check(&signed(&text, &claims().to_string())).is_ok(), "{text}");
    }
}

#[test]
fn headers_that_are_refused() {
    let jwk = notary_sdk::Jwk::new(&signer().public(), KID);
    for (name, values) in [
        (
            "alg",
            json!([
                "none",
                "None",
                "",
                "HS384",
                "HS256",
                "ES256",
                "ES512",
                "RS256",
                "PS384",
                "es384",
                "ES384 ",
                384,
                ["ES384"]
            ]),
        ),
        ("typ", json!(["jwt", "JOSE", "at+jwt", "dpop+jwt", "", 1, ["JWT"]])),
        (
            "kid",
            json!([
                "",
                "1",
                "' OR '1'='1",
                "../../../../etc/passwd",
                "/dev/null",
                1,
                [KID],
                KID.to_uppercase(),
                &KID[1..],
                format!("{KID}0"),
                format!("{}g", &KID[1..]),
                format!("{}\u{0}", &KID[1..]),
                format!(" {}", &KID[1..]),
            ]),
        ),
        ("crit", json!([["exp"], []])),
        ("b64", json!([true, false])),
        ("jwk", json!([jwk])),
        ("jku", json!(["https://evil.example/keys"])),
        ("x5u", json!(["https://evil.example/cert"])),
        ("x5c", json!([["MIIB"]])),
        ("x5t", json!(["AAAA"])),
        ("cty", json!(["JWT"])),
        ("zip", json!(["DEF"])),
        ("enc", json!(["A256GCM"])),
        ("anything", json!([1])),
    ] {
        for value in values.as_array().unwrap() {
            let header = with(header(), name, value.clone()).to_string();
            assert!(is_malformed(&signed(&header, &claims().to_string())), "{header}");
        }
    }
    for name in ["alg", "kid"] {
        let header = with(header(), name, Value::Null).to_string();
        assert!(is_malformed(&signed(&header, &claims().to_string())), "{header}");
    }
    for header in ["", "null", "[]", "1", "{}", "{", "{}{}", "\"ES384\"", "\u{feff}{}"] {
        assert!(is_malformed(&signed(header, &claims().to_string())), "{header}");
    }
    for header in [
        format!(r#"{{"alg":null,"kid":"{KID}"}}"#),
        format!(r#"{{"alg":"ES384","kid":"{KID}","typ":null}}"#),
        format!(r#"["ES384","{KID}","JWT"]"#),
        format!(r#"["ES384","{KID}"]"#),
    ] {
        assert!(is_malformed(&signed(&header, &claims().to_string())), "{header}");
    }
}

#[test]
fn duplicates_are_refused_everywhere() {
    let twice =
        |object: Value, member: &str| object.to_string().replacen('{', &format!("{{{member},"), 1);
    for member in [r#""alg":"ES384""#, r#""typ":"JWT""#, r#""\u0061lg":"none""#] {
        assert!(is_malformed(&signed(&twice(header(), member), &claims().to_string())), "{member}");
    }
    for member in [
        r#""sub":"foo@bar.com""#,
        r#""aud":"x""#,
        r#""exp":1"#,
        r#""own":{"a":1,"a":2}"#,
        r#""own":[{"a":{"b":1,"b":1}}]"#,
        r#""own":1,"own":1"#,
    ] {
        assert!(is_malformed(&signed(&header().to_string(), &twice(claims(), member))), "{member}");
    }
    assert!(check(&jwt(with(claims(), "own", json!({ "a": { "a": 1 } })))).is_ok());
}

#[test]
fn payloads_that_are_no_claims_are_refused() {
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for payload in ["", "null", "[]", "1", "{", "{} {}", "{\"a\":\"\\ud800\"}", deep.as_str()] {
        assert!(is_malformed(&signed(&header().to_string(), payload)), "{}", payload.len());
    }
    let not_utf8 = [b"{\"a\":\"".as_slice(), &[0xff], b"\"}"].concat();
    let message = format!("{}.{}", b64(header().to_string()), b64(not_utf8));
    assert!(is_malformed(&format!("{message}.{}", b64([1; 96]))));
}

#[test]
fn texts_that_are_no_compact_jws_are_refused() {
    let good = jwt(claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (head, payload) = message.split_once('.').unwrap();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        message.to_owned(),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{head}=.{payload}.{signature}"),
        format!("{head}.{payload}=.{signature}"),
        format!("{good}="),
        format!("{good}=="),
        format!("{head}.{payload}.{}+", &signature[1..]),
        format!("{head}.{payload}.{}/", &signature[1..]),
        format!("{head}.{payload}\n.{signature}"),
        format!("{}.{payload}.{signature}", head.replacen('e', "é", 1)),
    ] {
        assert!(is_malformed(&text), "{text}");
    }
}

/// Base64 whose unused last bits are set decodes to the same bytes for a lenient reader.
#[test]
fn each_part_has_one_spelling() {
    // Two bytes more than a multiple of three leave two unused bits.
    let padded = |text: String| format!("{text}{}", " ".repeat((5 - text.len() % 3) % 3));
    let head = b64(padded(header().to_string()));
    let last = head.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    let other = format!("{}{next}", &head[..head.len() - 1]);
    let payload = b64(claims().to_string());
    let with_head = |head: &str| {
        let message = format!("{head}.{payload}");
        format!("{message}.{}", b64(signer().sign(message.as_bytes())))
    };
    assert!(check(&with_head(&head)).is_ok());
    assert!(is_malformed(&with_head(&other)));
}

const N: &str = "ffffffffffffffffffffffffffffffffffffffffffffffff\
                 c7634d81f4372ddf581a0db248b0a77aecec196accc52973";

#[test]
fn signatures_that_are_none_are_refused() {
    let good = jwt(claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let fault = |bytes: &[u8]| check(&format!("{message}.{}", b64(bytes))).unwrap_err();

    let der = Signature::from_slice(&signature).unwrap().to_der();
    let zero_before = [&[0], signature.as_slice()].concat();
    let zero_after = [signature.as_slice(), &[0]].concat();
    for bytes in [
        &[][..],
        &[0],
        der.as_bytes(),
        &signature[..95],
        &signature[1..],
        &zero_before,
        &zero_after,
    ] {
        assert!(matches!(fault(bytes), JwtFault::Malformed(_)), "{} bytes", bytes.len());
    }

    let (r, s) = signature.split_at(48);
    let n = HEXLOWER.decode(N.as_bytes()).unwrap();
    let (zero, ff) = ([0; 48], [0xff; 48]);
    let mut one = zero;
    one[47] = 1;
    for (r, s) in [
        (&zero[..], &zero[..]),
        (&zero, s),
        (r, &zero),
        (&n, s),
        (r, &n),
        (&n, &n),
        (&ff, s),
        (r, &ff),
        (&one, &one),
        (s, r),
    ] {
        assert_eq!(fault(&[r, s].concat()), JwtFault::Signature, "{r:02x?} {s:02x?}");
    }
}

#[test]
fn another_keys_signature_is_refused() {
    let text = jwt(claims());
    let other = public(&SigningKey::from_uniform(&[8; 72]));
    let fault = Unverified::parse(&text).unwrap().verify(&other).unwrap_err();
    assert_eq!(fault, JwtFault::Signature);
}

/// ECDSA is malleable: whoever sees (r, s) can write (r, n − s). So the text of a JWT is no name
/// for it, and replays are told by the `jti`, which both texts share.
#[test]
fn the_malleable_twin_has_the_same_jti() {
    let good = jwt(claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let twin = Signature::from_scalars(*signature.r(), -*signature.s()).unwrap();
    let twin = format!("{message}.{}", b64(twin.to_bytes()));
    assert_ne!(good, twin);
    assert_eq!(check(&good).unwrap().jti, check(&twin).unwrap().jti);
}
