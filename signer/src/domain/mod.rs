//! Kinto's and the signer's own words: pure, no HTTP, no SQL, no clock.

pub mod body;
pub mod canonical;
pub mod extent;
pub mod floats;
pub mod object;
pub mod patch;
pub mod permission;
pub mod precondition;
pub mod query;
pub mod schema_check;
pub mod tracking;
pub mod uri;
pub mod workflow;
