//! Wires the listener and the workers around one service; starts and stops them.

use crate::{
    clock::Clock,
    config::Config,
    error::Error,
    events::Subscriber,
    flow::{auto_create::auto_create, service::Service},
    http::{server::server, site::Site},
    metrics::Metrics,
    random::Random,
    signing::{Means, Signers, StartErrors},
    store::{
        db::Db,
        migrations::{self, SchemaError},
    },
    worker,
};
use actix_web::dev::Server;
use notary_sdk::SetupError;
use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpSocket,
    runtime::Handle,
    sync::oneshot,
    task::{JoinError, spawn_blocking},
    time::timeout,
};

/// Webhooks that are being sent may take so long when the service stops.
const WEBHOOK_GRACE: Duration = Duration::from_secs(12);

/// The service, bound to its port and ready to run.
pub struct Application {
    service: Arc<Service>,
    server: Server,
    address: SocketAddr,
}

impl Application {
    /// Binds (port 0 takes a free one), reads the keys, migrates the database, and makes the sources
    /// if it is told to.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::with_subscribers(config, clock, Vec::new()).await
    }

    /// The same, with somebody in the process who hears of reviews.
    ///
    /// # Errors
    /// As [`Application::build`].
    pub async fn with_subscribers(
        config: Config,
        clock: Clock,
        subscribers: Vec<Arc<dyn Subscriber>>,
    ) -> Result<Self, StartError> {
        let listener = bind(&config.listen)?;
        let address = listener.local_addr().map_err(|error| cannot_bind(&config.listen, &error))?;
        let signers = signers(&config, &clock).await?;
        migrate(&config).await?;
        let service = Arc::new(Service {
            db: Db::new(config.database.expose(), config.pool_size),
            config,
            clock,
            random: Random,
            signers,
            subscribers,
            webhooks: tokio::sync::Notify::new(),
            metrics: Metrics::default(),
        });
        auto_create(&service).await?;
        let site = Arc::new(Site::new(service.clone())?);
        let server =
            server(site, listener).map_err(|error| cannot_bind(&service.config.listen, &error))?;
        Ok(Self { service, server, address })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its requests share.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Runs until `stop` is done, then lets requests and webhooks under way finish.
    ///
    /// # Errors
    /// The listener's.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { service, server, .. } = self;
        let handle = server.handle();
        let (stop_webhooks, webhooks_stop) = oneshot::channel::<()>();
        let webhooks = tokio::spawn(worker::send_webhooks(service, webhooks_stop));
        let stopping = async move {
            stop.await;
            tracing::info!("stopping: requests under way finish");
            drop(stop_webhooks);
            // A webhook that takes longer goes out once more, from another node or at the next
            // start.
            let webhooks = timeout(WEBHOOK_GRACE, webhooks);
            tokio::join!(handle.stop(true), async { drop(webhooks.await) });
        };
        let (result, ()) = tokio::join!(server, stopping);
        result
    }
}

async fn signers(config: &Config, clock: &Clock) -> Result<Signers, StartError> {
    let backends: Vec<_> = config.resources.backends().cloned().collect();
    let folder = config.key_folder.clone();
    let means = Means { clock: clock.clone(), random: Random, runtime: Handle::current() };
    Ok(spawn_blocking(move || Signers::new(&backends, &folder, &means)).await??)
}

async fn migrate(config: &Config) -> Result<(), StartError> {
    let database = config.database.clone();
    let applied = spawn_blocking(move || migrations::migrate(database.expose())).await??;
    if !applied.is_empty() {
        tracing::info!(?applied, "the schema was brought to this version");
    }
    Ok(())
}

fn bind(listen: &(String, u16)) -> Result<TcpListener, StartError> {
    let bound = || {
        let addresses = (listen.0.as_str(), listen.1).to_socket_addrs()?;
        let mut refused = io::ErrorKind::AddrNotAvailable.into();
        for address in addresses {
            match listen_on(address) {
                Ok(listener) => return Ok(listener),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    };
    bound().map_err(|error: io::Error| cannot_bind(listen, &error))
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1_024)?.into_std()
}

fn cannot_bind((host, port): &(String, u16), error: &io::Error) -> StartError {
    StartError::Bind(format!("{host}:{port}"), error.kind())
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::ErrorKind),
    /// A key cannot be used, or a backend's settings.
    #[error(transparent)]
    Signers(#[from] StartErrors),
    /// The schema cannot be brought to this binary's version.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Notary cannot be asked.
    #[error("notary: {0}")]
    Notary(#[from] SetupError),
    /// The database does not answer, or not as expected.
    #[error(transparent)]
    Store(#[from] Error),
    /// A part of the start died.
    #[error("a part of the start died: {0}")]
    Died(#[from] JoinError),
}
