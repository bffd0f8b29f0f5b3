//! Signed records hold no floats: languages do not agree how to write them.

use super::object::Data;
use crate::error::{Error, Result};
use serde_json::Value;

/// Refuses data that holds a number with a fraction or an exponent, or an integer that neither 64
/// signed nor 64 unsigned bits hold.
///
/// # Errors
/// [`Error::Workflow`] with the path to the first one.
pub fn refuse(data: &Data) -> Result<()> {
    let found = data.iter().find_map(|(key, value)| path_to_float(value, key.clone()));
    match found {
        None => Ok(()),
        Some(path) => Err(Error::Workflow(format!(
            "field contains float value (tip: use integer or string), '{path}'"
        ))),
    }
}

/// The path to the first float in a value that is at `path`.
fn path_to_float(value: &Value, path: String) -> Option<String> {
    match value {
        Value::Number(number) => number.is_f64().then_some(path),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| path_to_float(item, format!("{path}.{index}"))),
        Value::Object(members) => {
            members.iter().find_map(|(key, item)| path_to_float(item, format!("{path}.{key}")))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(json: &str) -> String {
        let data: Data = serde_json::from_str(json).unwrap();
        refuse(&data).map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn floats_are_found_wherever_they_are() {
        for (json, path) in [
            (r#"{"a": 1.5}"#, "a"),
            (r#"{"b": 1, "a": {"x": 2, "b": 0.1}}"#, "a.b"),
            (r#"{"a": [{"y": 1, "x": 1.0}]}"#, "a.0.x"),
            (r#"{"a": [1, [2, 1e3]]}"#, "a.1.1"),
            (r#"{"n": 18446744073709551616}"#, "n"),
            (r#"{"n": -9223372036854775809}"#, "n"),
        ] {
            let refused = "field contains float value (tip: use integer or string)";
            assert_eq!(words(json), format!("{refused}, '{path}'"), "{json}");
        }
    }

    #[test]
    fn other_values_pass() {
        for json in [
            "{}",
            r#"{"n": 18446744073709551615, "m": -9223372036854775808}"#,
            r#"{"s": "1.5", "l": [1, null, true], "o": {"a": {}}}"#,
        ] {
            assert_eq!(words(json), "fine", "{json}");
        }
    }
}
