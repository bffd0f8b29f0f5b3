//! Wires both listeners around one core; starts and stops them.

use crate::{
    clock::Clock,
    config::{Config, MailRoute},
    core::{Core, StartError},
    http::{
        admin, headers,
        origin::AllowedOrigins,
        public,
        route::{self, Route},
        trace,
    },
    mail::{Transport, smtp::Smtp, webhook::Webhook},
    store::migrations,
    worker,
};
use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    http::{Method, header},
    middleware::{Condition, from_fn},
    web::Data,
};
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpSocket, sync::oneshot, task::JoinHandle, time::timeout};

/// Requests under way may take so many seconds when the service stops, …
const GRACE: u64 = 20;
/// … and mail that is being sent this long.
const MAIL_GRACE: Duration = Duration::from_secs(10);
/// Giving the lease back may take this long; who changes a key next waits for it otherwise.
const LEASE_GRACE: Duration = Duration::from_secs(2);
/// Connections that one listener's thread holds at most.
const MOST_CONNECTIONS: usize = 10_000;

/// The service, bound to its ports and ready to run.
pub struct Application {
    core: Arc<Core>,
    transport: Arc<Transport>,
    public: (Server, SocketAddr),
    admin: (Server, SocketAddr),
}

impl Application {
    /// Migrates, connects and binds both ports: port 0 takes a free one.
    ///
    /// Errors: [`StartError`]; nothing runs then.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::with_admin_routes(config, clock, &[], Data::new(())).await
    }

    /// The same with more routes on the admin listener, whose handlers find `data`: the demo has
    /// its mailbox there.
    pub async fn with_admin_routes<T: Send + Sync + 'static>(
        config: Config,
        clock: Clock,
        routes: &'static [Route],
        data: Data<T>,
    ) -> Result<Self, StartError> {
        let uri = config.db_uri.clone();
        let migrated = tokio::task::spawn_blocking(move || migrations::migrate(uri.expose()));
        migrated
            .await
            .map_err(|_| StartError::Store(crate::error::Error::Broken("migration died")))??;
        let public_listener = bind_public(config.public_port)?;
        let admin_listener = bind(config.admin_interface)?;
        let transport = Arc::new(transport(&config)?);
        let core = Arc::new(Core::open(config, clock).await?);
        Ok(Self {
            public: serve(&core, "public", public_listener, public::ROUTES, &[], Data::new(()))?,
            admin: serve(&core, "admin", admin_listener, admin::ROUTES, routes, data)?,
            core,
            transport,
        })
    }

    /// Where users call.
    pub fn public_address(&self) -> SocketAddr {
        self.public.1
    }

    /// Where the other application calls.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin.1
    }

    /// The state that both listeners share.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Runs until `stop` is done, then lets requests under way finish.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let Self { core, transport, public: (public, _), admin: (admin, _) } = self;
        let handles = [public.handle(), admin.handle()];
        let (stop_mail, mail_stops) = oneshot::channel::<()>();
        let mail = tokio::spawn(worker::send_mail(core.clone(), transport, mail_stops));
        let workers = [
            tokio::spawn(worker::follow_blocks(core.clone())),
            tokio::spawn(worker::keep_house(core.clone())),
        ];
        let servers = async { tokio::try_join!(public, admin) };
        let stopping = async move {
            stop.await;
            tracing::info!("stopping: requests under way finish");
            let [public, admin]: &[ServerHandle; 2] = &handles;
            drop(stop_mail);
            // A mail that takes longer goes out once more, from another node or at the next start.
            let mail = timeout(MAIL_GRACE, mail);
            tokio::join!(public.stop(true), admin.stop(true), async { drop(mail.await) });
        };
        let (result, ()) = tokio::join!(servers, stopping);
        workers.iter().for_each(JoinHandle::abort);
        core.verifier.stop(LEASE_GRACE).await;
        result.map(|_| ())
    }
}

fn serve<T: Send + Sync + 'static>(
    core: &Arc<Core>,
    name: &'static str,
    listener: TcpListener,
    table: &'static [Route],
    extra: &'static [Route],
    data: Data<T>,
) -> Result<(Server, SocketAddr), StartError> {
    let unbound = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let refused = |error: std::io::Error| StartError::Bind(unbound, error.kind());
    let address = listener.local_addr().map_err(refused)?;
    let core = Data::from(core.clone());
    let config = &core.config;
    let origins = AllowedOrigins::new(config.public_uri.origin(), config.allowed_origins.clone());
    let origins = Data::new(origins);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(core.clone())
            .app_data(origins.clone())
            .app_data(data.clone())
            .app_data(trace::Listener(name))
            .wrap(Condition::new(name == "public", cors(origins.clone())))
            .wrap(from_fn(headers::add))
            .wrap(from_fn(trace::request))
            .configure(|config| route::register(config, table, extra))
    })
    .max_connections(MOST_CONNECTIONS)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(GRACE)
    .disable_signals()
    .listen(listener)
    .map_err(refused)?;
    Ok((server.run(), address))
}

/// Answers name only origins that may call; calls of others reach the origin rule and its 403.
fn cors(origins: Data<AllowedOrigins>) -> Cors {
    Cors::default()
        .allowed_origin_fn(move |origin, _| {
            origin.to_str().is_ok_and(|origin| origins.allows_origin(origin))
        })
        .allowed_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allowed_header(header::CONTENT_TYPE)
        .expose_headers(["Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"])
        .block_on_origin_mismatch(false)
        .max_age(3_600)
}

/// How the settings want mail to leave.
pub(crate) fn transport(config: &Config) -> Result<Transport, StartError> {
    let secrets = crate::domain::secret::Secrets::derive(config.secret_key.expose());
    let made = match &config.mail {
        MailRoute::Smtp { uri, from } => {
            Smtp::new(uri.expose(), from, config.public_uri.as_str()).map(Transport::Smtp)
        }
        MailRoute::Webhook { uri } => {
            Webhook::new(uri.clone(), secrets.hook_key()).map(Transport::Webhook)
        }
    };
    made.map_err(|error| StartError::Mail(error.to_string()))
}

/// All interfaces: IPv6 with IPv4 mapped into it, or IPv4 alone where the machine has no IPv6.
fn bind_public(port: u16) -> Result<TcpListener, StartError> {
    bind((Ipv6Addr::UNSPECIFIED, port).into())
        .or_else(|_| bind((Ipv4Addr::UNSPECIFIED, port).into()))
}

fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let listen = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(1_024)?.into_std()
    };
    listen().map_err(|error| StartError::Bind(address, error.kind()))
}
