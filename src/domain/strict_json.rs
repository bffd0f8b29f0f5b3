//! JSON objects in which no member occurs twice, at any depth.
//!
//! RFC 8259 leaves duplicates to the parser, so two parsers may read two things into one signed
//! text (RFC 8725 section 2.4). We refuse them.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::{borrow::Cow, fmt, mem::size_of};

/// Names that come in every other JWT: they need no copy of their own.
const USUAL: [&str; 10] =
    ["aud", "digest", "exp", "htm", "htu", "iat", "jti", "nbf", "sub", "token"];

/// Parses a whole text as one JSON object; `None` for anything else and for duplicate members.
pub fn parse_object(bytes: &[u8]) -> Option<Members> {
    serde_json::from_slice(bytes).ok()
}

/// An object's members, sorted by name: a JWT has few of them, and making and dropping a tree would
/// cost more than all that it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Members(Vec<(Cow<'static, str>, Value)>);

impl Members {
    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.0.binary_search_by(|(known, _)| (**known).cmp(name));
        place.ok().map(|place| &self.0[place].1)
    }

    /// All members, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Bytes that the list itself takes, without what names and values have elsewhere.
    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(Cow<'static, str>, Value)>()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StrictMembers)
    }
}

struct StrictMembers;

impl<'de> Visitor<'de> for StrictMembers {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object without duplicate members")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key_seed(Name)? {
            members.push((name, map.next_value_seed(StrictValue)?));
        }
        members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        if members.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err(A::Error::custom("duplicate member"));
        }
        Ok(Members(members))
    }
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'static, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Cow<'static, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let usual = USUAL.into_iter().find(|usual| *usual == name);
        Ok(usual.map_or_else(|| name.to_owned().into(), Cow::Borrowed))
    }
}

struct StrictValue;

impl<'de> DeserializeSeed<'de> for StrictValue {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate members")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(StrictValue)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let Members(members) = StrictMembers.visit_map(map)?;
        let members = members.into_iter().map(|(name, value)| (name.into_owned(), value));
        Ok(Value::Object(members.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Map;

    #[test]
    fn duplicates_are_refused_at_any_depth() {
        assert!(parse_object(br#"{"a":1,"b":{"c":[{"d":1}]}}"#).is_some());
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            "[]",
            "1",
            "{}x",
            "",
        ] {
            assert!(parse_object(text.as_bytes()).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn otherwise_reads_what_serde_json_reads(names in prop::collection::btree_set("[a-z]{1,4}", 0..6), n: i64, s in "\\PC*") {
            let object: Map<String, Value> =
                names.into_iter().map(|name| (name, serde_json::json!({"n": n, "s": [s.clone(), null, true]}))).collect();
            let text = serde_json::to_vec(&object).unwrap();
            let parsed = parse_object(&text).unwrap();
            for (name, value) in &object {
                prop_assert_eq!(parsed.get(name), Some(value));
            }
            prop_assert_eq!(parsed.get("none of them"), None);
            let again: Map<String, Value> =
                parsed.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            prop_assert_eq!(again, object);
        }
    }
}
