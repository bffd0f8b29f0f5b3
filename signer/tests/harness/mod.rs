//! What tests of the service stand on: one real Notary with its PostgreSQL for the whole process,
//! and for every test a service of its own on a fresh database.

#![allow(dead_code, unused_imports, reason = "every test target uses its part")]

pub mod database;
pub mod notary;
pub mod people;
pub mod service;

pub use people::Person;
pub use service::{Service, Settings};

/// How long anything may take before a test fails.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
