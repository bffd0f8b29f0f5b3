//! Passwords: typed unseen on a terminal, or the first line of standard input.

use super::exit::Failure;
use notary_sdk::Password;
use std::io::{IsTerminal, stdin};
use zeroize::Zeroizing;

/// A password that is known already.
pub fn present() -> Result<Password, Failure> {
    if stdin().is_terminal() { typed("Password: ") } else { first_line() }
}

/// A password that is being chosen: typed twice on a terminal.
pub fn new() -> Result<Password, Failure> {
    if !stdin().is_terminal() {
        return first_line();
    }
    let (first, second) = (typed("New password: ")?, typed("Once more: ")?);
    if first.as_bytes() != second.as_bytes() {
        return Err(Failure::Other("the two passwords differ".to_owned()));
    }
    Ok(first)
}

fn typed(prompt: &str) -> Result<Password, Failure> {
    parse(&Zeroizing::new(rpassword::prompt_password(prompt)?))
}

fn first_line() -> Result<Password, Failure> {
    let mut line = Zeroizing::new(String::new());
    stdin().read_line(&mut line)?;
    parse(line.strip_suffix('\n').map_or(line.as_str(), |line| line.trim_end_matches('\r')))
}

fn parse(text: &str) -> Result<Password, Failure> {
    Password::new(text).map_err(|error| Failure::Other(error.to_string()))
}
