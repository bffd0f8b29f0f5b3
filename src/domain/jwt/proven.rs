//! Signatures that have been verified before.

use super::{JwtFault, Signed, Unverified};
use crate::domain::key::PublicKey;
use aws_lc_rs::digest::{Context, SHA256};
use quick_cache::sync::Cache;

/// Bytes that one remembered signature takes at most: its digest and the cache's bookkeeping, whose
/// tables grow by doubling.
pub(super) const BYTES_EACH: usize = 160;

/// What keys have signed, as far as remembered. That a key verifies a signature never changes, so
/// nothing here grows stale; whether the key still counts is another question, asked each time.
///
/// Bounded; what comes once does not drive out what comes again (S3-FIFO). Forged tokens leave
/// nothing behind.
pub struct Proven {
    /// SHA-256 of the key's thumbprint and of the signed message and the signature.
    pub(super) signatures: Cache<[u8; 32], ()>,
}

/// What is known of a JWT.
pub enum Recalled<'a> {
    /// Its signature is its key's.
    Signed(Signed),
    /// Nothing: [`Proven::verify`] it.
    New(Unverified<'a>),
}

impl Proven {
    /// Remembers as much as fits into this many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { signatures: Cache::new(bytes / BYTES_EACH) }
    }

    /// Looks whether this very JWT has been verified with this key before.
    pub fn recall<'a>(&self, jwt: Unverified<'a>, key: &PublicKey) -> Recalled<'a> {
        match self.signatures.get(&digest(&jwt, key)) {
            Some(()) => Recalled::Signed(jwt.into_signed()),
            None => Recalled::New(jwt),
        }
    }

    /// Checks a signature, and remembers it if it is the key's.
    pub fn verify(&self, jwt: Unverified<'_>, key: &PublicKey) -> Result<Signed, JwtFault> {
        let digest = digest(&jwt, key);
        let signed = jwt.verify(key)?;
        self.signatures.insert(digest, ());
        Ok(signed)
    }
}

/// Thumbprint and signature have fixed lengths, so no two triples make the same bytes.
fn digest(jwt: &Unverified<'_>, key: &PublicKey) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(key.thumbprint().as_bytes());
    context.update(&jwt.signature);
    context.update(jwt.message.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
