//! The program itself: killed, stopped, started with wrong settings, behind TLS.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

#[path = "../api/cluster.rs"]
mod cluster;
mod kill;
mod node;
mod people;
mod replay;
#[path = "../api/sql.rs"]
mod sql;
mod stop;
mod tls;
