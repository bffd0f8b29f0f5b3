//! The `notary-signer` command.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    notary_signer::cli::Cli::parse().run()
}
