use std::fmt;

use serde_json::{Value, json};

use crate::domain::uri::{CollectionUri, Id};

/// A whole bucket, or one collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Every collection of this bucket.
    Bucket(Id),
    /// This one.
    Collection(CollectionUri),
}

impl Place {
    /// From `/buckets/b`, `/buckets/b/collections/c`, or `b/c`; the error is kinto-signer's.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split('/').collect();
        let (bucket, collection) = match parts[..] {
            [bucket, collection] => (bucket, Some(collection)),
            [_, "buckets", bucket] => (bucket, None),
            [_, "buckets", bucket, "collections", collection] => (bucket, Some(collection)),
            _ => return Err("should be a bucket or collection URI"),
        };
        let id = |text| Id::parse(text).ok_or("bucket or collection id is invalid");
        let bucket = id(bucket)?;
        Ok(match collection {
            Some(collection) => Self::Collection(CollectionUri { bucket, id: id(collection)? }),
            None => Self::Bucket(bucket),
        })
    }

    /// The bucket it is, or is in.
    pub fn bucket(&self) -> &Id {
        match self {
            Self::Bucket(id) => id,
            Self::Collection(uri) => &uri.bucket,
        }
    }

    /// The collection it is, or that of the given id in the bucket it is.
    pub fn collection(&self, id: &Id) -> CollectionUri {
        match self {
            Self::Bucket(bucket) => CollectionUri { bucket: bucket.clone(), id: id.clone() },
            Self::Collection(uri) => uri.clone(),
        }
    }

    /// As `capabilities.signer` shows it (KINTO 1.11).
    pub(super) fn capability(&self) -> Value {
        match self {
            Self::Bucket(id) => json!({"bucket": id.as_str(), "collection": null}),
            Self::Collection(uri) => {
                json!({"bucket": uri.bucket.as_str(), "collection": uri.id.as_str()})
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket(id) => write!(f, "/buckets/{id}"),
            Self::Collection(uri) => uri.fmt(f),
        }
    }
}
