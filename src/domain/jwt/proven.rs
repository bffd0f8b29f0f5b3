//! JWTs that have been verified before.

use super::{Claim, JwtFault, Signed, Unverified};
use crate::domain::{
    key::{PublicKey, Thumbprint},
    salt::Kid,
};
use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::{Weighter, sync::Cache};
use std::{mem::size_of, sync::Arc};

/// What keys have signed, as far as remembered. That a key verifies a JWT never changes, so nothing
/// here grows stale; whether the key still counts is another question, and so is whether the claims
/// fit.
///
/// Bounded; what comes once does not drive out what comes again (S3-FIFO). Forged JWTs leave
/// nothing behind.
pub struct Proven {
    /// By the SHA-256 of a JWT's text.
    pub(super) jwts: Cache<[u8; 32], Arc<Proof>, Bytes>,
}

/// A JWT and the key that verifies it.
pub struct Proof {
    kid: Kid,
    signer: Thumbprint,
    signed: Arc<Signed>,
}

/// A JWT, and what is known of it.
pub struct Recalled<'a> {
    digest: [u8; 32],
    jwt: Jwt<'a>,
}

enum Jwt<'a> {
    /// This very text has been verified, with the key of the proof.
    Known(&'a str, Arc<Proof>),
    /// Nothing is known.
    New(Unverified<'a>),
}

impl Proven {
    /// Remembers as much as fits into this many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { jwts: Cache::with_weighter(bytes / TYPICAL, bytes as u64, Bytes) }
    }

    /// Looks a JWT up, or parses it.
    pub fn recall<'a>(&self, text: &'a str) -> Result<Recalled<'a>, JwtFault> {
        let digest = sha256(text);
        let jwt = match self.jwts.get(&digest) {
            Some(proof) => Jwt::Known(text, proof),
            None => Jwt::New(Unverified::parse(text)?),
        };
        Ok(Recalled { digest, jwt })
    }

    /// Checks a signature, whatever is known of it, and remembers the JWT if it is the key's.
    pub fn verify(&self, jwt: Recalled<'_>, key: &PublicKey) -> Result<Arc<Signed>, JwtFault> {
        let Recalled { digest, jwt } = jwt;
        let jwt = match jwt {
            Jwt::Known(text, _) => Unverified::parse(text)?,
            Jwt::New(jwt) => jwt,
        };
        let kid = jwt.kid;
        let signed = Arc::new(jwt.verify(key)?);
        let proof = Proof { kid, signer: key.thumbprint(), signed: signed.clone() };
        self.jwts.insert(digest, Arc::new(proof));
        Ok(signed)
    }
}

impl Recalled<'_> {
    /// The key id of the header.
    pub fn kid(&self) -> &Kid {
        match &self.jwt {
            Jwt::Known(_, proof) => &proof.kid,
            Jwt::New(jwt) => jwt.kid(),
        }
    }

    /// The JWT, where it is known that this key has signed it.
    pub fn signed_by(&self, key: &PublicKey) -> Option<Arc<Signed>> {
        match &self.jwt {
            Jwt::Known(_, proof) if proof.signer == key.thumbprint() => Some(proof.signed.clone()),
            Jwt::Known(..) | Jwt::New(_) => None,
        }
    }
}

fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    bytes
}

/// Bytes of a JWT with five claims.
const TYPICAL: usize = 900;
/// Bytes of an entry beside its texts, with the cache's bookkeeping, whose tables grow by doubling.
const ENTRY: usize = 160 + size_of::<Proof>() + size_of::<Signed>();
/// What the allocator adds to each piece.
const PIECE: usize = 16;

/// Weighs an entry by the bytes that it takes at most: the claims are their signer's choice.
#[derive(Clone)]
pub(super) struct Bytes;

impl Weighter<[u8; 32], Arc<Proof>> for Bytes {
    fn weight(&self, _: &[u8; 32], proof: &Arc<Proof>) -> u64 {
        let Signed { payload, claims } = &*proof.signed;
        let text = |claim: &Claim| match claim {
            Claim::Text(text) => text.capacity() + PIECE,
            Claim::Absent | Claim::Number(_) | Claim::Other => 0,
        };
        let texts = claims.iter().map(text).sum::<usize>();
        (ENTRY + PIECE + payload.capacity() + texts) as u64
    }
}
