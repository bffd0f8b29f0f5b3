//! Whether a collection is what was signed.

use super::{
    MODE,
    keypair::{Digest384, PublicKey},
    payload::{self, ContentHash},
};
use crate::{
    domain::{canonical, object::Timestamp},
    error::Result,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A collection and its records at one moment, as any Kinto server shows them.
#[derive(Clone, Debug)]
pub struct Snapshot {
    timestamp: Timestamp,
    metadata: Map<String, Value>,
    /// Canonical JSON by id: bytes of UTF-8 sort as code points do.
    records: BTreeMap<String, String>,
    newest: Timestamp,
}

impl Snapshot {
    /// An empty collection with this list timestamp and these metadata.
    pub fn new(timestamp: Timestamp, metadata: Map<String, Value>) -> Self {
        Self { timestamp, metadata, records: BTreeMap::new(), newest: 0 }
    }

    /// Adds a record; one that is marked `deleted` is not signed and left out. `None` if it is
    /// no record.
    pub fn add(&mut self, record: &Value) -> Option<()> {
        let id = record.get("id")?.as_str()?;
        if !record.get("deleted").is_some_and(truthy) {
            self.newest = self.newest.max(record.get("last_modified")?.as_i64()?);
            self.records.insert(id.to_owned(), canonical::to_string(record).ok()?);
        }
        Some(())
    }

    /// How many records are signed.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// The timestamp of the list of records.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Checks all signatures: each must match by the key it names, and if a key is given, it must
    /// be one of these. Gives the keys.
    ///
    /// # Errors
    /// All that does not fit.
    pub fn verify(
        &self,
        given: Option<&PublicKey>,
    ) -> std::result::Result<Vec<PublicKey>, Vec<Mismatch>> {
        let (mut keys, mut mismatches) = (Vec::new(), Vec::new());
        let signed = self.hash();
        for bundle in self.bundles() {
            match self.check(bundle, given, &signed) {
                Ok(key) => keys.push(key),
                Err(mismatch) => mismatches.push(mismatch),
            }
        }
        if keys.is_empty() && mismatches.is_empty() {
            mismatches.push(Mismatch::NoSignature);
        }
        if let Some(given) = given
            && mismatches.is_empty()
            && !keys.contains(given)
        {
            mismatches.extend(keys.iter().map(|key| Mismatch::OtherKey(key.to_base64())));
        }
        if mismatches.is_empty() { Ok(keys) } else { Err(mismatches) }
    }

    /// `signatures`, and `signature` if it is none of them.
    fn bundles(&self) -> Vec<&Value> {
        let all = self.metadata.get("signatures").and_then(Value::as_array);
        let mut all: Vec<&Value> = all.into_iter().flatten().collect();
        if let Some(one) = self.metadata.get("signature").filter(|one| !one.is_null())
            && !all.contains(&one)
        {
            all.push(one);
        }
        all
    }

    fn check(
        &self,
        bundle: &Value,
        given: Option<&PublicKey>,
        signed: &ContentHash,
    ) -> std::result::Result<PublicKey, Mismatch> {
        let text = |member: &str| bundle.get(member).and_then(Value::as_str);
        if let Some(mode) = bundle.get("mode").filter(|mode| *mode != MODE) {
            return Err(Mismatch::Mode(mode.to_string()));
        }
        let key = match text("public_key") {
            Some(key) => PublicKey::parse(key).ok_or(Mismatch::BrokenKey)?,
            None => *given.ok_or(Mismatch::NoKey)?,
        };
        let signature = text("signature").ok_or(Mismatch::NoSignature)?;
        let fits = |at| key.verifies(&digest(signed, at), signature);
        if fits(self.timestamp) {
            return Ok(key);
        }
        let metadata = self.metadata.get("last_modified").and_then(Value::as_i64);
        let others = [Some(self.newest), metadata];
        Err(match others.into_iter().flatten().find(|at| fits(*at)) {
            Some(signed) => Mismatch::Timestamp { signed, listed: self.timestamp },
            None => Mismatch::Content,
        })
    }

    /// The hash of the payload up to its timestamp.
    fn hash(&self) -> ContentHash {
        let mut hash = ContentHash::new();
        // A hash takes every byte.
        let _: Result<_> = payload::write_records(&mut hash, self.records.values().map(Ok));
        hash
    }
}

fn digest(signed: &ContentHash, last_modified: Timestamp) -> Digest384 {
    let mut hash = signed.clone();
    let _: Result<_> = payload::write_end(&mut hash, last_modified);
    hash.finish()
}

/// As Python sees it, in which Kinto leaves out deleted records.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Nothing was signed.
    #[error("the collection has no signature")]
    NoSignature,
    /// A signature of another kind.
    #[error("the mode of the signature is {0}, not \"{MODE}\"")]
    Mode(String),
    /// A signature without a key, and none was given.
    #[error("the signature names no public key: give one with --public-key")]
    NoKey,
    /// Something else than a key.
    #[error("the public key of the signature is no P-384 key")]
    BrokenKey,
    /// Signed, but by somebody else.
    #[error("the signature is of another key than the given one: {0}")]
    OtherKey(String),
    /// The records are those that were signed, their timestamp is not.
    #[error("the signature is for the timestamp {signed}, but that of the records is {listed}")]
    Timestamp {
        /// What was signed.
        signed: Timestamp,
        /// What the list of records says.
        listed: Timestamp,
    },
    /// The records, or the signature, are not those of the signer.
    #[error("the signature does not match the records")]
    Content,
}
