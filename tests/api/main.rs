//! The service through its own ports: real HTTP, a real PostgreSQL, a real SMTP server.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

mod cluster;
mod harness;
mod journey;
