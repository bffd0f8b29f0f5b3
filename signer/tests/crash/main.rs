//! Nothing is ever half published: whatever dies, whoever else publishes, whoever reads meanwhile.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that fails to prepare has failed"
)]

mod autograph;
#[path = "../harness/mod.rs"]
mod harness;
mod killed;
mod node;
mod reader;
#[path = "../api/stage.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it")]
mod stage;
