//! Notary: accounts without shared secrets.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod core;
pub mod demo;
pub mod domain;
pub mod error;
pub mod flow;
pub mod http;
pub mod limits;
mod logging;
pub mod mail;
pub mod metrics;
pub mod random;
pub mod store;
mod worker;
