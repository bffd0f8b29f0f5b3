//! Logs: text on a terminal, JSON elsewhere.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `directives` are those of `EnvFilter`, checked before.
pub fn start(directives: &str) {
    let logs =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(directives)).with_writer(stderr);
    if stderr().is_terminal() {
        logs.init();
    } else {
        logs.json().flatten_event(true).init();
    }
}
