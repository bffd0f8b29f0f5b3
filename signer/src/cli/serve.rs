//! `notary-signer serve --ini F`

use super::exit::Failure;
use crate::{app::Application, clock::Clock, config::Config, logging};
use std::{io, path::Path, sync::Arc};
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

/// Runs the service until SIGTERM or SIGINT; SIGHUP has the signing keys read again.
///
/// # Errors
/// [`Failure`]: the settings, the database, the port.
pub fn serve(ini: &Path, env: impl Iterator<Item = (String, String)>) -> Result<(), Failure> {
    let config = Config::load(ini, env)?;
    logging::start(&config.log);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let stop = stop_requested()?;
        let app = Application::build(config, Clock::System).await?;
        reload_keys(&app)?;
        tracing::info!(address = %app.address(), "ready");
        app.run_until(stop).await?;
        Ok(())
    });
    // A database that hangs must not hold up the end of the process.
    runtime.shutdown_background();
    ended
}

/// From now on these signals are ours; the future is done when one of them comes.
pub(super) fn stop_requested() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

fn reload_keys(app: &Application) -> io::Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    let service = Arc::clone(app.service());
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            let service = service.clone();
            // Files are read.
            drop(tokio::task::spawn_blocking(move || service.signers.reload()).await);
        }
    });
    Ok(())
}
