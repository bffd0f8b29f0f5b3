//! `notary-signer verify`: whether a published collection is what was signed.

use crate::{
    clock::Clock,
    signing::{
        fetch::{CollectionUrl, FetchError},
        key_files::{KeyError, read_public},
        verify::Mismatch,
    },
};
use clap::Args;
use std::{fmt, path::PathBuf};

/// What to verify.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The URL of the collection: http://…/v1/buckets/…/collections/…
    pub url: CollectionUrl,
    /// PEM file of the public key that must have signed; otherwise the key that the collection
    /// names is believed
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
}

/// Fetches a collection, rebuilds what was signed and checks every signature; gives what to tell
/// the user.
///
/// # Errors
/// As [`Failure`] says.
pub async fn verify_collection(options: &Options, clock: &Clock) -> Result<String, Failure> {
    let given = options.public_key.as_deref().map(read_public).transpose()?;
    let snapshot = options.url.fetch(clock).await?;
    let keys = snapshot.verify(given.as_ref())?;
    let mut words = format!("OK: {} records, timestamp {}", snapshot.count(), snapshot.timestamp());
    for key in keys {
        words.push_str(&format!("\n    signed by {}", key.to_base64()));
    }
    if given.is_none() {
        words.push_str("\n    on the server's word: --public-key tells whose signature you expect");
    }
    Ok(words)
}

/// Why a collection is not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is not what was signed.
    Differs(Vec<Mismatch>),
    /// The given key is none.
    Key(KeyError),
    /// There is nothing to verify.
    Unreachable(FetchError),
}

impl Failure {
    /// The status that the command ends with: 1, 2 (usage), or 69 (EX_UNAVAILABLE).
    pub fn status(&self) -> u8 {
        match self {
            Self::Differs(_) => 1,
            Self::Key(_) => 2,
            Self::Unreachable(_) => 69,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(mismatches) => {
                f.write_str("NOT VERIFIED")?;
                mismatches.iter().try_for_each(|mismatch| write!(f, "\n    {mismatch}"))
            }
            Self::Key(error) => error.fmt(f),
            Self::Unreachable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Vec<Mismatch>> for Failure {
    fn from(mismatches: Vec<Mismatch>) -> Self {
        Self::Differs(mismatches)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Unreachable(error)
    }
}
