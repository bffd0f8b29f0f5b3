//! The order of a list: `_sort=-age,name.first`.

use super::{
    Fields,
    filter::{Field, is_word},
};
use crate::error::{Error, Result};

/// One of the things that a list is ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What it looks at.
    pub field: Field,
    /// The greatest first; what is not there is greater than anything.
    pub descending: bool,
}

/// From a list of fields; what is none is left out. The newest come first where all else is equal.
///
/// # Errors
/// [`Error::Invalid`] for a field that the list does not have.
pub(super) fn parse(text: &str, fields: Fields) -> Result<Vec<Sort>> {
    let mut sort: Vec<Sort> = Vec::new();
    for item in text.split(',').map(str::trim) {
        let descending = item.starts_with('-');
        let name = item.strip_prefix(['-', '+']).unwrap_or(item);
        if name.is_empty() || !name.chars().all(is_word) {
            continue;
        }
        if !fields.knows(name) {
            let words = format!("Unknown sort field '{name}'");
            return Err(Error::malformed("querystring", words));
        }
        let field = Field::parse(name);
        if sort.iter().all(|sort| sort.field != field) {
            sort.push(Sort { field, descending });
        }
    }
    if sort.iter().all(|sort| sort.field != Field::LastModified) {
        sort.push(Sort { field: Field::LastModified, descending: true });
    }
    Ok(sort)
}
