//! Kinto's and the signer's own words: pure, no HTTP, no SQL, no clock.

pub mod object;
pub mod uri;
