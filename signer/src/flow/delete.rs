//! `DELETE` of an object, or of many of a list.

use super::{
    answer::timestamps,
    call::{Answer, Call},
    get::existing,
    in_use, pages,
    session::{By, Session},
    visible::seen,
};
use crate::{
    domain::{
        object::Timestamp,
        permission::Access,
        precondition::{Preconditions, State},
        query::{Fields, ListQuery, token::Token},
        uri::{Id, Kind, List, Uri},
    },
    error::{Error, Result},
    store::{history, objects, select::objects as select, spent_tokens},
};
use serde_json::Value;

/// Deletes an object with everything below it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NoObject`], [`Error::Precondition`], and the database's.
pub fn delete(session: &mut Session, call: &Call, uri: &Uri) -> Result<Answer> {
    let object = existing(session, uri, Access::Write)?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(false, State::Object(&object))?;
    let posted = posted(call)?.filter(|at| *at > object.last_modified);
    let (at, tombstone) = remove(session, uri, posted)?;
    let body = format!("{{\"data\":{tombstone}}}");
    Ok(Answer { status: 200, headers: timestamps(at), body })
}

/// Deletes an object that is there, with everything below it: when, and its tombstone as JSON.
fn remove(
    session: &mut Session,
    uri: &Uri,
    posted: Option<Timestamp>,
) -> Result<(Timestamp, String)> {
    in_use::guard_write(&session.service.config.resources, &uri.list)?;
    let at = session.delete(uri, posted, By::Caller)?;
    let at = at.ok_or(Error::Broken("an object is gone that was just there"))?;
    match uri.kind() {
        Kind::Bucket => {
            session.purge_below(uri)?;
            history::purge(session.tx, uri.id.as_str())?;
        }
        Kind::Collection => session.purge_below(uri)?,
        Kind::Group | Kind::Record => {}
    }
    Ok((at, objects::tombstone_form(&uri.id)?.at(at)))
}

/// `?last_modified=`, plain or in quotes.
fn posted(call: &Call) -> Result<Option<Timestamp>> {
    let value = call.query.iter().find(|(name, _)| name == "last_modified");
    let parse = |(_, text): &(String, String)| {
        let number = text.trim_matches('"').parse();
        number.map_err(|_| {
            Error::invalid("querystring", "last_modified", "The value should be integer.")
        })
    };
    value.map(parse).transpose()
}

/// Deletes those objects of a list that the query finds, a page at a time.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Precondition`], and the database's.
pub fn delete_all(session: &mut Session, call: &Call, list: &List) -> Result<Answer> {
    let seen = seen(session, Access::Clear, list)?;
    let query = ListQuery::parse(&call.query, Fields::Free, session.now_ms())?;
    let state = session.known_list(list)?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(false, State::List(state.clock))?;
    if let Some(token) = &query.token {
        spend(session, token)?;
    }
    session.flush()?;
    let limit = query.page_size(session.service.config.api.paginate_by);
    let page = select::page(session.tx, state.id, &query, &seen.visible(), false, limit)?;
    let mut uris = Vec::with_capacity(page.rows.len());
    for row in &page.rows {
        uris.push(list.object(Id::parse(&row.id).ok_or(Error::Broken("a stored id is none"))?));
    }
    session.prefetch(uris.iter().cloned())?;
    let (mut tombstones, mut latest) = (Vec::with_capacity(uris.len()), state.clock);
    for uri in &uris {
        let (at, tombstone) = remove(session, uri, None)?;
        tombstones.push(tombstone);
        latest = at;
    }
    let mut headers = timestamps(latest);
    if let (true, Some(last)) = (page.more, page.rows.last()) {
        headers.push(continuation(session, call, &query, &last.value()?, limit)?);
    }
    let body = format!("{{\"data\":[{}]}}", tombstones.join(","));
    Ok(Answer { status: 200, headers, body })
}

/// How long a deletion can be gone on with, in milliseconds.
const TOKEN_LIFE: Timestamp = 600_000;

/// Where to go on with a deletion after its last object.
pub(super) fn continuation(
    session: &Session,
    call: &Call,
    query: &ListQuery,
    last: &Value,
    limit: usize,
) -> Result<(&'static str, String)> {
    let until = session.now_ms() + TOKEN_LIFE;
    pages::next(session, call, query, last, limit, Some(until))
}

/// Takes a token that goes on with a deletion, which works once.
pub(super) fn spend(session: &mut Session, token: &Token) -> Result<()> {
    let until = token.expires.filter(|until| *until > session.now_ms());
    let fresh = match until {
        Some(until) => spent_tokens::spend(session.tx, &token.nonce, until, session.now)?,
        None => false,
    };
    let words = "_token was already used or has expired.";
    if fresh { Ok(()) } else { Err(Error::malformed("querystring", words)) }
}
