//! What was done in a bucket: `GET` and `DELETE /buckets/{bucket}/history`.

use super::{
    answer::timestamps,
    authorize,
    call::{Answer, Call, Method},
    delete::{continuation, spend},
    list::{alert, counted},
    pages,
    session::Session,
};
use crate::{
    domain::{
        permission::Access,
        precondition::{Preconditions, State},
        query::{
            Fields, ListQuery,
            filter::{Field, Filter, Test},
        },
        uri::{Id, List, Uri},
    },
    error::{Error, Result},
    store::{
        history as table,
        select::{
            history::{self, FIELDS},
            objects::{self, Visible},
        },
    },
};
use serde_json::{Value, json};

/// Lists what was done: all of it for who may read the bucket, else what was done in the
/// collections that the caller may read.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::NotModified`], and the database's.
pub fn list(session: &mut Session, call: &Call, bucket: &Id) -> Result<Answer> {
    let only = readable(session, bucket)?;
    let (mut query, clock) = prepare(session, call, bucket)?;
    query.filters.extend(only);
    let mut headers = timestamps(clock);
    headers.extend(alert(&query));
    if call.method == Method::Head {
        let count = history::count(session.tx, bucket.as_str(), &query)?;
        return Ok(Answer { status: 200, headers: counted(headers, count), body: String::new() });
    }
    let limit = query.page_size(session.service.config.api.paginate_by);
    let page = history::page(session.tx, bucket.as_str(), &query, limit)?;
    let entries: Vec<Value> =
        page.rows.into_iter().map(|row| row.value()).collect::<Result<_>>()?;
    if let (true, Some(last)) = (page.more, entries.last()) {
        headers.push(pages::next(session, call, &query, last, limit, None)?);
    }
    let shown = |entry: Value| match (&query.projection, entry) {
        (Some(projection), Value::Object(entry)) => Value::Object(projection.apply(&entry)),
        (_, entry) => entry,
    };
    let entries: Vec<Value> = entries.into_iter().map(shown).collect();
    Ok(Answer { status: 200, headers, body: json!({ "data": entries }).to_string() })
}

/// Forgets what the query finds, a page at a time.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], and the database's.
pub fn clear(session: &mut Session, call: &Call, bucket: &Id) -> Result<Answer> {
    authorize::demand(session, Access::Clear, &List::Collections(bucket.clone()), None)?;
    let (query, clock) = prepare(session, call, bucket)?;
    if let Some(token) = &query.token {
        spend(session, token)?;
    }
    let limit = query.page_size(session.service.config.api.paginate_by);
    let page = history::page(session.tx, bucket.as_str(), &query, limit)?;
    let mut headers = timestamps(clock);
    let more = page.more;
    let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
    let gone = page.rows.iter();
    let gone =
        gone.map(|row| json!({"id": row.id, "last_modified": row.last_modified, "deleted": true}));
    let gone: Vec<Value> = gone.collect();
    if let (true, Some(last)) = (more, page.rows.into_iter().last()) {
        headers.push(continuation(session, call, &query, &last.value()?, limit)?);
    }
    table::delete(session.tx, bucket.as_str(), &ids)?;
    Ok(Answer { status: 200, headers, body: json!({ "data": gone }).to_string() })
}

/// The query, and the history's clock, which the preconditions hold for.
fn prepare(session: &mut Session, call: &Call, bucket: &Id) -> Result<(ListQuery, i64)> {
    let query = ListQuery::parse(&call.query, Fields::Known(FIELDS), session.now_ms())?;
    let list = format!("/buckets/{bucket}/history");
    let list = session.list(&list)?.ok_or(Error::Broken("a bucket has no history"))?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(call.method.is_safe(), State::List(list.clock))?;
    Ok((query, list.clock))
}

/// What the caller's view is narrowed to; `None` for who may read the bucket.
fn readable(session: &mut Session, bucket: &Id) -> Result<Option<Filter>> {
    let principals = session.principals()?;
    let Some(object) = session.object(&Uri::bucket(bucket.clone()))? else {
        return Err(authorize::refusal(session));
    };
    if ["read", "write"].iter().any(|name| object.permissions.grants(name, &principals)) {
        return Ok(None);
    }
    let collections = session.known_list(&List::Collections(bucket.clone()))?;
    let everything = ListQuery::parse(&[], Fields::Free, session.now_ms())?;
    let shared = Visible::Shared(&principals, &["read", "write"]);
    session.flush()?;
    let limit = everything.page_size(None);
    let page = objects::page(session.tx, collections.id, &everything, &shared, false, limit)?;
    if page.rows.is_empty() {
        return Err(authorize::refusal(session));
    }
    let ids = page.rows.into_iter().map(|row| Value::from(row.id)).collect();
    Ok(Some(Filter { field: Field::parse("collection_id"), test: Test::In(ids) }))
}
