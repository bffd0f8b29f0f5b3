//! `notary completions`.

use super::{Cli, exit::Failure, print::print};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// Prints the script that a shell wants.
pub fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "notary", &mut script);
    print(&String::from_utf8_lossy(&script))
}
