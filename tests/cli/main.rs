//! The `notary` command as people run it: the real binary, its output and its exit status.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

#[path = "../api/cluster.rs"]
mod cluster;

mod admin;
mod binary;
mod database;
mod demo;
mod doctor;
mod serve;
mod service;
mod settings;
mod user;
