//! `notary-signer demo`: the whole service next to `notary demo`, without any configuration.
//!
//! [`notary`] finds the identity demo; [`home`] is what lasts of ours: a folder with settings, keys
//! and two people, and a database in the identity demo's PostgreSQL. [`people`] signs the two up;
//! [`story`] has them edit, review and sign a collection, over HTTP like anybody; [`meddler`] serves
//! what was signed with one byte changed.

pub mod home;
pub mod meddler;
pub mod notary;
pub mod people;
pub mod story;

use crate::{app::StartError, config::ConfigErrors};
use std::{io, path::PathBuf};

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No identity demo runs there.
    #[error(
        "no notary demo runs in {0}: start one in another terminal, or name its folder with \
         --notary-dir"
    )]
    NoNotary(String),
    /// Our folder cannot be used.
    #[error("{} cannot be used: {}", .0.display(), .1.kind())]
    Folder(PathBuf, io::Error),
    /// A file of ours is damaged.
    #[error("{} is damaged: delete it to begin afresh", .0.display())]
    Damaged(PathBuf),
    /// The identity demo's PostgreSQL gives us no database.
    #[error("the demo's database cannot be made: {0}")]
    Database(#[from] diesel::result::Error),
    /// The identity demo's PostgreSQL does not answer.
    #[error("the PostgreSQL of notary demo does not answer: is the demo still running?")]
    DatabaseAway,
    /// Somebody cannot be signed up.
    #[error("notary demo: {0}")]
    Notary(#[from] notary_sdk::Error),
    /// A mail did not come.
    #[error("no mail came to {0}: notary sends at most 3 an hour to one address")]
    NoMail(String),
    /// Our own settings are wrong, by variables in the environment.
    #[error(transparent)]
    Settings(#[from] ConfigErrors),
    /// The service does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The story took an unexpected turn.
    #[error("{0}")]
    Story(String),
    /// A call got no answer.
    #[error("a call got no answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The listener, or the terminal.
    #[error("{}", .0.kind())]
    Io(#[from] io::Error),
}

/// Where the service is, to everybody: what `notary demo` takes for its signing service, too, where
/// the port is the usual one.
pub fn public_uri(port: u16) -> String {
    format!("http://localhost:{port}/v1")
}
