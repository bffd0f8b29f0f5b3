//! Promises that are written down: commands, settings, problems and links in the documents, and
//! the crate's layers.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

mod commands;
mod documents;
mod layers;
mod links;
mod problems;
