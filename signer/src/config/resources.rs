//! Which collections are reviewed and signed, and where they go.

use std::{collections::HashSet, sync::Arc};

use indexmap::IndexMap;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::{
    backends::BackendSettings,
    groups::{self, GroupName},
    place::Place,
};
use crate::domain::uri::{CollectionUri, Id};

/// One source, resolved for one collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Where editors write.
    pub source: CollectionUri,
    /// Where reviewers look at what would be published.
    pub preview: Option<CollectionUri>,
    /// What clients read.
    pub destination: CollectionUri,
    /// How changes are reviewed.
    pub review: Review,
    /// What signs preview and destination.
    pub backend: Arc<BackendSettings>,
}

/// How changes of one source collection are reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Somebody else must have asked for review.
    pub to_review_enabled: bool,
    /// Who asks must be one of `editors`, who approves one of `reviewers`.
    pub group_check_enabled: bool,
    /// A group of the source bucket.
    pub editors: Id,
    /// A group of the source bucket.
    pub reviewers: Id,
    /// Whether the editors' group is this collection's alone, and goes with it.
    pub editors_is_own: bool,
    /// Whether the reviewers' group is this collection's alone, and goes with it.
    pub reviewers_is_own: bool,
}

/// What a collection is in its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Editors write here.
    Source,
    /// Only the service writes here, when review is asked for.
    Preview,
    /// Only the service writes here, on approval.
    Destination,
}

/// `signer.resources`, with what is set for each.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    entries: IndexMap<Place, Entry>,
    /// Previews and destinations, with the source they are of.
    targets: IndexMap<Place, (Role, Place)>,
    patterns: Vec<Pattern>,
    global: GlobalReview,
}

/// A line of `signer.resources`, or a collection of one that has settings of its own.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) source: Place,
    pub(super) preview: Option<Place>,
    pub(super) destination: Place,
    pub(super) review: ReviewSettings,
    pub(super) backend: Arc<BackendSettings>,
}

/// [`Review`] before the collection is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReviewSettings {
    pub(super) to_review_enabled: bool,
    pub(super) group_check_enabled: bool,
    pub(super) editors: GroupName,
    pub(super) reviewers: GroupName,
}

/// What holds for the whole server, as configured.
#[derive(Clone, Debug, Default)]
pub(super) struct GlobalReview {
    pub(super) to_review_enabled: bool,
    pub(super) group_check_enabled: bool,
    pub(super) editors_group: String,
    pub(super) reviewers_group: String,
}

/// `to_review_enabled` for every collection of a bucket whose whole id matches.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) bucket: Id,
    /// As given.
    pub(super) collection: String,
    regex: Regex,
    pub(super) to_review_enabled: bool,
}

impl Pattern {
    /// `None` when `collection` is no regular expression.
    pub(super) fn new(bucket: Id, collection: &str, to_review_enabled: bool) -> Option<Self> {
        let regex = Regex::new(&format!("^(?:{collection})$")).ok()?;
        Some(Self { bucket, collection: collection.to_owned(), regex, to_review_enabled })
    }

    pub(super) fn matches(&self, collection: &CollectionUri) -> bool {
        self.bucket == collection.bucket && self.regex.is_match(collection.id.as_str())
    }
}

impl Resources {
    pub(super) fn new(
        entries: impl IntoIterator<Item = Entry>,
        patterns: Vec<Pattern>,
        global: GlobalReview,
    ) -> Self {
        let entries: IndexMap<_, _> =
            entries.into_iter().map(|entry| (entry.source.clone(), entry)).collect();
        let mut targets = IndexMap::new();
        for entry in entries.values() {
            let preview = entry.preview.iter().map(|place| (Role::Preview, place));
            for (role, place) in preview.chain([(Role::Destination, &entry.destination)]) {
                targets.entry(place.clone()).or_insert_with(|| (role, entry.source.clone()));
            }
        }
        Self { entries, targets, patterns, global }
    }

    /// The resource whose source this is; an entry of its own wins over its bucket's.
    pub fn of_source(&self, collection: &CollectionUri) -> Option<Resource> {
        match self.role(collection)? {
            (Role::Source, resource) => Some(resource),
            (Role::Preview | Role::Destination, _) => None,
        }
    }

    /// What the collection is, and in which resource. Entries of single collections win over those
    /// of buckets, and take their source out of its bucket's entry.
    pub fn role(&self, collection: &CollectionUri) -> Option<(Role, Resource)> {
        let own = Place::Collection(collection.clone());
        let bucket = Place::Bucket(collection.bucket.clone());
        [own, bucket].iter().find_map(|place| {
            let (role, entry) = self.entry(place)?;
            let source = entry.source.collection(&collection.id);
            let is_bucket = matches!(entry.source, Place::Bucket(_));
            let superseded =
                is_bucket && self.entries.contains_key(&Place::Collection(source.clone()));
            (!superseded).then(|| (role, self.resource(entry, source)))
        })
    }

    fn entry(&self, place: &Place) -> Option<(Role, &Entry)> {
        match self.entries.get(place) {
            Some(entry) => Some((Role::Source, entry)),
            None => {
                let (role, source) = self.targets.get(place)?;
                Some((*role, self.entries.get(source)?))
            }
        }
    }

    fn resource(&self, entry: &Entry, source: CollectionUri) -> Resource {
        let id = &source.id;
        let review = &entry.review;
        let pattern = matches!(entry.source, Place::Bucket(_))
            .then(|| self.patterns.iter().find(|pattern| pattern.matches(&source)))
            .flatten();
        Resource {
            preview: entry.preview.as_ref().map(|place| place.collection(id)),
            destination: entry.destination.collection(id),
            review: Review {
                to_review_enabled: pattern
                    .map_or(review.to_review_enabled, |pattern| pattern.to_review_enabled),
                group_check_enabled: review.group_check_enabled,
                editors: review.editors.of(id),
                reviewers: review.reviewers.of(id),
                editors_is_own: review.editors.is_own(),
                reviewers_is_own: review.reviewers.is_own(),
            },
            backend: Arc::clone(&entry.backend),
            source,
        }
    }

    /// `resources` and the server-wide review settings of `capabilities.signer` (KINTO 1.11). What
    /// signs is not shown, nor are patterns.
    pub fn capability(&self) -> Value {
        json!({
            "resources": self.entries.values().map(|e| self.shown(e)).collect::<Vec<_>>(),
            "editors_group": groups::shown(&self.global.editors_group),
            "reviewers_group": groups::shown(&self.global.reviewers_group),
            "to_review_enabled": self.global.to_review_enabled,
            "group_check_enabled": self.global.group_check_enabled,
        })
    }

    fn shown(&self, entry: &Entry) -> Value {
        let (review, global) = (&entry.review, &self.global);
        let mut shown = Map::new();
        shown.insert("source".into(), entry.source.capability());
        shown.insert("destination".into(), entry.destination.capability());
        shown.extend(entry.preview.as_ref().map(|place| ("preview".into(), place.capability())));
        for (name, own, global) in [
            ("to_review_enabled", review.to_review_enabled, global.to_review_enabled),
            ("group_check_enabled", review.group_check_enabled, global.group_check_enabled),
        ] {
            shown.extend((own != global).then(|| (name.into(), own.into())));
        }
        for (name, own, global) in [
            ("editors_group", &review.editors, groups::shown(&global.editors_group)),
            ("reviewers_group", &review.reviewers, groups::shown(&global.reviewers_group)),
        ] {
            let own = own.shown(&entry.source);
            shown.extend((own != global).then(|| (name.into(), own.into())));
        }
        shown.into()
    }

    /// Every distinct backend, in the order of the resources: for the heartbeat, and to start with.
    pub fn backends(&self) -> impl Iterator<Item = &Arc<BackendSettings>> {
        let mut seen = HashSet::new();
        self.entries
            .values()
            .map(|entry| &entry.backend)
            .filter(move |b| seen.insert(Arc::clone(b)))
    }

    /// Sources in the order given, whole buckets among them: for `signer.auto_create_resources`.
    pub fn sources(&self) -> impl Iterator<Item = &Place> {
        self.entries.keys()
    }

    /// Warnings of collections that two sources publish to: one by an entry of its own, the other
    /// by its bucket's. kinto-signer takes that, too.
    pub(super) fn contested(&self) -> impl Iterator<Item = String> {
        self.targets.iter().filter_map(|(place, (_, source))| {
            let Place::Collection(target) = place else { return None };
            let (_, bucket) = self.targets.get(&Place::Bucket(target.bucket.clone()))?;
            let other = Place::Collection(bucket.collection(&target.id));
            (!self.entries.contains_key(&other)).then(|| {
                format!("kinto.signer.resources: both {source} and {other} publish to {target}")
            })
        })
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    pub(super) fn global(&self) -> &GlobalReview {
        &self.global
    }
}
