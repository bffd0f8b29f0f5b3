//! The query string of a list: filters, order, pages, and which members to show (KINTO 2.6).
//!
//! Understood here once; [`crate::store::select`] asks the database, [`memory`] what is no table.

pub mod filter;
pub mod memory;
pub mod projection;
pub mod sort;
pub mod token;

use self::{
    filter::{Comparison, Field, Filter, Test},
    projection::Projection,
    sort::Sort,
    token::Token,
};
use super::{body::shown, extent::MOST_LEVELS, object::Timestamp};
use crate::error::{Error, Result};
use indexmap::IndexMap;
use serde_json::Value;

/// Which members the entries of a list have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// Whatever was stored.
    Free,
    /// These, `id`, `last_modified` and `deleted`; others are refused. Those that end in `_id` hold
    /// text, also where the query has a number.
    Known(&'static [&'static str]),
}

impl Fields {
    /// A field of a field is known if that is.
    fn knows(self, name: &str) -> bool {
        let root = name.split('.').next().unwrap_or_default();
        match self {
            Self::Free => true,
            Self::Known(known) => {
                known.contains(&root) || ["id", "last_modified", "deleted"].contains(&root)
            }
        }
    }
}

/// What a query asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// All of them must hold.
    pub filters: Vec<Filter>,
    /// Never empty. Ends with what is unique, so that pages neither overlap nor leave out.
    pub sort: Vec<Sort>,
    /// The members to show; `None` is all.
    pub projection: Option<Projection>,
    /// The size of a page that is asked for, above zero.
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub token: Option<Token>,
    /// `_to` was used, for which clients are told to use `_before`.
    pub deprecated_to: bool,
}

/// The most that is read at once.
const MAX_PAGE: usize = 10_000;
/// The comparison with the end of a page grows with the square of their number.
const MAX_SORTS: usize = 16;
/// Nobody's clock is further ahead.
pub const DAY: Timestamp = 24 * 60 * 60 * 1000;

impl ListQuery {
    /// From the decoded parameters; of those with the same name the last counts.
    ///
    /// # Errors
    /// [`Error::Invalid`], in Kinto's words.
    pub fn parse(query: &[(String, String)], fields: Fields, now: Timestamp) -> Result<Self> {
        let parameters: IndexMap<&str, &str> =
            query.iter().map(|(name, value)| (name.trim(), value.as_str())).collect();
        let mut filters = Vec::new();
        for (&name, &value) in &parameters {
            match name {
                "_since" => filters.push(bound(name, Comparison::Gt, value, now + DAY)?),
                "_before" | "_to" => filters.push(bound(name, Comparison::Lt, value, now + DAY)?),
                "last_modified" => {
                    filters.push(bound(name, Comparison::Eq, value, Timestamp::MAX)?);
                }
                other if other.starts_with('_') => {}
                other => filters.push(Filter::parse(other, value, fields)?),
            }
        }
        let parameter = |name| parameters.get(name).copied().filter(|value| !value.is_empty());
        let sort = sort::parse(parameter("_sort").unwrap_or_default(), fields)?;
        if sort.len() > MAX_SORTS {
            let words = format!("_sort takes up to {MAX_SORTS} fields");
            return Err(Error::invalid("querystring", "_sort", words));
        }
        let fields_named = filters.iter().map(|filter| &filter.field);
        let deep = |field: &Field| matches!(field, Field::Path(path) if path.len() > MOST_LEVELS);
        if fields_named.chain(sort.iter().map(|sort| &sort.field)).any(deep) {
            let words = format!("A field is up to {MOST_LEVELS} levels deep");
            return Err(Error::malformed("querystring", words));
        }
        let token = parameter("_token").map(|text| Token::parse(text, &sort)).transpose()?;
        Ok(Self {
            filters,
            sort,
            projection: Projection::parse(parameter("_fields").unwrap_or_default(), fields)?,
            limit: limit(parameter("_limit").unwrap_or_default())?,
            token,
            deprecated_to: parameters.contains_key("_to"),
        })
    }

    /// Whoever asks about times is told of deletions.
    pub fn includes_tombstones(&self) -> bool {
        self.filters.iter().any(|filter| filter.field == Field::LastModified)
    }

    /// The size of a page, `paginate_by` being that of the configuration.
    pub fn page_size(&self, paginate_by: Option<usize>) -> usize {
        let most = paginate_by.map_or(MAX_PAGE, |size| size.min(MAX_PAGE));
        self.limit.map_or(most, |limit| limit.min(most))
    }

    /// For a list whose entries have no time, but a unique field.
    #[must_use]
    pub fn untimed(mut self, unique: &str) -> Self {
        self.filters.retain(|filter| filter.field != Field::LastModified);
        self.sort.retain(|sort| sort.field != Field::LastModified);
        let unique = Field::parse(unique);
        if self.sort.iter().all(|sort| sort.field != unique) {
            self.sort.push(Sort { field: unique, descending: true });
        }
        self
    }
}

/// JSON if it is JSON, else text.
fn native(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// A filter on the time, which must be one: milliseconds, or such in quotes, or `null`.
fn bound(name: &str, comparison: Comparison, text: &str, most: Timestamp) -> Result<Filter> {
    let value = native(text);
    let time = match &value {
        Value::Null => Value::Null,
        Value::String(text) if text.is_empty() => return Err(filter::invalid(name)),
        Value::Array(_) | Value::Object(_) => return Err(filter::invalid(name)),
        value => whole(name, value, most)?.into(),
    };
    Ok(Filter { field: Field::LastModified, test: Test::Is(comparison, time) })
}

/// # Errors
/// [`Error::Invalid`] for what is no number between zero and the most.
fn whole(name: &str, value: &Value, most: i64) -> Result<i64> {
    let refuse = |words: String| Err(Error::invalid("querystring", name, words));
    let number = match value {
        Value::String(text) => text.trim().parse::<i128>().ok(),
        value => {
            let whole = value.as_i64().map(i128::from);
            whole.or_else(|| value.as_f64().map(|number| number as i128))
        }
    };
    match number {
        None => refuse(format!("\"{}\" is not a number", shown(value))),
        Some(number) if number < 0 => refuse(format!("{number} is less than minimum value 0")),
        Some(number) => i64::try_from(number)
            .ok()
            .filter(|number| *number <= most)
            .map_or_else(|| refuse(format!("{number} is greater than maximum value {most}")), Ok),
    }
}

/// Zero and nothing stand for the default.
fn limit(text: &str) -> Result<Option<usize>> {
    match native(text) {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        value => {
            let limit = whole("_limit", &value, i64::MAX)?;
            Ok(usize::try_from(limit).ok().filter(|limit| *limit > 0))
        }
    }
}

#[cfg(test)]
mod tests;
