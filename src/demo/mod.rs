//! `notary demo`: the whole service without any configuration.
//!
//! [`home::Home`] is what lasts: an embedded PostgreSQL and generated secrets in one folder.
//! [`Demo`] is the service around it, with an SMTP server of its own whose mail the admin listener
//! shows at `/mailbox`. [`walkthrough`] plays a user against it.

pub mod home;
mod mailbox;
pub mod postgres;
pub mod smtp_sink;
pub mod walkthrough;

use crate::{
    app::Application,
    clock::Clock,
    config::{Config, ConfigErrors},
    core::StartError,
};
use actix_web::web::Data;
use home::Home;
use postgres::ClusterError;
use smtp_sink::{SmtpSink, Verdict};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener},
    path::PathBuf,
    sync::Arc,
};

/// Where users call, if the port is free …
const PUBLIC_PORT: u16 = 8080;
/// … and the other application.
const ADMIN_PORT: u16 = 8081;
/// How often to look for free ports.
const ATTEMPTS: u32 = 5;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No PostgreSQL.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The demo's folder cannot be used.
    #[error("{} cannot be used: check that it can be written", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system answered.
        source: io::Error,
    },
    /// The file of secrets is damaged.
    #[error("{} is damaged: delete the whole folder to begin afresh", .0.display())]
    Secrets(PathBuf),
    /// The operating system gives no port.
    #[error("there is no free port: {}", .0.kind())]
    Port(io::Error),
    /// A setting that was given to the demo is wrong.
    #[error(transparent)]
    Settings(#[from] ConfigErrors),
    /// The service does not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A demo, bound to its ports and ready to run.
pub struct Demo {
    app: Application,
    /// All mail that the service sends.
    pub sink: Arc<SmtpSink>,
    /// Where users call, without a slash at the end.
    pub public_uri: String,
    /// Where the other application calls.
    pub admin_uri: String,
    /// What the other application proves itself with.
    pub admin_secret: String,
    /// The usual ports that somebody else has.
    pub taken: Vec<u16>,
}

impl Demo {
    /// Puts the service around a home. `log` holds directives for tracing's `EnvFilter`; `signer` is
    /// the URI of a signing service, whether or not one runs.
    ///
    /// # Errors
    /// [`DemoError::Settings`], [`DemoError::Port`], [`DemoError::Start`].
    pub async fn build(
        home: &Home,
        log: &str,
        signer: &str,
        clock: Clock,
    ) -> Result<Self, DemoError> {
        let sink = Arc::new(SmtpSink::start(|_| Verdict::Accept).map_err(DemoError::Port)?);
        let mut attempt = 1;
        loop {
            let ports = Ports::free().map_err(DemoError::Port)?;
            let config = settings(home, &sink, &ports, log, signer)?;
            let mails = Data::from(sink.clone());
            let routes = mailbox::ROUTES;
            match Application::with_admin_routes(config, clock.clone(), routes, mails).await {
                Ok(app) => return Ok(Self::new(app, sink, home, &ports)),
                // Somebody took a port after we had found it free.
                Err(StartError::Bind(..)) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn new(app: Application, sink: Arc<SmtpSink>, home: &Home, ports: &Ports) -> Self {
        let taken = [(PUBLIC_PORT, ports.public), (ADMIN_PORT, ports.admin)];
        Self {
            app,
            sink,
            public_uri: ports.public_uri(),
            admin_uri: format!("http://127.0.0.1:{}", ports.admin),
            admin_secret: home.secrets.admin_secret.clone(),
            taken: taken.into_iter().filter(|(usual, got)| usual != got).map(|(u, _)| u).collect(),
        }
    }

    /// Runs until `stop` is done, then lets requests under way finish.
    ///
    /// # Errors
    /// A listener broke.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        self.app.run_until(stop).await
    }
}

/// The ports of the two listeners.
struct Ports {
    public: u16,
    admin: u16,
}

impl Ports {
    /// The usual ones where they are free, else others.
    fn free() -> io::Result<Self> {
        let everywhere = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        Ok(Self {
            public: free_port(PUBLIC_PORT, &everywhere)?,
            admin: free_port(ADMIN_PORT, &[Ipv4Addr::LOCALHOST.into()])?,
        })
    }

    fn public_uri(&self) -> String {
        format!("http://localhost:{}", self.public)
    }
}

/// The usual port if nobody has it on any of these interfaces, else one that is free right now.
fn free_port(usual: u16, interfaces: &[IpAddr]) -> io::Result<u16> {
    let taken = |ip: &IpAddr| {
        let bound = TcpListener::bind((*ip, usual));
        bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    };
    if !interfaces.iter().any(taken) {
        return Ok(usual);
    }
    Ok(TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?.local_addr()?.port())
}

fn settings(
    home: &Home,
    sink: &SmtpSink,
    ports: &Ports,
    log: &str,
    signer: &str,
) -> Result<Config, ConfigErrors> {
    let vars = [
        ("NOTARY_DB_URI", home.database()),
        ("NOTARY_PUBLIC_URI", ports.public_uri()),
        ("NOTARY_PUBLIC_PORT", ports.public.to_string()),
        ("NOTARY_ADMIN_INTERFACE", format!("127.0.0.1:{}", ports.admin)),
        ("NOTARY_ADMIN_SECRET", home.secrets.admin_secret.clone()),
        ("NOTARY_SECRET_KEY", home.secrets.secret_key.clone()),
        ("NOTARY_SMTP_URI", format!("smtp://127.0.0.1:{}", sink.port())),
        ("NOTARY_MAIL_FROM", "Notary demo <notary@localhost>".to_owned()),
        // Whoever plays with a demo calls from one IP, and does not want it blocked.
        ("NOTARY_MAX_CALLS_PER_SECOND", "100".to_owned()),
        ("NOTARY_MAX_CALLS_PER_MINUTE", "6000".to_owned()),
        ("NOTARY_SIGNER_URI", signer.to_owned()),
        ("NOTARY_LOG", log.to_owned()),
    ];
    Config::from_vars(vars.map(|(name, value)| (name.to_owned(), value)))
}
