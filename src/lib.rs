//! Notary: accounts without shared secrets.
//!
//! | module | what |
//! |---|---|
//! | [`cli`] | the commands, one file each |
//! | [`app`] | wires both listeners and the workers around one core; starts and stops them |
//! | [`core`] | what everything shares: settings, clock, randomness, database, keys, limits |
//! | [`config`] | the environment, checked |
//! | [`http`] | two route tables, one file per endpoint, the guards, the problems |
//! | [`flow`] | what the service does, one verb a file |
//! | [`domain`] | the protocol's own words, pure |
//! | [`store`] | PostgreSQL: one door, one file per table |
//! | [`mail`] | letters, and the two ways they travel |
//! | [`limits`] | how often one caller may call, in memory |
//! | `worker` | sends mail, follows blocks, keeps house |
//! | [`journal`] | a file that names every key that has ended, so that a restored backup revives none |
//! | [`error`] | what can go wrong inside; [`http::problem`] says what the world may know of it |
//! | [`clock`], [`random`] | the only places that look at the time or make random bytes |
//! | [`metrics`], `logging` | what operators see |
//! | [`demo`] | the whole service without configuration |
//!
//! Calls go downwards: `http` → `flow` → `store` and `domain`; `domain` imports nobody.
//!
//! The way of one request, `POST /confirm`: [`http::public`]'s table names the guard; the guard
//! looks at the blocklist, counts the call and checks its origin; the body becomes an
//! [`Unverified`](domain::jwt::Unverified) JWT, which gives away little more than its token;
//! [`flow::confirm`] finds the pending signup by the token's hash in [`store::signups`], checks the
//! signature with its key and the claims against `now`, takes the address's lock
//! ([`store::locks`]), looks again, lets [`Pending::confirm`](domain::signup::Pending::confirm)
//! decide, and writes key, mail and event in one transaction. Out goes 200, or an
//! [`Error`](error::Error) that becomes a [`Problem`](http::problem::Problem).
//!
//! `docs/architecture.md` has the picture, the tables and the promises.

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
pub mod journal;
pub mod limits;
mod logging;
pub mod mail;
pub mod metrics;
pub mod random;
pub mod store;
mod worker;
