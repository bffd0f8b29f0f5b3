//! Pages: where the next one is, and pages of what is in no table.

use super::{
    call::{Answer, Call, Method},
    list::counted,
    session::Session,
};
use crate::{
    domain::{
        object::Timestamp,
        query::{ListQuery, memory, token::Token},
    },
    error::Result,
};
use serde_json::{Value, json};

/// `Next-Page`, behind the `last` entry of this one. `expires` is for pages of a deletion.
///
/// # Errors
/// None that can happen.
pub fn next(
    session: &Session,
    call: &Call,
    query: &ListQuery,
    last: &Value,
    limit: usize,
    expires: Option<Timestamp>,
) -> Result<(&'static str, String)> {
    let token = Token::new(&query.sort, last, session.service.random.uuid(), expires);
    Ok(("Next-Page", token.next_page(&call.base, &call.path, &call.query, limit)?))
}

/// The answer to `GET` and `HEAD` of a list of these entries.
///
/// # Errors
/// As [`next`].
pub fn of_entries(
    session: &Session,
    call: &Call,
    query: &ListQuery,
    entries: Vec<Value>,
    mut headers: Vec<(&'static str, String)>,
) -> Result<Answer> {
    if call.method == Method::Head {
        let count = i64::try_from(memory::count(entries, query)).unwrap_or(i64::MAX);
        return Ok(Answer { status: 200, headers: counted(headers, count), body: String::new() });
    }
    let limit = query.page_size(session.service.config.api.paginate_by);
    let (page, last) = memory::page(entries, query, limit);
    if let Some(last) = last {
        headers.push(next(session, call, query, &last, limit, None)?);
    }
    Ok(Answer { status: 200, headers, body: json!({ "data": page }).to_string() })
}
