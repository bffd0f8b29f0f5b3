//! `notary serve`.

use super::{exit::Failure, stop};
use crate::{app::Application, clock::Clock, config::Config, logging};

/// Runs the service until SIGTERM or SIGINT.
pub fn serve() -> Result<(), Failure> {
    let config = Config::from_env()?;
    logging::start(&config.log);
    let runtime = super::runtime()?;
    let ended = runtime.block_on(async {
        let stop = stop::requested()?;
        let app = Application::build(config, Clock::system()).await?;
        tracing::info!(public = %app.public_address(), admin = %app.admin_address(), "ready");
        app.run_until(stop).await?;
        Ok(())
    });
    // A database that hangs must not hold up the end of the process.
    runtime.shutdown_background();
    ended
}
