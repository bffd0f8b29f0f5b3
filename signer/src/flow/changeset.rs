//! `GET …/collections/{collection}/changeset`: metadata and records in one answer, of one moment.

use super::{
    answer::{http_date, unless_head},
    authorize,
    cache::max_age,
    call::{Answer, Call},
    get::existing,
    session::Session,
};
use crate::{
    domain::{
        object::Timestamp,
        permission::Access,
        query::{Fields, ListQuery},
        uri::CollectionUri,
    },
    error::{Error, Result},
    store::select::objects::{self, Visible},
};

/// 2100-01-01, in milliseconds.
const LATEST: Timestamp = 4_102_444_800_000;

/// The parameters of a changeset.
pub struct Wanted {
    /// Which version the caller has heard of: as sent, for caches.
    pub expected: String,
    /// Changes after this one only, with deletions.
    pub since: Option<Timestamp>,
    /// At most so many changes.
    pub limit: Option<usize>,
}

impl Wanted {
    /// # Errors
    /// [`Error::Invalid`].
    pub fn parse(query: &[(String, String)]) -> Result<Self> {
        let parameter = |name: &str| {
            let found = query.iter().rfind(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let invalid = |name: &str, words: &str| Error::invalid("querystring", name, words);
        let expected = parameter("_expected").ok_or_else(|| invalid("_expected", "Required"))?;
        let since = |text: &str| {
            let number = text.strip_prefix('"').map_or(Some(text), |rest| rest.strip_suffix('"'));
            let number = number.filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let words = "The value should be integer, optionally between double quotes.";
            let number: Timestamp = number
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| invalid("_since", words))?;
            if number > LATEST {
                let words = format!("{number} is greater than maximum value {LATEST}");
                return Err(invalid("_since", &words));
            }
            Ok(number)
        };
        let limit = |text: &str| {
            let words = || invalid("_limit", &format!("\"{text}\" is not a number"));
            text.parse().map_err(|_| words())
        };
        Ok(Self {
            expected: expected.to_owned(),
            since: parameter("_since").map(since).transpose()?,
            limit: parameter("_limit").map(limit).transpose()?,
        })
    }
}

/// The collection with its records, or with what has changed in them.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NoObject`], [`Error::Invalid`], and the database's.
pub fn changeset(session: &mut Session, call: &Call, uri: &CollectionUri) -> Result<Answer> {
    let collection = existing(session, &uri.uri(), Access::Read)?;
    // Who may only create records may read the collection, and not what is in it.
    authorize::demand(session, Access::List, &uri.records(), None)?;
    let wanted = Wanted::parse(&call.query)?;
    let since = wanted.since.map(|since| ("_since".to_owned(), since.to_string()));
    let query: Vec<_> = since.into_iter().collect();
    let query = ListQuery::parse(&query, Fields::Free, LATEST)?;
    let records = session.known_list(&uri.records())?;
    session.flush()?;
    // Not cut into pages: what is signed is the whole.
    let limit = wanted.limit.unwrap_or(usize::MAX);
    let deleted = query.includes_tombstones();
    let page = objects::page(session.tx, records.id, &query, &Visible::All, deleted, limit)?;
    let mut metadata = collection.value();
    metadata["bucket"] = uri.bucket.as_str().into();
    let mut body =
        format!("{{\"metadata\":{metadata},\"timestamp\":{},\"changes\":[", records.clock);
    for (index, row) in page.rows.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        row.write_json(&mut body);
    }
    body.push_str("]}");
    let mut headers = vec![("Last-Modified", http_date(collection.last_modified))];
    let seconds = session.service.config.api.cache.changeset(uri, Some(&wanted.expected));
    headers.extend(seconds.into_iter().flat_map(|seconds| max_age(session.now, seconds)));
    Ok(Answer { status: 200, headers, body: unless_head(call, body) })
}
