//! The protocol's own words, pure: no clock, no database, no HTTP.

pub mod address;
pub mod jwt;
pub mod key;
pub mod oprf;
pub mod salt;
pub mod secret;
pub mod signup;
pub mod strict_json;
pub mod token;
