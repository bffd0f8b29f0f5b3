//! JSON objects in which no member occurs twice, at any depth.
//!
//! RFC 8259 leaves duplicates to the parser, so two parsers may read two things into one signed
//! text (RFC 8725 section 2.4). We refuse them. Checking makes nothing of what it reads, so a text
//! that is turned away afterwards costs little.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt};

/// Whether a whole text is one JSON object in which no member occurs twice.
pub fn is_strict_object(text: &str) -> bool {
    is_object(text) && serde_json::from_str::<Strict>(text).is_ok()
}

/// Whether this is an object, if it is JSON: serde would take an array for a struct, too.
pub fn is_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
}

/// JSON without duplicate members.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate members")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while let Some(Self) = seq.next_element()? {}
        Ok(self)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = Vec::with_capacity(8);
        while let Some((Name(name), Self)) = map.next_entry()? {
            names.push(name);
        }
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            return Err(A::Error::custom("duplicate member"));
        }
        Ok(self)
    }
}

/// A member's name.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    #[test]
    fn duplicates_are_refused_at_any_depth() {
        for text in ["{}", r#" {"a":1,"b":{"c":[{"d":1}]},"c":{"a":[null,true,-1,1.5]}} "#] {
            assert!(is_strict_object(text), "{text}");
        }
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            "[]",
            "1",
            "{}x",
            "{",
            r#"{"a":1e999}"#,
            "",
        ] {
            assert!(!is_strict_object(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_serde_json_writes_is_strict(names in prop::collection::btree_set("\\PC{0,4}", 0..6), n: i64, s in "\\PC*") {
            let value = json!({ "n": n, "s": [s, null, true] });
            let object: Map<String, Value> =
                names.iter().map(|name| (name.clone(), value.clone())).collect();
            let text = serde_json::to_string(&object).unwrap();
            prop_assert!(is_strict_object(&text));
            if let Some(name) = names.first() {
                let again = format!("{}:1,{}", json!(name), &text[1..]);
                prop_assert!(!is_strict_object(&format!("{{{again}")), "{}", again);
            }
        }
    }
}
