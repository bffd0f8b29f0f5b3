//! The strict JWK: the only form in which a public key travels (RFC 7517, PROTOCOL section 1).

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{KeyError, PublicKey, is_kid};

/// A JWK as it was sent: the right members, each once and a string, no others. Their values are
/// checked by [`Jwk::public_key`], the only way to the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
}

impl Jwk {
    /// The JWK of a key, ready to be sent.
    pub fn new(key: &PublicKey, kid: &str) -> Self {
        let (x, y) = key.coordinates();
        Self {
            kty: "EC".to_owned(),
            crv: "P-384".to_owned(),
            x,
            y,
            kid: kid.to_owned(),
            alg: Some("ES384".to_owned()),
            usage: Some("sig".to_owned()),
        }
    }

    /// Reads JSON text.
    ///
    /// # Errors
    /// [`KeyError::Members`] for anything but an object of the right members.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        serde_json::from_str(json).map_err(|_| KeyError::Members)
    }

    /// The kid as sent; its form is checked by [`Jwk::public_key`].
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Checks every member's value and the point itself.
    ///
    /// # Errors
    /// Names the first member that is wrong.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        if self.kty != "EC" {
            return Err(KeyError::KeyType);
        }
        if self.crv != "P-384" {
            return Err(KeyError::Curve);
        }
        if self.alg.as_deref().is_some_and(|alg| alg != "ES384") {
            return Err(KeyError::Algorithm);
        }
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(KeyError::Use);
        }
        if !is_kid(&self.kid) {
            return Err(KeyError::Kid);
        }
        let mut point = [4; 97];
        point[1..49].copy_from_slice(&coordinate(&self.x)?);
        point[49..].copy_from_slice(&coordinate(&self.y)?);
        PublicKey::from_sec1(&point)
    }
}

fn coordinate(text: &str) -> Result<[u8; 48], KeyError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(KeyError::Coordinate)
}

impl TryFrom<&Jwk> for PublicKey {
    type Error = KeyError;

    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        jwk.public_key()
    }
}

// Derived code takes an array for an object and `null` for an absent member; a strict JWK is
// neither.
impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Members {
            kty: String,
            crv: String,
            x: String,
            y: String,
            kid: String,
            #[serde(default, deserialize_with = "present")]
            alg: Option<String>,
            #[serde(default, rename = "use", deserialize_with = "present")]
            usage: Option<String>,
        }

        fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
            String::deserialize(deserializer).map(Some)
        }

        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a public JWK")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Members, A::Error> {
                Members::deserialize(MapAccessDeserializer::new(map))
            }
        }

        let Members { kty, crv, x, y, kid, alg, usage } = deserializer.deserialize_map(Object)?;
        Ok(Self { kty, crv, x, y, kid, alg, usage })
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::{SigningKey, kid};

    const P: &str = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
                     ffffffff0000000000000000ffffffff";

    fn good() -> Value {
        let key = SigningKey::from_uniform(&[5; 72]).public();
        serde_json::to_value(Jwk::new(&key, &kid("foo@bar.com", &[1; 16]))).unwrap()
    }

    fn read(value: &Value) -> Result<PublicKey, KeyError> {
        Jwk::parse(&value.to_string())?.public_key()
    }

    fn with(name: &str, value: impl Into<Value>) -> Value {
        let mut jwk = good();
        jwk[name] = value.into();
        jwk
    }

    fn without(name: &str) -> Value {
        let mut jwk = good();
        jwk.as_object_mut().unwrap().remove(name);
        jwk
    }

    fn base64url(bytes: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    proptest! {
        #[test]
        fn round_trips(seed in any::<[[u8; 24]; 3]>(), salt: [u8; 16]) {
            let key = SigningKey::from_uniform(&seed.concat().try_into().unwrap()).public();
            let jwk = Jwk::new(&key, &kid("foo@bar.com", &salt));
            let text = serde_json::to_string(&jwk).unwrap();
            prop_assert_eq!(Jwk::parse(&text).unwrap(), jwk.clone());
            prop_assert_eq!(jwk.public_key(), Ok(key));
        }

        #[test]
        fn one_flipped_bit_is_off_the_curve(bit in 0_usize..384, member in "[xy]") {
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(good()[&member].as_str().unwrap()).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let other = read(&with(&member, base64url(&bytes)));
            // Half of all x lie on the curve, but then with another y.
            prop_assert_eq!(other, Err(KeyError::NotAPoint));
        }

        #[test]
        fn other_lengths_are_refused(length in (0_usize..200).prop_filter("right", |l| *l != 48)) {
            let coordinate = base64url(&vec![1; length]);
            for member in ["x", "y"] {
                prop_assert_eq!(read(&with(member, &*coordinate)), Err(KeyError::Coordinate));
            }
        }

        #[test]
        fn unknown_members_are_refused(name in "[a-z0-9#]{1,8}") {
            prop_assume!(good().get(&name).is_none());
            prop_assert_eq!(read(&with(&name, "AA")), Err(KeyError::Members));
        }
    }

    #[test]
    fn lengths_that_add_up_are_refused_all_the_same() {
        let key = SigningKey::from_uniform(&[5; 72]).public().to_sec1_uncompressed();
        for cut in [0, 47, 49, 96] {
            let mut jwk = with("x", base64url(&key[1..1 + cut]));
            jwk["y"] = base64url(&key[1 + cut..]).into();
            assert_eq!(read(&jwk), Err(KeyError::Coordinate), "{cut}");
        }
    }

    #[test]
    fn values_that_are_not_ours_are_refused() {
        let x = good()["x"].as_str().unwrap().to_owned();
        for (name, value, error) in [
            ("kty", "OKP".to_owned(), KeyError::KeyType),
            ("kty", "ec".to_owned(), KeyError::KeyType),
            ("crv", "P-256".to_owned(), KeyError::Curve),
            ("alg", "ES256".to_owned(), KeyError::Algorithm),
            ("use", "enc".to_owned(), KeyError::Use),
            ("kid", "ab".to_owned(), KeyError::Kid),
            ("kid", good()["kid"].as_str().unwrap().to_uppercase(), KeyError::Kid),
            ("x", format!("{x}="), KeyError::Coordinate),
            ("x", format!("{x}=="), KeyError::Coordinate),
            ("x", format!(" {x}"), KeyError::Coordinate),
            ("x", format!("{}+", &x[1..]), KeyError::Coordinate),
            ("x", base64url(&HEXLOWER.decode(P.as_bytes()).unwrap()), KeyError::NotAPoint),
            ("y", base64url(&[0xff; 48]), KeyError::NotAPoint),
        ] {
            assert_eq!(read(&with(name, &*value)), Err(error), "{name}: {value}");
        }
    }

    /// x + p names the same point to a reader that reduces; such x fit in 48 bytes if x < 2³⁸⁴ − p.
    #[test]
    fn unreduced_coordinates_are_refused() {
        use p384::elliptic_curve::bigint::{Encoding, U384};
        let p = U384::from_be_hex(P);
        let small = (0_u32..100).find_map(|x| {
            let mut point = [0; 49];
            point[0] = 2;
            point[45..].copy_from_slice(&x.to_be_bytes());
            PublicKey::from_sec1(&point).ok().map(|key| (x, key))
        });
        let (x, key) = small.unwrap();
        let mut jwk =
            serde_json::to_value(Jwk::new(&key, good()["kid"].as_str().unwrap())).unwrap();
        assert_eq!(read(&jwk), Ok(key));
        jwk["x"] = base64url(&p.wrapping_add(&U384::from_u32(x)).to_be_bytes()).into();
        assert_eq!(read(&jwk), Err(KeyError::NotAPoint));
    }

    #[test]
    fn the_generator_and_its_negative_are_refused() {
        let (one, minus_one) = (SigningKey::from_uniform(&[0; 72]), {
            let mut bytes = [0; 72];
            bytes[24..].copy_from_slice(&HEXLOWER.decode(ORDER_MINUS_2.as_bytes()).unwrap());
            SigningKey::from_uniform(&bytes)
        });
        for key in [one, minus_one] {
            let jwk = Jwk::new(&key.public(), good()["kid"].as_str().unwrap());
            assert_eq!(jwk.public_key(), Err(KeyError::Generator));
        }
    }

    const ORDER_MINUS_2: &str = "ffffffffffffffffffffffffffffffffffffffffffffffff\
                                 c7634d81f4372ddf581a0db248b0a77aecec196accc52971";

    #[test]
    fn only_an_object_of_the_right_members_is_read() {
        assert!(read(&good()).is_ok());
        assert!(read(&without("alg")).is_ok());
        assert!(read(&without("use")).is_ok());
        for name in ["kty", "crv", "x", "y", "kid"] {
            assert_eq!(read(&without(name)), Err(KeyError::Members), "{name}");
        }
        for name in ["kty", "crv", "x", "y", "kid", "alg", "use"] {
            assert_eq!(read(&with(name, Value::Null)), Err(KeyError::Members), "{name}");
            assert_eq!(read(&with(name, 1)), Err(KeyError::Members), "{name}");
            let twice = good().to_string().replacen('{', &format!(r#"{{"{name}":"EC","#), 1);
            assert_eq!(Jwk::parse(&twice), Err(KeyError::Members), "{name} twice");
        }
        let members = good();
        let array = json!([
            members["kty"],
            members["crv"],
            members["x"],
            members["y"],
            members["kid"],
            members["alg"],
            members["use"]
        ]);
        assert_eq!(read(&array), Err(KeyError::Members));
        let trailing = format!("{} {{}}", good());
        for bad in ["", "null", "{}", trailing.as_str()] {
            assert_eq!(Jwk::parse(bad), Err(KeyError::Members), "{bad}");
        }
    }
}
