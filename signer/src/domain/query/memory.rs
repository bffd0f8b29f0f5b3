//! A query on entries that are in no table: they are as PostgreSQL would find and order them.

use super::{
    ListQuery,
    filter::{Comparison, Field, Filter, Test},
    sort::Sort,
};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// A page of the entries, and, if there are more, its last one, for a token.
pub fn page(entries: Vec<Value>, query: &ListQuery, limit: usize) -> (Vec<Value>, Option<Value>) {
    let mut entries = filtered(entries, query);
    if let Some(token) = &query.token {
        entries.retain(|entry| {
            let ordering = order(&query.sort, |s| find(entry, &s.field), |s| token.value(&s.field));
            ordering.is_gt()
        });
    }
    entries.sort_by(|a, b| order(&query.sort, |s| find(a, &s.field), |s| find(b, &s.field)));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let last = if more { entries.last().cloned() } else { None };
    (entries, last)
}

/// How many entries there are, on all pages.
pub fn count(entries: Vec<Value>, query: &ListQuery) -> usize {
    filtered(entries, query).len()
}

fn filtered(mut entries: Vec<Value>, query: &ListQuery) -> Vec<Value> {
    entries.retain(|entry| query.filters.iter().all(|filter| matches(filter, entry)));
    entries
}

/// What an entry has there.
pub fn find<'a>(entry: &'a Value, field: &Field) -> Option<&'a Value> {
    match field {
        Field::Id => entry.get("id"),
        Field::LastModified => entry.get("last_modified"),
        Field::Path(path) => path.iter().try_fold(entry, |value, name| value.get(name)),
    }
}

/// Whether an entry passes a filter.
pub fn matches(filter: &Filter, entry: &Value) -> bool {
    let found = find(entry, &filter.field);
    let of_own = !matches!(filter.field, Field::Path(_));
    match &filter.test {
        Test::Is(_, Value::Null) if of_own => false,
        Test::Is(comparison, value) => {
            let ordering = compare(found, Some(value));
            match comparison {
                Comparison::Lt => ordering.is_lt(),
                Comparison::Max => ordering.is_le(),
                Comparison::Eq => ordering.is_eq(),
                Comparison::Not => ordering.is_ne(),
                Comparison::Min => ordering.is_ge(),
                Comparison::Gt => ordering.is_gt(),
            }
        }
        Test::In(values) => found.is_some_and(|found| holds(values, found)),
        Test::Exclude(values) => found.is_none_or(|found| !holds(values, found)),
        Test::Has(has) => found.is_some() == *has,
        Test::Like(pattern) => match found {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => like(text, pattern),
            Some(other) => like(&other.to_string(), pattern),
        },
        Test::Contains(values) => {
            let wanted = Value::Array(values.clone());
            found.is_some_and(|found| found.is_array() && contains(found, &wanted))
        }
        Test::ContainsAny(values) => {
            let found = found.and_then(Value::as_array);
            found.is_some_and(|found| found.iter().any(|element| holds(values, element)))
        }
    }
}

fn holds(values: &[Value], value: &Value) -> bool {
    values.iter().any(|other| compare(Some(other), Some(value)).is_eq())
}

/// The order of two entries by what they have there.
fn order<'a>(
    sort: &[Sort],
    a: impl Fn(&Sort) -> Option<&'a Value>,
    b: impl Fn(&Sort) -> Option<&'a Value>,
) -> Ordering {
    sort.iter().fold(Ordering::Equal, |ordering, sort| {
        ordering.then_with(|| {
            let ordering = compare(a(sort), b(sort));
            if sort.descending { ordering.reverse() } else { ordering }
        })
    })
}

/// As jsonb orders: null, text, numbers, booleans, lists, objects; then what is not there. Lists
/// and objects go by their length first. (PostgreSQL has an empty list before null, for history's
/// sake; not so here.)
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_none().cmp(&b.is_none());
    };
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Value::Array(a), Value::Array(b)) => a.len().cmp(&b.len()).then_with(|| {
            let pairs = a.iter().zip(b);
            pairs.fold(Ordering::Equal, |done, (a, b)| done.then_with(|| compare(Some(a), Some(b))))
        }),
        (Value::Object(a), Value::Object(b)) => a.len().cmp(&b.len()).then_with(|| {
            let pairs = members(a).into_iter().zip(members(b));
            pairs.fold(Ordering::Equal, |done, ((k, a), (l, b))| {
                done.then_with(|| k.cmp(l)).then_with(|| compare(Some(a), Some(b)))
            })
        }),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::String(_) => 1,
        Value::Number(_) => 2,
        Value::Bool(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

/// In jsonb's order of keys: the shorter first.
fn members(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(key, _)| (key.len(), *key));
    members
}

/// jsonb's `@>`.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Array(whole), Value::Array(part)) => {
            part.iter().all(|part| whole.iter().any(|whole| contains(whole, part)))
        }
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part)))
        }
        _ => compare(Some(whole), Some(part)).is_eq(),
    }
}

/// Whether a text has the form, in which `*` stands for anything; without one, whether it contains
/// it. Letters are the same in upper and lower case.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
    let mut parts = pattern.split('*');
    let (Some(first), Some(last)) = (parts.next(), parts.next_back()) else {
        return text.contains(&pattern);
    };
    let Some(rest) = text.strip_prefix(first) else { return false };
    let Some(mut rest) = rest.strip_suffix(last) else { return false };
    parts.all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
