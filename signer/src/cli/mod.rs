//! The commands, one file each.

pub mod config;
pub mod demo;
mod exit;
pub mod generate_keypair;
mod migrate;
mod serve;
pub mod verify;

use crate::{clock::Clock, config::environment, random::Random};
use clap::{Args, Parser, Subcommand};
use exit::Failure;
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

const EXIT_STATUS: &str = "Exit status: 0, 2 wrong usage, 78 wrong settings, \
                           69 something that is needed is down, 1 anything else.";

/// Publishes reviewed and signed collections of records; Kinto-compatible.
#[derive(Debug, Parser)]
#[command(name = "notary-signer", version, about, after_help = EXIT_STATUS)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service
    Serve(Settings),
    /// Bring the database's schema to this version, as every start of the service does
    Migrate(Settings),
    /// Look at the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make a key for the local signer
    GenerateKeypair(generate_keypair::Options),
    /// Fetch a published collection, and check that it is what was signed
    Verify(verify::Options),
    /// Run next to `notary demo`, without any configuration: a collection is edited, reviewed and
    /// signed, and a changed byte is noticed
    Demo(demo::Options),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print what is in force, or everything that is wrong
    Check(Settings),
}

/// Where the settings are.
#[derive(Clone, Debug, Args)]
struct Settings {
    /// The file of settings, as Kinto has it; variables such as KINTO_SIGNER_RESOURCES win over it
    #[arg(long, env = "KINTO_INI", value_name = "FILE")]
    ini: PathBuf,
}

impl Cli {
    /// Runs the command and gives the process's exit status.
    pub fn run(self) -> ExitCode {
        self.command.run().unwrap_or_else(|failure| {
            eprintln!("notary-signer: {failure}");
            failure.status()
        })
    }
}

impl Command {
    fn run(self) -> Result<ExitCode, Failure> {
        let words = match self {
            Self::Serve(Settings { ini }) => {
                serve::serve(&ini, environment())?;
                return Ok(ExitCode::SUCCESS);
            }
            Self::Demo(options) => {
                demo::demo(options)?;
                return Ok(ExitCode::SUCCESS);
            }
            Self::Config(ConfigCommand::Check(Settings { ini })) => {
                let (mut out, mut err) = (io::stdout(), io::stderr());
                return Ok(config::check(&ini, environment(), &mut out, &mut err)?.into());
            }
            Self::Migrate(Settings { ini }) => migrate::migrate(&ini, environment())?,
            Self::GenerateKeypair(options) => generate_keypair::generate_keypair(&options, Random)?,
            Self::Verify(options) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(verify::verify_collection(&options, &Clock::System))?
            }
        };
        writeln!(io::stdout(), "{words}")?;
        Ok(ExitCode::SUCCESS)
    }
}
