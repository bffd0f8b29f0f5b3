//! The claims of a JWT, as far as our rules read them.

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Every claim that has a rule. All others are the two parties' own, and stay in the payload.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Claims {
    pub(super) sub: Claim,
    pub(super) aud: Claim,
    pub(super) iat: Claim,
    pub(super) exp: Claim,
    pub(super) nbf: Claim,
    pub(super) jti: Claim,
    pub(super) token: Claim,
    pub(super) new_address: Claim,
    /// The method of the request that the JWT is bound to (RFC 9449 section 4.2).
    pub htm: Claim,
    /// Its URI.
    pub htu: Claim,
    /// The digest of its body (RFC 9530).
    pub digest: Claim,
}

/// What a claim says.
#[derive(Debug, Default, PartialEq)]
pub enum Claim {
    /// Nothing: it is not there.
    #[default]
    Absent,
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// What no rule allows: `null`, a boolean, an array or an object.
    Other,
}

impl Claims {
    /// Reads what is known to be a strict JSON object.
    #[expect(clippy::expect_used, reason = "an object without duplicates, of whatever claims")]
    pub(super) fn read(payload: &str) -> Self {
        serde_json::from_str(payload).expect("a strict object")
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Claim> {
        let Self { sub, aud, iat, exp, nbf, jti, token, new_address, htm, htu, digest } = self;
        [sub, aud, iat, exp, nbf, jti, token, new_address, htm, htu, digest].into_iter()
    }
}

impl Claim {
    /// Whether it is not there.
    pub fn is_absent(&self) -> bool {
        *self == Self::Absent
    }

    /// What it says, if that is a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Claim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyClaim)
    }
}

struct AnyClaim;

impl<'de> Visitor<'de> for AnyClaim {
    type Value = Claim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a claim")
    }
    fn visit_str<E>(self, text: &str) -> Result<Claim, E> {
        Ok(Claim::Text(text.to_owned()))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Claim, E> {
        Ok(Claim::Number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Claim, E> {
        Ok(Claim::Number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Claim, E> {
        Ok(Claim::Number(number))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Claim, E> {
        Ok(Claim::Other)
    }
    fn visit_unit<E>(self) -> Result<Claim, E> {
        Ok(Claim::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Claim, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Claim::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claim, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Claim::Other)
    }
}
