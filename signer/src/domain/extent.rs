//! How deep and how large JSON is.

use serde_json::Value;

/// How deep data may be nested. serde reads back what was stored, and goes 128 levels deep; some of
/// them are those of a history entry or a batch around it.
pub const MOST_LEVELS: usize = 100;

/// The extent of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Lists and objects that are in each other; none in a text or a number.
    pub levels: usize,
    /// The memory that it takes, roughly.
    pub bytes: usize,
}

impl Extent {
    /// Of a value that is no deeper than what serde reads.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::flat(0),
            Value::String(text) => Self::flat(text.len()),
            Value::Array(items) => items.iter().fold(Self::holding_nothing(), Self::with),
            Value::Object(members) => {
                members.iter().fold(Self::holding_nothing(), |sum, member| {
                    let (name, value) = member;
                    Self { bytes: sum.bytes + name.len(), ..sum }.with(value)
                })
            }
        }
    }

    fn flat(text: usize) -> Self {
        Self { levels: 0, bytes: size_of::<Value>() + text }
    }

    fn holding_nothing() -> Self {
        Self { levels: 1, ..Self::flat(0) }
    }

    fn with(self, value: &Value) -> Self {
        let inner = Self::of(value);
        Self { levels: self.levels.max(inner.levels + 1), bytes: self.bytes + inner.bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn levels_and_bytes() {
        let word = size_of::<Value>();
        for (value, levels, bytes) in [
            (json!(1), 0, word),
            (json!("abc"), 0, word + 3),
            (json!([]), 1, word),
            (json!({"ab": [1, {"c": null}], "d": 1}), 3, 6 * word + 4),
        ] {
            assert_eq!(Extent::of(&value), Extent { levels, bytes }, "{value}");
        }
    }
}
