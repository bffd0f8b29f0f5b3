//! `/buckets/monitor/collections/changes`: when each watched collection was last changed, for
//! clients that poll one place instead of many. It is nowhere stored.

use super::{
    answer::{http_date, timestamps, unless_head},
    cache::max_age,
    call::{Answer, Call},
    changeset::Wanted,
    pages,
    session::Session,
};
use crate::{
    config::Place,
    domain::{
        object::Timestamp,
        precondition::{Preconditions, State},
        query::{Fields, ListQuery},
        uri::{CollectionUri, Id, List},
    },
    error::{Error, Result},
    store::select::objects::{self, Visible},
};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::form_urlencoded;
use uuid::Uuid;

const FIELDS: &[&str] = &["host", "bucket", "collection"];
/// Who knows only what is older than this many days is told to ask for everything.
const OLDEST: Timestamp = 21 * DAY;
const DAY: Timestamp = 24 * 60 * 60 * 1000;

/// `GET …/records`: an entry for each watched collection. Never 304, which some caches do not keep.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Precondition`], and the database's.
pub fn records(session: &mut Session, call: &Call) -> Result<Answer> {
    if let Some(answer) = elsewhere(session, call, false) {
        return Ok(answer);
    }
    let entries = entries(session)?;
    let clock = latest(session, &entries);
    let query = ListQuery::parse(&call.query, Fields::Known(FIELDS), session.now_ms())?;
    let mut headers = timestamps(clock);
    let expected = call.query.iter().rfind(|(name, _)| name == "_expected");
    headers.extend(caching(session, expected.map(|(_, value)| value.as_str())));
    let state = State::List(clock);
    let preconditions =
        Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?;
    match preconditions.check(true, state) {
        Err(Error::NotModified(_)) => {
            let body = unless_head(call, r#"{"data":[]}"#.to_owned());
            return Ok(Answer { status: 200, headers, body });
        }
        outcome => outcome?,
    }
    pages::of_entries(session, call, &query, entries, headers)
}

/// `GET …/changeset`: the same, as a changeset.
///
/// # Errors
/// [`Error::Invalid`], and the database's.
pub fn changeset(session: &mut Session, call: &Call) -> Result<Answer> {
    let wanted = Wanted::parse(&call.query)?;
    if let Some(answer) = elsewhere(session, call, true) {
        return Ok(answer);
    }
    let entries = entries(session)?;
    let clock = latest(session, &entries);
    let is = |entry: &Value, name: &str| {
        let wanted = call.query.iter().rfind(|(key, _)| key == name);
        wanted.is_none_or(|(_, value)| entry[name] == value.as_str())
    };
    let since = wanted.since.unwrap_or(0);
    let mut changes: Vec<Value> = entries
        .into_iter()
        .filter(|entry| entry["last_modified"].as_i64().is_some_and(|at| at > since))
        .filter(|entry| is(entry, "bucket") && is(entry, "collection"))
        .collect();
    changes.sort_by_key(|entry| std::cmp::Reverse(entry["last_modified"].as_i64()));
    changes.truncate(wanted.limit.unwrap_or(usize::MAX));
    let body = json!({"metadata": {"bucket": "monitor"}, "timestamp": clock, "changes": changes});
    let mut headers = vec![("Last-Modified", http_date(clock))];
    headers.extend(caching(session, Some(&wanted.expected)));
    Ok(Answer { status: 200, headers, body: unless_head(call, body.to_string()) })
}

/// When something watched was last changed; now where nothing is.
///
/// # Errors
/// The database's.
pub fn timestamp(session: &mut Session) -> Result<Timestamp> {
    let entries = entries(session)?;
    Ok(latest(session, &entries))
}

fn latest(session: &Session, entries: &[Value]) -> Timestamp {
    let times = entries.iter().filter_map(|entry| entry["last_modified"].as_i64());
    times.max().unwrap_or_else(|| session.now_ms())
}

fn entries(session: &mut Session) -> Result<Vec<Value>> {
    let settings = &session.service.config;
    let host = settings.api.http_host.clone().unwrap_or_default();
    let mut watched = BTreeSet::new();
    for place in &settings.changes.resources {
        match place {
            Place::Collection(collection) => _ = watched.insert(collection.clone()),
            Place::Bucket(bucket) => watched.extend(collections(session, bucket)?),
        }
    }
    watched.retain(|collection| settings.changes.shows(collection));
    session.prefetch(watched.iter().map(CollectionUri::uri))?;
    let mut entries = Vec::with_capacity(watched.len());
    for collection in watched {
        if session.object(&collection.uri())?.is_none() {
            continue;
        }
        let records = session.known_list(&collection.records())?;
        let id = Uuid::from_bytes(Md5::digest(format!("{host}{collection}")).into());
        entries.push(json!({
            "id": id,
            "last_modified": records.clock,
            "bucket": collection.bucket.as_str(),
            "collection": collection.id.as_str(),
            "host": host,
        }));
    }
    Ok(entries)
}

/// The collections of a bucket.
fn collections(session: &mut Session, bucket: &Id) -> Result<Vec<CollectionUri>> {
    let list = List::Collections(bucket.clone());
    let Some(state) = session.list(&list.to_string())? else { return Ok(Vec::new()) };
    let everything = ListQuery::parse(&[], Fields::Free, session.now_ms())?;
    session.flush()?;
    let page = objects::page(session.tx, state.id, &everything, &Visible::All, false, usize::MAX)?;
    let ids = page.rows.into_iter().filter_map(|row| Id::parse(&row.id));
    Ok(ids.map(|id| CollectionUri { bucket: bucket.clone(), id }).collect())
}

/// An answer that keeps the number of different URLs small, so that caches are of use: nothing new
/// for who expects less than they have, everything for who knows only what is old, no quotes.
fn elsewhere(session: &Session, call: &Call, unquote: bool) -> Option<Answer> {
    let parameter = |name: &str| {
        let found = call.query.iter().rfind(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let number = |text: &str| text.trim_matches('"').parse::<Timestamp>().ok();
    let redirect = |query: Vec<(&str, String)>, mut headers: Vec<(&'static str, String)>| {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let path = call.path.strip_prefix("/v1").unwrap_or(&call.path);
        let separator = if query.is_empty() { "" } else { "?" };
        headers.push(("Location", format!("{}{path}{separator}{query}", call.base)));
        Some(Answer { status: 307, headers, body: String::new() })
    };
    let expected = parameter("_expected").unwrap_or("0");
    if unquote && expected.contains('"') {
        let unquoted = call.query.iter().map(|(name, value)| match name.as_str() {
            "_expected" => (name.as_str(), value.replace('"', "")),
            name => (name, value.clone()),
        });
        return redirect(unquoted.collect(), Vec::new());
    }
    let since = number(parameter("_since")?)?;
    let for_a_day = max_age(session.now, 86_400);
    match number(expected) {
        Some(expected) if expected > 0 && expected < since => {
            Some(Answer { status: 204, headers: for_a_day, body: String::new() })
        }
        _ if since < session.now_ms() - OLDEST => {
            let rest = call.query.iter().filter(|(name, _)| name != "_since");
            redirect(rest.map(|(name, value)| (name.as_str(), value.clone())).collect(), for_a_day)
        }
        _ => None,
    }
}

fn caching(session: &Session, expected: Option<&str>) -> Vec<(&'static str, String)> {
    let changes = Id::parse("monitor").zip(Id::parse("changes"));
    let changes = changes.map(|(bucket, id)| CollectionUri { bucket, id });
    let rules = &session.service.config.api.cache;
    let seconds = changes.and_then(|changes| rules.changeset(&changes, expected));
    seconds.into_iter().flat_map(|seconds| max_age(session.now, seconds)).collect()
}
