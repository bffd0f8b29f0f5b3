//! `notary-signer generate-keypair`: a fresh key for the local signer.

use crate::{
    random::Random,
    signing::key_files::{self, KeyError},
};
use clap::Args;
use std::path::PathBuf;

/// Where the keys go.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The file of the private key; must not exist
    pub private: PathBuf,
    /// The file of the public key; must not exist
    pub public: PathBuf,
}

/// Writes both halves of a fresh P-384 key as PEM, and gives what to tell the user.
///
/// # Errors
/// A file exists or cannot be written; nothing is overwritten.
pub fn generate_keypair(options: &Options, random: Random) -> Result<String, KeyError> {
    let key = key_files::create(&options.private, &options.public, random)?;
    let (private, public) = (options.private.display(), options.public.display());
    Ok(format!("wrote {private} (keep it secret) and {public}: {}", key.to_base64()))
}
