//! The `notary` command.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    notary::cli::Cli::parse().run()
}
