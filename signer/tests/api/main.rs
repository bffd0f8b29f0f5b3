//! Tests over real HTTP: a real Notary, a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that fails to prepare has failed"
)]

#[path = "../harness/mod.rs"]
mod harness;

mod auto_create;
mod deletion;
mod events;
mod filters;
mod floats;
mod four_eyes;
mod groups;
mod hostile;
mod http_batch;
mod http_bodies;
mod http_callers;
mod http_headers;
mod http_lifecycle;
mod http_pages;
mod http_paths;
mod incremental;
mod large;
mod patch;
mod preconditions;
mod preview;
mod rollback;
mod schemas;
mod smoke;
mod stage;
mod tracking;
mod webhook;
mod workflow;
