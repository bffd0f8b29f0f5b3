//! `notary serve`.

use super::exit::Failure;
use crate::{app::Application, clock::Clock, config::Config, logging};
use tokio::signal::unix::{SignalKind, signal};

/// Runs the service until SIGTERM or SIGINT.
pub fn serve() -> Result<(), Failure> {
    let config = Config::from_env()?;
    logging::start(&config.log);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let app = Application::build(config, Clock::system()).await?;
        tracing::info!(public = %app.public_address(), admin = %app.admin_address(), "ready");
        app.run_until(async {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        })
        .await?;
        Ok(())
    })
}
