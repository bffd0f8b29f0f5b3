//! The commands, one file each.

mod demo;
mod exit;
mod print;
mod serve;
mod stop;

use clap::{Parser, Subcommand};
use std::{io, process::ExitCode};
use tokio::runtime::{Builder, Runtime};

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
    /// Run the service with all it needs, without any configuration
    Demo(demo::Options),
}

impl Cli {
    /// Runs the command and gives the process's exit status: 0, 2 usage, 78 configuration, 69 a
    /// dependency is down, 1 anything else.
    pub fn run(self) -> ExitCode {
        exit::status(match self.command {
            Command::Serve => serve::serve(),
            Command::Demo(options) => demo::demo(options),
        })
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
