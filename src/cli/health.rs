//! `notary health`: what a container's health check runs, where there is no curl.

use super::{ask::ask, exit::Failure, print::print};
use crate::config::Config;

/// Asks the service on this machine whether it is ready.
pub fn health() -> Result<(), Failure> {
    let listener = Config::from_env()?.admin_interface;
    if listener.port() == 0 {
        let text = "NOTARY_ADMIN_INTERFACE has port 0: nobody can know where to ask";
        return Err(Failure::Config(text.to_owned()));
    }
    match super::runtime()?.block_on(ask(listener, "/readyz")) {
        Some((200, _)) => print("ready\n"),
        Some((503, readiness)) => Err(Failure::Unavailable(format!("not ready: {readiness}"))),
        Some(_) => Err(Failure::Unavailable(format!("what answers at {listener} is no notary"))),
        None => Err(Failure::Unavailable(format!("nothing answers at {listener}"))),
    }
}
