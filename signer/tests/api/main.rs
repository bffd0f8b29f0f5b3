//! Tests over real HTTP: a real Notary, a real PostgreSQL.

#[path = "../harness/mod.rs"]
mod harness;

mod smoke;
