//! Where a setting of one bucket or collection is looked up: the nearest first (KINTO 1.2).

use super::{place::Place, settings::Settings};
use crate::domain::uri::{CollectionUri, Id};

/// What can be set for a bucket or a collection.
pub(super) const SCOPED: [&str; 11] = [
    "signer_backend",
    "ecdsa.private_key",
    "ecdsa.public_key",
    "autograph.server_url",
    "autograph.hawk_id",
    "autograph.hawk_secret",
    "autograph.key_ids",
    "to_review_enabled",
    "group_check_enabled",
    "editors_group",
    "reviewers_group",
];

/// The first of the keys that is given, and its text. All count as looked up.
pub(super) fn first(
    settings: &mut Settings,
    prefixes: &[String],
    setting: &str,
) -> Option<(String, String)> {
    let mut keys: Vec<_> = prefixes.iter().map(|prefix| format!("{prefix}{setting}")).collect();
    let mut given = keys.drain(..).filter_map(|key| Some((settings.given(&key)?, key)));
    let found = given.next();
    given.for_each(drop);
    found.map(|(text, key)| (key, text))
}

/// What is put before a setting's name: for this place, then for its bucket, then for the server.
/// Of the three spellings the mission text has two, with a dot and with an underscore; kinto-signer
/// calls the third deprecated.
pub(super) fn prefixes(place: &Place) -> Vec<String> {
    let bucket = place.bucket();
    let own = match place {
        Place::Collection(uri) => of_collection(uri).into(),
        Place::Bucket(_) => Vec::new(),
    };
    let wider = [format!("signer.{bucket}."), format!("signer.{bucket}_"), "signer.".into()];
    own.into_iter().chain(wider).collect()
}

/// Those of [`prefixes`] that are for the collection alone.
pub(super) fn of_collection(CollectionUri { bucket, id }: &CollectionUri) -> [String; 3] {
    [
        format!("signer.{bucket}.{id}."),
        format!("signer.{bucket}_{id}."),
        format!("signer.{bucket}_{id}_"),
    ]
}

/// The collections of a bucket that some key names. Keys that are a wider scope's, such as
/// `signer.bucket.autograph.hawk_id`, name none.
pub(super) fn named_collections(keys: &[String], bucket: &Id, buckets: &[Id]) -> Vec<Id> {
    let wider = |key: &str| {
        SCOPED.iter().any(|setting| {
            let mut prefixes = buckets.iter().flat_map(|id| prefixes(&Place::Bucket(id.clone())));
            prefixes.any(|prefix| key.strip_prefix(prefix.as_str()) == Some(setting))
        })
    };
    let mut found = Vec::new();
    for key in keys.iter().filter(|key| !wider(key)) {
        let name = key.strip_prefix("signer.").and_then(|key| key.strip_prefix(bucket.as_str()));
        let Some(rest) = name else { continue };
        let id = SCOPED.iter().find_map(|setting| {
            let rest = rest.strip_suffix(setting)?;
            let dotted = rest.strip_prefix('.').and_then(|rest| rest.strip_suffix('.'));
            let flat = || rest.strip_prefix('_').and_then(|rest| rest.strip_suffix(['.', '_']));
            Id::parse(dotted.or_else(flat)?)
        });
        found.extend(id.filter(|id| !found.contains(id)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    #[test]
    fn keys_name_collections_in_three_spellings() {
        let keys = [
            "signer.stage.one.to_review_enabled",
            "signer.stage.one.autograph.hawk_id",
            "signer.stage.two.ecdsa.private_key",
            "signer.stage_three.editors_group",
            "signer.stage_four_group_check_enabled",
            "signer.stage.autograph.hawk_id",
            "signer.stage.ecdsa.private_key",
            "signer.stage.to_review_enabled",
            "signer.stage_to_review_enabled",
            "signer.stage_other.to_review_enabled",
            "signer.stage.five.colour",
            "signer.to_review_enabled",
            "signer.prod.six.to_review_enabled",
            "paginate_by",
        ]
        .map(str::to_owned);
        let found = named_collections(&keys, &id("stage"), &[id("stage"), id("stage_other")]);
        assert_eq!(found, ["one", "two", "three", "four"].map(id));
    }

    #[test]
    fn the_nearest_scope_wins() {
        let all = [
            "signer.b.c.x",
            "signer.b_c.x",
            "signer.b_c_x",
            "signer.b.x",
            "signer.b_x",
            "signer.x",
        ];
        let place = Place::parse("b/c").unwrap();
        for from in 0..all.len() {
            let given = all[from..].iter().map(|key| ((*key).to_owned(), (*key).to_owned()));
            let mut settings = Settings::new(given, std::iter::empty());
            let (key, text) = first(&mut settings, &prefixes(&place), "x").unwrap();
            assert_eq!((key.as_str(), text.as_str()), (all[from], all[from]));
            assert!(settings.unused().is_empty());
        }
    }
}
