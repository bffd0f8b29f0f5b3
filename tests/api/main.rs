//! The service through its own ports: real HTTP, a real PostgreSQL, a real SMTP server.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

mod accounts;
mod admin_signature;
mod answer;
mod blocks;
mod call;
mod cluster;
mod database_away;
mod events;
mod forward_auth;
mod harness;
mod introspect;
mod journey;
mod jwk;
mod kdf;
mod limits;
mod nodes;
mod openapi;
mod oracle;
mod outbox;
mod replay;
mod routes;
mod salt;
mod schema;
mod secret;
mod secret_key;
mod signup;
mod sql;
mod sweep;
mod tables;
mod verify;
mod webhook;
