//! A collection from any Kinto server, all of it of one moment.

use super::verify::Snapshot;
use crate::{
    clock::Clock,
    domain::{
        object::Timestamp,
        uri::{List, Uri},
    },
};
use reqwest::{Client, Response, StatusCode, header::ETAG, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{str::FromStr, time::Duration};
use url::Url;

/// For a connection, and for every piece of an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a list may change while it is read.
const ATTEMPTS: u32 = 5;

/// The URL of a collection: `{service}/buckets/{bucket}/collections/{collection}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionUrl(Url);

impl FromStr for CollectionUrl {
    type Err = &'static str;

    /// Takes the URL of the collection or of its records.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "not the URL of a collection: http://…/v1/buckets/…/collections/…";
        let mut url = Url::parse(text).map_err(|_| wrong)?;
        let path = url.path().trim_end_matches('/').trim_end_matches("/records").to_owned();
        let place = path.find("/buckets/").and_then(|at| Uri::parse(&path[at..]));
        let is_collection = matches!(place, Some(Uri { list: List::Collections(_), .. }));
        if !is_collection || !matches!(url.scheme(), "http" | "https") {
            return Err(wrong);
        }
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }
}

impl CollectionUrl {
    fn below(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path()));
        url
    }

    /// Fetches the collection and all its records, by its changeset where the server has such.
    /// `clock` makes the request one that no cache knows.
    ///
    /// # Errors
    /// The server is not to be had, does not let us read, or speaks otherwise than Kinto.
    pub async fn fetch(&self, clock: &Clock) -> Result<Snapshot, FetchError> {
        let http = Client::builder()
            .redirect(Policy::limited(3))
            .connect_timeout(PATIENCE)
            .read_timeout(PATIENCE)
            .user_agent(concat!("notary-signer/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| FetchError::HttpClient)?;
        if let Some(snapshot) = self.changeset(&http, clock).await? {
            return Ok(snapshot);
        }
        for _ in 0..ATTEMPTS {
            if let Some(snapshot) = self.lists(&http).await? {
                return Ok(snapshot);
            }
        }
        Err(FetchError::Unsteady)
    }

    /// `None` if the server has no changesets.
    async fn changeset(
        &self,
        http: &Client,
        clock: &Clock,
    ) -> Result<Option<Snapshot>, FetchError> {
        let mut url = self.below("changeset");
        let now = clock.now().timestamp_millis().to_string();
        url.query_pairs_mut().append_pair("_expected", &now);
        let response = http.get(url).send().await?;
        if response.status() != StatusCode::OK {
            return Ok(None);
        }
        let Changeset { metadata, timestamp, changes } = json(response).await?;
        let mut snapshot = Snapshot::new(timestamp, metadata);
        add(&mut snapshot, &changes)?;
        Ok(Some(snapshot))
    }

    /// `None` if the records changed in between.
    async fn lists(&self, http: &Client) -> Result<Option<Snapshot>, FetchError> {
        let records = self.below("records");
        let (mut page, mut pages, mut timestamp) = (Some(records.clone()), Vec::new(), None);
        while let Some(url) = page {
            let response = succeeded(http.get(url).send().await?)?;
            let now = etag(&response)?;
            if *timestamp.get_or_insert(now) != now {
                return Ok(None);
            }
            page = next_page(&records, &response)?;
            pages.push(json::<Answer<Vec<Value>>>(response).await?.data);
        }
        let metadata = succeeded(http.get(self.0.clone()).send().await?)?;
        let metadata = json::<Answer<Map<String, Value>>>(metadata).await?.data;
        let now = etag(&succeeded(http.head(records).send().await?)?)?;
        if timestamp != Some(now) {
            return Ok(None);
        }
        let mut snapshot = Snapshot::new(now, metadata);
        pages.iter().try_for_each(|page| add(&mut snapshot, page))?;
        Ok(Some(snapshot))
    }
}

#[derive(Deserialize)]
struct Changeset {
    metadata: Map<String, Value>,
    timestamp: Timestamp,
    changes: Vec<Value>,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

/// Only the query of the page's URL counts: a server behind a proxy may know itself by a name
/// that leads nowhere from here.
fn next_page(records: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    let Some(next) = response.headers().get("next-page") else { return Ok(None) };
    let next = next.to_str().ok().and_then(|next| Url::parse(next).ok());
    let query = next.as_ref().and_then(Url::query).ok_or(FetchError::NotKinto)?;
    let mut page = records.clone();
    page.set_query(Some(query));
    Ok(Some(page))
}

/// Proxies that compress make ETags weak.
fn etag(response: &Response) -> Result<Timestamp, FetchError> {
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
    let digits = etag.map(|etag| etag.trim_start_matches("W/").trim_matches('"'));
    digits.and_then(|digits| digits.parse().ok()).ok_or(FetchError::NotKinto)
}

fn succeeded(response: Response) -> Result<Response, FetchError> {
    match response.status() {
        StatusCode::OK => Ok(response),
        status => Err(FetchError::Status(status.as_u16())),
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, FetchError> {
    serde_json::from_slice(&response.bytes().await?).map_err(|_| FetchError::NotKinto)
}

fn add(snapshot: &mut Snapshot, records: &[Value]) -> Result<(), FetchError> {
    records.iter().try_for_each(|record| snapshot.add(record)).ok_or(FetchError::NotKinto)
}

/// Why there is nothing to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// TLS is not to be had.
    #[error("no HTTP client can be set up on this machine")]
    HttpClient,
    /// No connection, or one that broke.
    #[error("the server does not answer")]
    Away,
    /// No collection there, or none that anybody may read.
    #[error("the server answers with status {0}")]
    Status(u16),
    /// Answers of another form.
    #[error("the server does not answer as Kinto does")]
    NotKinto,
    /// It is written to without a pause.
    #[error("the records changed every time while they were read")]
    Unsteady,
}

impl From<reqwest::Error> for FetchError {
    fn from(_: reqwest::Error) -> Self {
        Self::Away
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_collections() {
        let plain: CollectionUrl = "http://x/v1/buckets/b/collections/c".parse().unwrap();
        for same in [
            "http://x/v1/buckets/b/collections/c/",
            "http://x/v1/buckets/b/collections/c/records",
            "http://x/v1/buckets/b/collections/c/records?_limit=1#x",
        ] {
            assert_eq!(same.parse(), Ok(plain.clone()), "{same}");
        }
        assert_eq!(plain.below("records").as_str(), "http://x/v1/buckets/b/collections/c/records");
        for bad in [
            "",
            "x",
            "ftp://x/v1/buckets/b/collections/c",
            "http://x/v1/buckets/b",
            "http://x/v1/buckets/b/collections",
            "http://x/v1/buckets/b/groups/c",
            "http://x/v1/buckets/b/collections/c/records/r",
        ] {
            assert!(bad.parse::<CollectionUrl>().is_err(), "{bad}");
        }
    }
}
