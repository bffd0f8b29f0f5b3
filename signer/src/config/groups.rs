//! Names of editors' and reviewers' groups, which may hold placeholders (KINTO 1.2).

use super::place::Place;
use crate::domain::uri::Id;

const BUCKET: &str = "bucket_id";
const COLLECTION: &str = "collection_id";

/// The id of a group in the source bucket, in which `{collection_id}` is left to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupName(String);

impl GroupName {
    /// Of the collections of `source`. `text` is an id, or `group:/buckets/{bucket_id}/groups/id`,
    /// or the same without `group:`.
    pub(super) fn resolve(text: &str, source: &Place) -> Result<Self, String> {
        known_placeholders(text)?;
        let bucket = source.bucket().as_str();
        let resolved = text.replace(&format!("{{{BUCKET}}}"), bucket);
        let uri = resolved.strip_prefix("group:").unwrap_or(&resolved);
        let name = match uri.strip_prefix("/buckets/") {
            Some(path) => path
                .strip_prefix(bucket)
                .and_then(|path| path.strip_prefix("/groups/"))
                .ok_or("expected a group of the source bucket")?,
            None => uri,
        };
        let group = Self(name.to_owned());
        let name = Self(group.filled("c"));
        if Id::parse(&name.0).is_none() {
            return Err("expected the id of a group: letters, digits, - and _".into());
        }
        Ok(group)
    }

    /// Whether each collection has a group of its own.
    pub(super) fn is_own(&self) -> bool {
        self.0.contains(&format!("{{{COLLECTION}}}"))
    }

    /// The group for one collection.
    #[expect(clippy::expect_used, reason = "the name is an id with one id put in, and so with any")]
    pub(super) fn of(&self, collection: &Id) -> Id {
        Id::parse(&self.filled(collection.as_str())).expect("checked when it was resolved")
    }

    /// As `capabilities.signer` shows it: filled in where the collection is known.
    pub(super) fn shown(&self, source: &Place) -> String {
        match source {
            Place::Collection(uri) => self.filled(uri.id.as_str()),
            Place::Bucket(_) => self.0.clone(),
        }
    }

    /// With the placeholder, if it has one.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn filled(&self, collection: &str) -> String {
        self.0.replace(&format!("{{{COLLECTION}}}"), collection)
    }
}

/// The server-wide name as `capabilities.signer` shows it: an id, placeholders left in.
pub(super) fn shown(text: &str) -> &str {
    let uri = text.strip_prefix("group:").unwrap_or(text);
    uri.strip_prefix("/buckets/{bucket_id}/groups/").unwrap_or(uri)
}

fn known_placeholders(text: &str) -> Result<(), String> {
    for part in text.split('{').skip(1) {
        match part.split_once('}') {
            Some((BUCKET | COLLECTION, _)) => {}
            Some((name, _)) => return Err(format!("Unknown group placeholder '{name}'")),
            None => return Err("Single '{' encountered in format string".into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> Place {
        Place::parse("/buckets/b").unwrap()
    }

    #[test]
    fn the_bucket_is_filled_in_at_once_and_the_collection_when_known() {
        for (text, of_bucket, of_collection) in [
            ("editors", "editors", "editors"),
            ("{collection_id}-editors", "{collection_id}-editors", "c1-editors"),
            ("{bucket_id}_{collection_id}", "b_{collection_id}", "b_c1"),
            ("/buckets/b/groups/x", "x", "x"),
            (
                "group:/buckets/{bucket_id}/groups/{collection_id}-reviewers",
                "{collection_id}-reviewers",
                "c1-reviewers",
            ),
        ] {
            let name = GroupName::resolve(text, &bucket()).unwrap();
            assert_eq!(name.as_str(), of_bucket);
            assert_eq!(name.of(&Id::parse("c1").unwrap()).as_str(), of_collection);
            let collection = Place::parse("b/c1").unwrap();
            assert_eq!(name.shown(&bucket()), of_bucket);
            assert_eq!(name.shown(&collection), of_collection);
            assert_eq!(name.is_own(), of_bucket != of_collection);
        }
    }

    #[test]
    fn other_names_are_refused() {
        for (text, words) in [
            ("{foo}", "Unknown group placeholder 'foo'"),
            ("a-{collection_id}-{}", "Unknown group placeholder ''"),
            ("a{collection_id", "Single '{' encountered in format string"),
            ("a b", "expected the id of a group: letters, digits, - and _"),
            ("-{collection_id}", "expected the id of a group: letters, digits, - and _"),
            ("a}", "expected the id of a group: letters, digits, - and _"),
            ("/buckets/other/groups/a", "expected a group of the source bucket"),
            ("/buckets/bb/groups/a", "expected a group of the source bucket"),
        ] {
            assert_eq!(GroupName::resolve(text, &bucket()).unwrap_err(), words, "{text}");
        }
    }
}
