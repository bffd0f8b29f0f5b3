//! Signatures over the content of collections, by a local key or by Autograph.
//!
//! A payload is streamed into a [`Signing`], so that no collection is ever built up in memory.
//! Everything here blocks: it is called from the thread that holds the database transaction.

pub mod autograph;
pub mod fetch;
pub mod hawk;
pub mod key_files;
pub mod keypair;
pub mod local_ecdsa;
pub mod payload;
mod signers;
pub mod verify;

pub use autograph::Means;
pub use signers::{Signers, StartErrors};

use crate::error::Result;
use key_files::KeyError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{fmt::Debug, io};

/// The one mode of signatures: ECDSA, P-384, SHA-384.
pub const MODE: &str = "p384ecdsa";

/// Makes signatures.
pub trait Signer: Debug + Send + Sync {
    /// Begins the signatures of one payload.
    ///
    /// # Errors
    /// [`Error::Signing`](crate::error::Error::Signing) if this signer only verifies.
    fn begin(&self) -> Result<Box<dyn Signing + '_>>;

    /// Whether signing the payload of these signatures again would give the same ones.
    fn repeats(&self, signatures: &Value) -> bool {
        let _ = signatures;
        false
    }

    /// Reads the keys again, where there are any to read.
    ///
    /// # Errors
    /// What is wrong with the new ones; the old ones stay in use.
    fn reload(&self) -> std::result::Result<(), KeyError> {
        Ok(())
    }
}

/// Takes the bytes of one payload, without the prefix `Content-Signature:\0`.
pub trait Signing: io::Write {
    /// Signs all that was written; gives one signature per key, at least one.
    ///
    /// # Errors
    /// [`Error::Signing`](crate::error::Error::Signing).
    fn finish(self: Box<Self>) -> Result<Vec<Bundle>>;
}

/// A signature as it is stored in a collection: `signature` (base64url of r‖s), `x5u` (the URL of
/// the certificates, empty for a local key), `mode`, `public_key` (base64 DER), and whatever more
/// Autograph says. `signatures` of a collection holds all, `signature` the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bundle(pub Map<String, Value>);

impl From<Bundle> for Value {
    fn from(bundle: Bundle) -> Self {
        Self::Object(bundle.0)
    }
}
