//! The HTTP side: what comes in becomes calls, what goes out are answers.

pub mod batch;
#[cfg(test)]
mod batch_tests;
pub mod body;
pub mod caller;
pub mod cors;
mod heartbeat;
pub mod openapi;
mod pages;
mod parts;
pub mod problem;
#[cfg(test)]
mod problem_tests;
pub mod request;
pub mod routes;
pub mod server;
pub mod site;
