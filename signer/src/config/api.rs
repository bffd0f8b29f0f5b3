//! How the Kinto API behaves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{place::Place, settings::Settings, values};
use crate::domain::uri::{CollectionUri, Id};

const RECORD_CACHE: &str = "record_cache_expires_seconds";
const NUMBER: &str = "a whole number";
const SECONDS: &str = "a whole number of seconds";

/// Settings of the Kinto API, by Kinto's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiSettings {
    /// `kinto.readonly`: every write is 405.
    pub readonly: bool,
    /// `kinto.paginate_by`: the most objects of a page; none for all.
    pub paginate_by: Option<usize>,
    /// `kinto.batch_max_requests`: 25.
    pub batch_max_requests: usize,
    /// `kinto.bucket_create_principals`: `system.Authenticated`.
    pub bucket_create_principals: BTreeSet<String>,
    /// `kinto.explicit_permissions`: whoever writes an object is put into its `write` list; true.
    pub explicit_permissions: bool,
    /// `kinto.http_scheme`: `http` or `https`, in place of the request's.
    pub http_scheme: Option<String>,
    /// `kinto.http_host`: host and perhaps port, in place of the request's `Host`.
    pub http_host: Option<String>,
    /// `kinto.project_name`
    pub project_name: String,
    /// `kinto.project_docs`
    pub project_docs: String,
    /// `kinto.backoff`: seconds, in the header of every answer.
    pub backoff: Option<u32>,
    /// `kinto.retry_after_seconds`: 30, in the header of 409 and 503.
    pub retry_after: u32,
    /// `kinto.eos`: when the service ends.
    pub eos: Option<EndOfService>,
    /// `kinto.flush_endpoint_enabled`, or `kinto.plugins.flush` among `kinto.includes`.
    pub flush_endpoint: bool,
    /// `kinto.experimental_collection_schema_validation`: false, as in Kinto.
    pub schema_validation: bool,
    /// `kinto.cors_origins`: `*`.
    pub cors_origins: Vec<String>,
    /// How long clients may keep what anonymous users read.
    pub cache: CacheRules,
}

/// `kinto.eos`, `kinto.eos_message`, `kinto.eos_url`: what the `Alert` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndOfService {
    /// Before it a soft alert, from it on 410.
    pub at: DateTime<Utc>,
    /// For people.
    pub message: Option<String>,
    /// Where to read more.
    pub url: Option<String>,
}

/// `kinto.record_cache_expires_seconds`, and the same of buckets and collections. Seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheRules {
    global: Option<u32>,
    buckets: BTreeMap<Id, u32>,
    collections: BTreeMap<CollectionUri, CollectionCache>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CollectionCache {
    usual: Option<u32>,
    minimum: Option<u32>,
    maximum: Option<u32>,
}

impl CacheRules {
    /// For lists and records: the collection's, else its bucket's, else the server's.
    pub fn records(&self, collection: &CollectionUri) -> Option<u32> {
        let own = self.collections.get(collection).and_then(|cache| cache.usual);
        own.or_else(|| self.wide(&collection.bucket))
    }

    /// For changesets (KINTO 1.12): the collection's maximum where the client names the version it
    /// expects, its minimum where it wants whatever is newest (`0`, or `9999…`).
    pub fn changeset(&self, collection: &CollectionUri, expected: Option<&str>) -> Option<u32> {
        let own = self.collections.get(collection).and_then(|cache| match expected {
            Some(version) if version == "0" || version.starts_with("9999") => {
                cache.minimum.or(cache.usual)
            }
            Some(_) => cache.maximum.or(cache.usual),
            None => cache.usual,
        });
        own.or_else(|| self.wide(&collection.bucket))
    }

    fn wide(&self, bucket: &Id) -> Option<u32> {
        self.buckets.get(bucket).copied().or(self.global)
    }

    fn read(settings: &mut Settings) -> Self {
        let global = settings.parsed(RECORD_CACHE, SECONDS, values::number);
        let mut rules = Self { global, ..Self::default() };
        for key in settings.keys() {
            let Some((place, name)) = key.rsplit_once('.') else { continue };
            let slot: fn(&mut CollectionCache) -> &mut Option<u32> = match name {
                RECORD_CACHE => |cache| &mut cache.usual,
                "record_cache_minimum_expires_seconds" => |cache| &mut cache.minimum,
                "record_cache_maximum_expires_seconds" => |cache| &mut cache.maximum,
                _ => continue,
            };
            let collection = place.split_once('.').and_then(|(bucket, id)| {
                Some(CollectionUri { bucket: Id::parse(bucket)?, id: Id::parse(id)? })
            });
            if let Some(uri) = collection {
                let seconds = settings.parsed(&key, SECONDS, values::number);
                *slot(rules.collections.entry(uri).or_default()) = seconds;
            } else if let (Some(bucket), RECORD_CACHE) = (Id::parse(place), name) {
                let seconds = settings.parsed(&key, SECONDS, values::number);
                rules.buckets.extend(seconds.map(|seconds| (bucket, seconds)));
            }
        }
        rules
    }

    /// Keys and values, as they would be given.
    pub(super) fn shown(&self) -> Vec<(String, u32)> {
        let global = self.global.map(|seconds| (RECORD_CACHE.to_owned(), seconds));
        let buckets = self.buckets.iter().map(|(id, s)| (format!("{id}.{RECORD_CACHE}"), *s));
        let collections = self.collections.iter().flat_map(|(CollectionUri { bucket, id }, c)| {
            [("", c.usual), ("_minimum", c.minimum), ("_maximum", c.maximum)]
                .into_iter()
                .filter_map(move |(which, seconds)| {
                    Some((format!("{bucket}.{id}.record_cache{which}_expires_seconds"), seconds?))
                })
        });
        global.into_iter().chain(buckets).chain(collections).collect()
    }
}

impl ApiSettings {
    /// Notes what is wrong, and then what is returned is not whole.
    pub(super) fn read(settings: &mut Settings, flush_is_included: bool) -> Self {
        let scheme = |text: &str| matches!(text, "http" | "https").then(|| text.to_owned());
        let positive = |text: &str| values::number(text).filter(|number| *number > 0);
        let principals = settings.list("bucket_create_principals");
        let flush_enabled = settings.flag("flush_endpoint_enabled");
        Self {
            readonly: settings.flag("readonly"),
            paginate_by: settings
                .parsed("paginate_by", NUMBER, values::number)
                .filter(|number| *number > 0),
            batch_max_requests: settings
                .parsed("batch_max_requests", "a whole number from 1", positive)
                .unwrap_or(25),
            bucket_create_principals: principals
                .unwrap_or(vec!["system.Authenticated".into()])
                .into_iter()
                .collect(),
            explicit_permissions: settings
                .parsed("explicit_permissions", super::settings::FLAG, super::settings::flag)
                .unwrap_or(true),
            http_scheme: settings.parsed("http_scheme", "http or https", scheme),
            http_host: settings.parsed("http_host", "a host, and perhaps a port", values::host),
            project_name: settings.text("project_name").unwrap_or("kinto".into()),
            project_docs: settings
                .text("project_docs")
                .unwrap_or("https://kinto.readthedocs.io/".into()),
            backoff: settings.parsed("backoff", SECONDS, values::number),
            retry_after: settings
                .parsed("retry_after_seconds", SECONDS, values::number)
                .unwrap_or(30),
            eos: EndOfService::read(settings),
            flush_endpoint: flush_enabled || flush_is_included,
            schema_validation: settings.flag("experimental_collection_schema_validation"),
            cors_origins: settings.list("cors_origins").unwrap_or(vec!["*".into()]),
            cache: CacheRules::read(settings),
        }
    }
}

impl EndOfService {
    fn read(settings: &mut Settings) -> Option<Self> {
        let at = settings.parsed("eos", values::DATE, values::date);
        let (message, url) = (settings.text("eos_message"), settings.text("eos_url"));
        Some(Self { at: at?, message, url })
    }
}

/// What `/buckets/monitor/collections/changes` watches (KINTO 1.12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesSettings {
    /// `kinto.changes.resources`: buckets and collections, in the order given.
    pub resources: Vec<Place>,
    /// `kinto.changes.excluded_collections`: what is left out of them.
    pub excluded: BTreeSet<CollectionUri>,
}

impl ChangesSettings {
    /// Whether changes of the collection are shown.
    pub fn shows(&self, collection: &CollectionUri) -> bool {
        let own = [Place::Collection(collection.clone()), Place::Bucket(collection.bucket.clone())];
        self.resources.iter().any(|place| own.contains(place))
            && !self.excluded.contains(collection)
    }

    pub(super) fn read(settings: &mut Settings) -> Self {
        let resources = Self::places(settings, "changes.resources");
        let excluded = Self::places(settings, "changes.excluded_collections");
        let mut changes = Self { resources, ..Self::default() };
        for place in excluded {
            match place {
                Place::Collection(uri) => drop(changes.excluded.insert(uri)),
                Place::Bucket(_) => settings
                    .mistake("changes.excluded_collections", format!("{place} is no collection")),
            }
        }
        changes
    }

    fn places(settings: &mut Settings, key: &str) -> Vec<Place> {
        let mut places = Vec::new();
        for uri in settings.list(key).unwrap_or_default() {
            match Place::parse(&uri) {
                Ok(place) => places.push(place),
                Err(reason) => settings.mistake(key, format!("{reason} (in '{uri}')")),
            }
        }
        places
    }
}
