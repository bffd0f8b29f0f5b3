//! How commands end (sysexits.h for what other programs test).

use crate::{config::ConfigErrors, core::StartError, error::Error, store::migrations::SchemaError};
use std::process::ExitCode;

const DATABASE_AWAY: &str = "the database does not answer: `notary doctor` tells more";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings are wrong: 78, EX_CONFIG.
    #[error("{0}")]
    Config(String),
    /// The database or the mail server is down: 69, EX_UNAVAILABLE.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else: 1.
    #[error("{0}")]
    Other(String),
}

/// Says what failed on standard error, and gives the exit status.
pub fn status(result: Result<(), Failure>) -> ExitCode {
    let Err(failure) = result else { return ExitCode::SUCCESS };
    eprintln!("notary: {failure}");
    ExitCode::from(match failure {
        Failure::Config(_) => 78,
        Failure::Unavailable(_) => 69,
        Failure::Other(_) => 1,
    })
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
            StartError::OtherKey | StartError::Mail(_) | StartError::Journal(_) => {
                Self::Config(text)
            }
            StartError::Schema(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Bind(..) | StartError::Revived(_) => Self::Other(text),
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
            Error::DatabaseAway | Error::TooSlow | Error::Busy => {
                Self::Unavailable(DATABASE_AWAY.to_owned())
            }
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}
