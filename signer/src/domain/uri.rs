//! Where things are: ids, objects and the lists that hold them.

use crate::random::Random;
use std::{fmt, sync::Arc};

/// The name of an object: `^[a-zA-Z0-9][a-zA-Z0-9_-]*$`, and no longer than what an index can hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

const MOST_CHARACTERS: usize = 255;

impl Id {
    /// `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let first = bytes.next().filter(|_| text.len() <= MOST_CHARACTERS)?;
        let rest = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        (first.is_ascii_alphanumeric() && bytes.all(rest)).then(|| Self(text.into()))
    }

    /// A fresh one, as Kinto makes them: a UUID for a record, else eight letters and digits.
    pub fn generate(kind: Kind, random: Random) -> Self {
        let uuid = random.uuid();
        Self(match kind {
            Kind::Record => uuid.to_string().into(),
            _ => uuid.simple().to_string()[..8].into(),
        })
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Holds groups and collections.
    Bucket,
    /// Names principals.
    Group,
    /// Holds records.
    Collection,
    /// Holds data.
    Record,
}

impl Kind {
    /// Kinto's `resource_name`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Group => "group",
            Self::Collection => "collection",
            Self::Record => "record",
        }
    }
}

/// `/buckets/{bucket}/collections/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionUri {
    /// Its bucket.
    pub bucket: Id,
    /// Its own name.
    pub id: Id,
}

impl CollectionUri {
    /// The list of its records.
    pub fn records(&self) -> List {
        List::Records(self.clone())
    }

    /// The collection as an object.
    pub fn uri(&self) -> Uri {
        Uri { list: List::Collections(self.bucket.clone()), id: self.id.clone() }
    }
}

impl fmt::Display for CollectionUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/buckets/{}/collections/{}", self.bucket, self.id)
    }
}

/// A list of objects; `Display` gives its URI without `/v1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// `/buckets`
    Buckets,
    /// `/buckets/{bucket}/groups`
    Groups(Id),
    /// `/buckets/{bucket}/collections`
    Collections(Id),
    /// `/buckets/{bucket}/collections/{collection}/records`
    Records(CollectionUri),
}

impl List {
    /// What it holds.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Buckets => Kind::Bucket,
            Self::Groups(_) => Kind::Group,
            Self::Collections(_) => Kind::Collection,
            Self::Records(_) => Kind::Record,
        }
    }

    /// The bucket it is in.
    pub fn bucket(&self) -> Option<&Id> {
        match self {
            Self::Buckets => None,
            Self::Groups(bucket) | Self::Collections(bucket) => Some(bucket),
            Self::Records(collection) => Some(&collection.bucket),
        }
    }

    /// The object it belongs to.
    pub fn owner(&self) -> Option<Uri> {
        match self {
            Self::Buckets => None,
            Self::Groups(bucket) | Self::Collections(bucket) => Some(Uri::bucket(bucket.clone())),
            Self::Records(collection) => Some(collection.uri()),
        }
    }

    /// The object of this name in it.
    pub fn object(&self, id: Id) -> Uri {
        Uri { list: self.clone(), id }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Buckets => f.write_str("/buckets"),
            Self::Groups(bucket) => write!(f, "/buckets/{bucket}/groups"),
            Self::Collections(bucket) => write!(f, "/buckets/{bucket}/collections"),
            Self::Records(collection) => write!(f, "{collection}/records"),
        }
    }
}

/// An object's place; `Display` gives its URI without `/v1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uri {
    /// The list that holds it.
    pub list: List,
    /// Its name there.
    pub id: Id,
}

impl Uri {
    /// `/buckets/{id}`
    pub fn bucket(id: Id) -> Self {
        Self { list: List::Buckets, id }
    }

    /// `/buckets/{bucket}/groups/{id}`
    pub fn group(bucket: Id, id: Id) -> Self {
        Self { list: List::Groups(bucket), id }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.list.kind()
    }

    /// The bucket it is, or is in.
    pub fn bucket_id(&self) -> &Id {
        self.list.bucket().unwrap_or(&self.id)
    }

    /// The collection it is, or is in.
    pub fn collection(&self) -> Option<CollectionUri> {
        match &self.list {
            List::Collections(bucket) => {
                Some(CollectionUri { bucket: bucket.clone(), id: self.id.clone() })
            }
            List::Records(collection) => Some(collection.clone()),
            List::Buckets | List::Groups(_) => None,
        }
    }

    /// From text such as `/buckets/b/collections/c`; `None` for any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.strip_prefix('/')?.split('/').collect();
        let id = |text: &str| Id::parse(text);
        match parts[..] {
            ["buckets", b] => Some(Self::bucket(id(b)?)),
            ["buckets", b, "groups", g] => Some(Self::group(id(b)?, id(g)?)),
            ["buckets", b, "collections", c] => Some(List::Collections(id(b)?).object(id(c)?)),
            ["buckets", b, "collections", c, "records", r] => {
                let collection = CollectionUri { bucket: id(b)?, id: id(c)? };
                Some(List::Records(collection).object(id(r)?))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.list, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for good in ["a", "0", "a-b_C", "A1_"] {
            assert!(Id::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-a", "_a", "a.b", "a b", "é", "a/b", "a\n"] {
            assert!(Id::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn uris_come_back_as_they_were() {
        for text in [
            "/buckets/b",
            "/buckets/b/groups/g",
            "/buckets/b/collections/c",
            "/buckets/b/collections/c/records/r",
        ] {
            assert_eq!(Uri::parse(text).unwrap().to_string(), text);
        }
        for bad in
            ["", "/", "buckets/b", "/buckets", "/buckets/b/", "/buckets/b/collections", "/x/y"]
        {
            assert!(Uri::parse(bad).is_none(), "{bad}");
        }
    }
}
