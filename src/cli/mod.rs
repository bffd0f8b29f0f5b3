//! The commands, one file each.

mod account;
mod ask;
mod blocks;
mod completions;
mod config;
mod demo;
mod doctor;
mod exit;
mod health;
mod migrate;
mod open;
mod password;
mod print;
mod replay;
mod serve;
mod stop;
mod table;
mod user;

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use exit::Failure;
use serde::Serialize;
use std::{io, process::ExitCode};
use tokio::runtime::{Builder, Runtime};

const EXIT_STATUS: &str = "Exit status: 0, 2 wrong usage, 78 wrong settings, \
                           69 something that is needed is down, 1 anything else.";

/// Accounts without shared secrets.
#[derive(Debug, Parser)]
#[command(name = "notary", version, about, after_help = EXIT_STATUS)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve,
    /// Bring the database's schema to this version, as every start of the service does
    Migrate,
    /// Look at the settings
    #[command(subcommand)]
    Config(config::Command),
    /// End the keys again that a database restored from a backup has revived
    Replay,
    /// Check the settings and everything that the service depends on
    Doctor,
    /// Ask the service on this machine whether it is ready, for a container's health check
    Health,
    /// Look at accounts, and disable them
    #[command(subcommand)]
    Account(account::Command),
    /// Look at blocks, and lift them
    #[command(subcommand)]
    Blocks(blocks::Command),
    /// Be a user of a service
    #[command(subcommand)]
    User(user::Command),
    /// Run the service with all it needs, without any configuration
    Demo(demo::Options),
    /// Print a script that lets a shell complete these commands
    Completions {
        /// Whose script
        shell: Shell,
    },
}

impl Cli {
    /// Runs the command and gives the process's exit status: 0, 2 usage, 78 configuration, 69 a
    /// dependency is down, 1 anything else.
    pub fn run(self) -> ExitCode {
        exit::status(match self.command {
            Command::Serve => serve::serve(),
            Command::Migrate => migrate::migrate(),
            Command::Config(command) => config::config(command),
            Command::Replay => replay::replay(),
            Command::Doctor => doctor::doctor(),
            Command::Health => health::health(),
            Command::Account(command) => account::account(command),
            Command::Blocks(command) => blocks::blocks(command),
            Command::User(command) => user::user(command),
            Command::Demo(options) => demo::demo(options),
            Command::Completions { shell } => completions::completions(shell),
        })
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Prints a value as JSON, for machines.
fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    print::print(&format!("{text}\n"))
}
