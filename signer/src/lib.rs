//! Publishes reviewed and signed collections of records, over the Kinto v1 API.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod error;
pub mod events;
pub mod flow;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod random;
pub mod signing;
pub mod store;
pub mod worker;
