//! SIGTERM and SIGINT.

use std::io;
use tokio::signal::unix::{SignalKind, signal};

/// From now on these signals are ours; the future is done when one of them comes.
pub fn requested() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
