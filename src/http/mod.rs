//! The two listeners: a route table each, one file an endpoint, and the one place where errors
//! meet the wire.

pub mod admin;
pub mod body;
pub mod caller;
pub mod guard;
pub mod headers;
pub mod origin;
pub mod problem;
pub mod public;
pub mod route;
pub mod trace;

pub mod accounts;
pub mod blocks;
mod confirm;
mod events;
mod forward_auth;
mod health;
mod introspect;
mod metrics;
mod openapi;
mod pages;
mod salt;
mod signature;
mod signup;
mod to_the_end;
mod verify;
mod well_known;
