//! `GET` and `HEAD` of a list.

use super::{
    answer::timestamps,
    cache,
    call::{Answer, Call, Method},
    pages,
    session::Session,
    visible::seen,
};
use crate::{
    domain::{
        permission::Access,
        precondition::{Preconditions, State},
        query::{Fields, ListQuery},
        uri::List,
    },
    error::Result,
    store::select::objects,
};
use serde_json::json;

/// Lists objects: those that the caller may see, page by page.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NoParent`], [`Error::Invalid`], [`Error::NotModified`],
/// [`Error::Precondition`], and the database's.
///
/// [`Error::Forbidden`]: crate::error::Error::Forbidden
/// [`Error::NoParent`]: crate::error::Error::NoParent
/// [`Error::Invalid`]: crate::error::Error::Invalid
/// [`Error::NotModified`]: crate::error::Error::NotModified
/// [`Error::Precondition`]: crate::error::Error::Precondition
pub fn list(session: &mut Session, call: &Call, list: &List) -> Result<Answer> {
    let seen = seen(session, Access::List, list)?;
    let query = ListQuery::parse(&call.query, Fields::Free, session.now_ms())?;
    let state = session.known_list(list)?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(true, State::List(state.clock))?;
    session.flush()?;
    let mut headers = timestamps(state.clock);
    headers.extend(cache::control(session, list)?);
    headers.extend(alert(&query));
    if call.method == Method::Head {
        let count = objects::count(session.tx, state.id, &query, &seen.visible())?;
        return Ok(Answer { status: 200, headers: counted(headers, count), body: String::new() });
    }
    let limit = query.page_size(session.service.config.api.paginate_by);
    let tombstones = query.includes_tombstones();
    let page = objects::page(session.tx, state.id, &query, &seen.visible(), tombstones, limit)?;
    if let (true, Some(last)) = (page.more, page.rows.last()) {
        headers.push(pages::next(session, call, &query, &last.value()?, limit, None)?);
    }
    let mut body = String::from("{\"data\":[");
    for (index, row) in page.rows.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        match &query.projection {
            None => row.write_json(&mut body),
            Some(projection) => body.push_str(&row.part(projection)?),
        }
    }
    body.push_str("]}");
    Ok(Answer { status: 200, headers, body })
}

/// The header fields of a `HEAD`, with both names of the number of objects.
pub fn counted(
    mut headers: Vec<(&'static str, String)>,
    count: i64,
) -> Vec<(&'static str, String)> {
    headers.extend([("Total-Objects", count.to_string()), ("Total-Records", count.to_string())]);
    headers
}

/// That a parameter was used which has another name by now.
pub fn alert(query: &ListQuery) -> Option<(&'static str, String)> {
    let alert = json!({
        "code": "soft-eol",
        "message": "_to is now deprecated, you should use _before instead",
        "url": "https://kinto.readthedocs.io/en/2.4.0/api/resource.html#list-of-available-url-parameters",
    });
    query.deprecated_to.then(|| ("Alert", alert.to_string()))
}
