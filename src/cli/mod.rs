//! The commands, one file each.

mod exit;
mod serve;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Accounts without shared secrets.
#[derive(Debug, Parser)]
#[command(name = "notary", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve,
}

impl Cli {
    /// Runs the command and gives the process's exit status: 0, 2 usage, 78 configuration, 69 a
    /// dependency is down, 1 anything else.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve => exit::status(serve::serve()),
        }
    }
}
