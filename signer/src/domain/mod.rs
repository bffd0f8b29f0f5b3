//! Kinto's and the signer's own words: pure, no HTTP, no SQL, no clock.

pub mod floats;
pub mod object;
pub mod tracking;
pub mod uri;
pub mod workflow;
