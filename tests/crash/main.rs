//! The program itself: killed, paused, flooded, stopped, started with wrong settings, behind TLS.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

#[path = "../api/cluster.rs"]
mod cluster;
mod flood;
mod kill;
mod node;
mod pause;
mod people;
mod replay;
#[path = "../api/sql.rs"]
mod sql;
mod stop;
mod tls;
