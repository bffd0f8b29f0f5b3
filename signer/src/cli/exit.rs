//! How commands end (sysexits.h for what other programs test).

use super::verify;
use crate::{
    app::StartError, config::ConfigErrors, demo::DemoError, error::Error,
    signing::key_files::KeyError, store::migrations::SchemaError,
};
use std::process::ExitCode;

const DATABASE_AWAY: &str = "the database does not answer: see kinto.storage_url";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings are wrong: 78, EX_CONFIG.
    #[error("{0}")]
    Config(String),
    /// The database is down: 69, EX_UNAVAILABLE.
    #[error("{0}")]
    Unavailable(String),
    /// A collection was not verified.
    #[error("{0}")]
    Verify(#[from] verify::Failure),
    /// Anything else: 1.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// The status that the command ends with.
    pub fn status(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Config(_) => 78,
            Self::Unavailable(_) => 69,
            Self::Verify(failure) => failure.status(),
            Self::Other(_) => 1,
        })
    }
}

impl From<ConfigErrors> for Failure {
    fn from(mistakes: ConfigErrors) -> Self {
        Self::Config(format!("the settings are not usable:\n{mistakes}"))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let text = error.to_string();
        match error {
            StartError::Signers(_) | StartError::Notary(_) => Self::Config(text),
            StartError::Schema(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Bind(..) | StartError::Died(_) => Self::Other(text),
        }
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Settings(mistakes) => mistakes.into(),
            DemoError::Start(error) => error.into(),
            DemoError::NoNotary(_) | DemoError::DatabaseAway => {
                Self::Unavailable(error.to_string())
            }
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Away => Self::Unavailable(DATABASE_AWAY.to_owned()),
            SchemaError::TooNew | SchemaError::Failed(_) => Self::Other(error.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseAway | Error::Busy => Self::Unavailable(DATABASE_AWAY.to_owned()),
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}
