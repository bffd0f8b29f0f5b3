//! `notary config`.

use super::{exit::Failure, print::print};
use crate::{config::Config, core::StartError, journal::Journal};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say everything that is wrong with the settings
    Check,
    /// Print every setting with its value, defaults included, without the secrets
    Dump,
}

pub fn config(command: Command) -> Result<(), Failure> {
    let config = Config::from_env()?;
    match command {
        Command::Check => {
            if let Some(path) = &config.journal {
                Journal::look(path).map_err(StartError::Journal)?;
            }
            print("The settings are usable.\n")
        }
        Command::Dump => print(&config.dump()),
    }
}
