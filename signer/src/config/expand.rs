//! From the lines of `signer.resources` and what is set for each to [`Resources`] (KINTO 1.2).

use std::{collections::BTreeSet, path::Path, sync::Arc};

use super::{
    backends::BackendSettings,
    grammar::{self, Line},
    groups::GroupName,
    place::Place,
    resources::{Entry, GlobalReview, Pattern, Resources, ReviewSettings},
    scope,
    settings::{FLAG, Settings, flag},
};
use crate::domain::uri::{CollectionUri, Id};

const RESOURCES: &str = "signer.resources";

/// Notes what is wrong, and then what is returned is not whole.
pub(super) fn read(settings: &mut Settings, key_folder: &Path) -> Resources {
    let global = GlobalReview {
        to_review_enabled: settings.flag("signer.to_review_enabled"),
        group_check_enabled: settings.flag("signer.group_check_enabled"),
        editors_group: settings.text("signer.editors_group").unwrap_or("editors".into()),
        reviewers_group: settings.text("signer.reviewers_group").unwrap_or("reviewers".into()),
    };
    let lines = lines(settings);
    let patterns = patterns(settings, &lines);
    let reader = Reader { key_folder, global: &global, patterns: &patterns };
    let lines = specific(settings, lines);
    let entries: Vec<Entry> =
        lines.into_iter().filter_map(|line| reader.entry(settings, line)).collect();
    Resources::new(entries, patterns, global)
}

fn lines(settings: &mut Settings) -> Vec<Line> {
    let Some(text) = settings.given(RESOURCES) else {
        settings.mistake(RESOURCES, "Please specify the kinto.signer.resources setting.");
        return Vec::new();
    };
    grammar::parse(&text).unwrap_or_else(|mistakes| {
        mistakes.into_iter().for_each(|words| settings.mistake(RESOURCES, words));
        Vec::new()
    })
}

/// The lines, and one for each collection of a bucket's line that has settings of its own.
fn specific(settings: &Settings, mut lines: Vec<Line>) -> Vec<Line> {
    let keys = settings.keys();
    let buckets: Vec<Id> = lines.iter().map(|line| line.source.bucket().clone()).collect();
    let of_buckets: Vec<Line> =
        lines.iter().filter(|line| matches!(line.source, Place::Bucket(_))).cloned().collect();
    for Line { source, preview, destination } in of_buckets {
        for id in scope::named_collections(&keys, source.bucket(), &buckets) {
            let at = |place: &Place| Place::Collection(place.collection(&id));
            if lines.iter().all(|line| line.source != at(&source)) {
                let preview = preview.as_ref().map(at);
                lines.push(Line { source: at(&source), preview, destination: at(&destination) });
            }
        }
    }
    lines
}

/// Keys such as `signer.bucket.magic-(\w+).to_review_enabled`: what is between the dots and holds a
/// parenthesis is a regular expression for whole ids.
fn patterns(settings: &mut Settings, lines: &[Line]) -> Vec<Pattern> {
    let buckets: BTreeSet<Id> = lines.iter().map(|line| line.source.bucket().clone()).collect();
    let mut patterns = Vec::new();
    for key in settings.keys() {
        let parts: Vec<&str> = key.split('.').collect();
        let ["signer", bucket, collection, "to_review_enabled"] = parts[..] else { continue };
        let bucket = Id::parse(bucket).filter(|id| buckets.contains(id));
        let (Some(bucket), true) = (bucket, collection.contains('(')) else { continue };
        let Some(value) = settings.parsed(&key, FLAG, flag) else { continue };
        match Pattern::new(bucket, collection, value) {
            Some(pattern) => patterns.push(pattern),
            None => settings.mistake(&key, "expected a regular expression between the dots"),
        }
    }
    patterns
}

struct Reader<'a> {
    key_folder: &'a Path,
    global: &'a GlobalReview,
    patterns: &'a [Pattern],
}

impl Reader<'_> {
    fn entry(&self, settings: &mut Settings, line: Line) -> Option<Entry> {
        let Line { source, preview, destination } = line;
        let review = self.review(settings, &source);
        let backend = BackendSettings::read(settings, &source, self.key_folder);
        Some(Entry { source, preview, destination, review: review?, backend: Arc::new(backend?) })
    }

    fn review(&self, settings: &mut Settings, source: &Place) -> Option<ReviewSettings> {
        let prefixes = scope::prefixes(source);
        let pattern = match source {
            Place::Collection(uri) => self.pattern(settings, uri),
            Place::Bucket(_) => None,
        };
        let wide = enabled(settings, &prefixes, "to_review_enabled");
        let group_check_enabled = enabled(settings, &prefixes, "group_check_enabled");
        let editors = self.group(settings, source, "editors_group", &self.global.editors_group);
        let reviewers =
            self.group(settings, source, "reviewers_group", &self.global.reviewers_group);
        Some(ReviewSettings {
            to_review_enabled: pattern.unwrap_or(wide),
            group_check_enabled,
            editors: editors?,
            reviewers: reviewers?,
        })
    }

    /// What a pattern says of a collection that has no such setting itself.
    fn pattern(&self, settings: &mut Settings, uri: &CollectionUri) -> Option<bool> {
        let own = scope::first(settings, &scope::of_collection(uri), "to_review_enabled");
        let pattern = self.patterns.iter().find(|pattern| pattern.matches(uri))?;
        own.is_none().then_some(pattern.to_review_enabled)
    }

    fn group(
        &self,
        settings: &mut Settings,
        source: &Place,
        setting: &str,
        global: &str,
    ) -> Option<GroupName> {
        let (key, text) = scope::first(settings, &scope::prefixes(source), setting)
            .filter(|(_, text)| !text.trim().is_empty())
            .unwrap_or((format!("signer.{setting}"), global.to_owned()));
        GroupName::resolve(text.trim(), source).map_err(|words| settings.mistake(&key, words)).ok()
    }
}

/// `false` where nothing is given, or when a mistake has been noted.
fn enabled(settings: &mut Settings, prefixes: &[String], setting: &str) -> bool {
    match scope::first(settings, prefixes, setting) {
        Some((key, _)) => settings.flag(&key),
        None => false,
    }
}
