//! Filters: `gt_age=3`, `in_id=a,b`, `like_name=*x*`, …

use super::{Fields, native};
use crate::{
    domain::body::{holds_nul, shown},
    error::{Error, Result},
};
use serde_json::Value;
use std::fmt;

/// What a filter, or an order, looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The object's id: text.
    Id,
    /// The object's time: a whole number.
    LastModified,
    /// A member, or a member of a member, and so on; not empty.
    Path(Vec<String>),
}

impl Field {
    /// From a name with dots.
    pub fn parse(name: &str) -> Self {
        match name {
            "id" => Self::Id,
            "last_modified" => Self::LastModified,
            path => Self::Path(path.split('.').map(str::to_owned).collect()),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id => f.write_str("id"),
            Self::LastModified => f.write_str("last_modified"),
            Self::Path(path) => f.write_str(&path.join(".")),
        }
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// What it looks at.
    pub field: Field,
    /// What must hold of it.
    pub test: Test,
}

/// What must hold. Values for an id are text, those for a time whole numbers; `null`, which equals
/// none of these, is neither more nor less than any.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// In the order of JSON values that PostgreSQL has.
    Is(Comparison, Value),
    /// It is one of these.
    In(Vec<Value>),
    /// It is none of these.
    Exclude(Vec<Value>),
    /// As text, whatever the case, it has this form, in which `*` stands for anything.
    Like(String),
    /// It is there, or is not.
    Has(bool),
    /// It is a list that contains all of these.
    Contains(Vec<Value>),
    /// It is a list that contains one of these.
    ContainsAny(Vec<Value>),
}

/// How two values relate. What is not there is unlike and greater than anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it, and are those of the query")]
pub enum Comparison {
    Lt,
    Max,
    Eq,
    Not,
    Min,
    Gt,
}

impl Filter {
    /// From a parameter that is not one of those with a meaning of their own.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(super) fn parse(name: &str, text: &str, fields: Fields) -> Result<Self> {
        let (keyword, field_name) = split(name);
        if !fields.knows(field_name) {
            let words = format!("Unknown filter field '{name}'");
            return Err(Error::invalid("querystring", name, words));
        }
        let field = Field::parse(field_name);
        if name == "id" && !matches!(native(text), Value::String(_) | Value::Null) {
            let words = format!("{} is not a string", shown(&native(text)));
            return Err(Error::invalid("querystring", name, words));
        }
        let is = |comparison| Test::Is(comparison, native(text));
        let items = || {
            let items = text.split(',').filter(|item| !item.is_empty());
            items.map(native).collect::<Vec<_>>()
        };
        let list = || match native(text) {
            Value::Array(values) => values,
            value => vec![value],
        };
        let test = match keyword {
            "lt" => is(Comparison::Lt),
            "max" => is(Comparison::Max),
            "not" => is(Comparison::Not),
            "min" => is(Comparison::Min),
            "gt" => is(Comparison::Gt),
            "in" => Test::In(items()),
            "exclude" => Test::Exclude(items()),
            "like" => match native(text) {
                Value::String(text) => Test::Like(text),
                _ => return Err(invalid(name)),
            },
            "has" => Test::Has(truthy(&native(text))),
            "contains" => Test::Contains(list()),
            "contains_any" => Test::ContainsAny(list()),
            _ => is(Comparison::Eq),
        };
        if field_name.contains('\0') || test.holds_nul() {
            return Err(Error::invalid("querystring", name, "Invalid character 0x00"));
        }
        let of_list = matches!(test, Test::Contains(_) | Test::ContainsAny(_));
        let test = match &field {
            Field::Id if !of_list => test.typed(id, |item| item.is_string().then_some(item)),
            Field::LastModified if !of_list && !matches!(test, Test::Like(_)) => {
                test.typed(time, |item| item.is_i64().then_some(item))
            }
            Field::Path(_) if fields != Fields::Free && field_name.ends_with("_id") => {
                test.typed(text_of_number, text_of_number)
            }
            Field::Path(_) => Some(test),
            Field::Id | Field::LastModified => None,
        };
        test.map(|test| Self { field, test }).ok_or_else(|| invalid(name))
    }
}

impl Test {
    fn holds_nul(&self) -> bool {
        match self {
            Self::Is(_, value) => holds_nul(value),
            Self::In(values)
            | Self::Exclude(values)
            | Self::Contains(values)
            | Self::ContainsAny(values) => values.iter().any(holds_nul),
            Self::Like(text) => text.contains('\0'),
            Self::Has(_) => false,
        }
    }

    /// With values of the field's type; `None` if one cannot be.
    fn typed(
        self,
        value: fn(Value) -> Option<Value>,
        item: fn(Value) -> Option<Value>,
    ) -> Option<Self> {
        let items = |values: Vec<Value>| values.into_iter().map(item).collect::<Option<_>>();
        Some(match self {
            Self::Is(comparison, compared) => Self::Is(comparison, value(compared)?),
            Self::In(values) => Self::In(items(values)?),
            Self::Exclude(values) => Self::Exclude(items(values)?),
            other => other,
        })
    }
}

/// Keyword and field of a parameter's name; `eq` where there is no keyword.
fn split(name: &str) -> (&str, &str) {
    const KEYWORDS: [&str; 12] = [
        "lt",
        "min",
        "max",
        "not",
        "eq",
        "gt",
        "in",
        "exclude",
        "like",
        "has",
        "contains_any",
        "contains",
    ];
    let word = |rest: &&str| !rest.is_empty() && rest.chars().all(is_word);
    KEYWORDS
        .iter()
        .find_map(|keyword| {
            let field = name.strip_prefix(keyword)?.strip_prefix('_').filter(word)?;
            Some((*keyword, field))
        })
        .unwrap_or(("eq", name))
}

/// What the name of a field with a keyword, or in an order, is made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// The fault of a value that the field, or the keyword, does not take.
pub(super) fn invalid(name: &str) -> Error {
    Error::invalid("querystring", name, format!("Invalid value for {name}"))
}

/// Text, or `null`; a whole number stands for its digits.
fn id(value: Value) -> Option<Value> {
    match value {
        Value::Number(number) if !number.is_f64() => Some(number.to_string().into()),
        Value::String(_) | Value::Null => Some(value),
        _ => None,
    }
}

/// Milliseconds, or such in quotes, or `null`.
fn time(value: Value) -> Option<Value> {
    match value {
        Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
        value => (value.is_null() || value.is_i64()).then_some(value),
    }
}

fn text_of_number(value: Value) -> Option<Value> {
    Some(if value.is_number() { value.to_string().into() } else { value })
}

/// As Python sees it.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}
