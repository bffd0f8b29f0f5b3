//! An embedded PostgreSQL cluster, made of the machine's own binaries, for `notary demo` and tests.
//!
//! It listens on a Unix socket only, in a folder that no other user can enter, so it asks for no
//! password. Started as root it runs as an unprivileged user, since PostgreSQL refuses to be root.
//! It ends with the process that owns it, however that process ends; module
//! `server` says how.
//!
//! The folder of a cluster holds
//! - `owner.lock`, locked while a [`Cluster`] for the folder lives;
//! - `postgres.log`, the server's log, locked while any of the server's processes lives;
//! - `data`, mode 0700 and the server's own: PostgreSQL's data folder, and the socket.

mod account;
mod binaries;
mod folder;
mod server;

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use thiserror::Error;

use account::Account;
use binaries::Binaries;
use folder::Folder;
use server::Server;

/// The superuser of every embedded cluster.
const SUPERUSER: &str = "postgres";

/// The port that names the Unix socket. Nothing listens on TCP.
const PORT: u16 = 5432;

/// What becomes of a cluster's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Safe on disk, and there again when the cluster is next started on the same folder.
    Kept,
    /// Fast, never synced to disk, up to 300 connections, and removed when the cluster stops or
    /// its process ends.
    Throwaway,
}

/// Why there is no cluster, or no database.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// No usable server binaries on this machine.
    #[error(
        "PostgreSQL {} or newer is not installed: install its server, for example with \
         `apt-get install postgresql` or `brew install postgresql`",
        binaries::OLDEST
    )]
    NotInstalled,
    /// The data was made by a version of PostgreSQL that is no longer installed.
    #[error(
        "the data in {} belongs to PostgreSQL {version}: install that version again, \
         or delete the folder to begin afresh",
        folder.display()
    )]
    OtherVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that made it.
        version: u32,
    },
    /// Another process runs the cluster in this folder.
    #[error("another demo is running in {}: stop it, or choose another folder", .0.display())]
    Busy(PathBuf),
    /// The folder holds things that are not a cluster's; nothing in it was touched.
    #[error("{} is in use for something else: choose an empty or new folder", .0.display())]
    NotOurs(PathBuf),
    /// The socket's path would not fit the operating system's limit.
    #[error("the path {} is too long for a Unix socket: choose a shorter one", .0.display())]
    PathTooLong(PathBuf),
    /// Started as root, but there is no other user that the server could run as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")]
    NoAccount,
    /// The unprivileged user that is to run the server cannot enter the folder.
    #[error(
        "the user `{user}`, who is to run PostgreSQL, cannot enter {}: \
         choose a folder that every user can reach",
        folder.display()
    )]
    Unreachable {
        /// The cluster's folder.
        folder: PathBuf,
        /// The user's name.
        user: &'static str,
    },
    /// `initdb` or the server ended early, or took longer than a minute.
    #[error("PostgreSQL did not start: {} says why", log.display())]
    NotStarted {
        /// The server's log.
        log: PathBuf,
    },
    /// A file or folder of the cluster could not be read or written.
    #[error("{} cannot be used: check that it can be written", folder.display())]
    Folder {
        /// The cluster's folder.
        folder: PathBuf,
        /// What the operating system answered.
        source: io::Error,
    },
    /// The server runs, but did not create the database.
    #[error("the database `{0}` could not be created")]
    Database(String),
}

/// A PostgreSQL cluster with its server. Dropping it stops the server and waits for its end.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    folder: Folder,
    server: Option<Server>,
}

impl Cluster {
    /// Starts the cluster of `folder` and returns once it accepts connections; blocks for as long
    /// as that takes, one to five seconds for a new cluster.
    ///
    /// A [`Durability::Kept`] folder is new, empty or an earlier cluster's; a
    /// [`Durability::Throwaway`] one must not exist yet, for it will be removed. When the start
    /// fails, the folder stays as it is, with the log in it.
    ///
    /// # Errors
    /// Each [`ClusterError`] but `Database`.
    pub fn start(folder: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let folder = Folder::claim(folder, durability, Account::to_run_as()?)?;
        let binaries = Binaries::find(&folder)?;
        folder.initialise(&binaries)?;
        let mut cluster = Self { binaries, folder, server: None };
        cluster.start_server()?;
        Ok(cluster)
    }

    /// The libpq URI (PostgreSQL manual, 34.1.1.2) of a database of this cluster, as its superuser.
    pub fn uri(&self, database: &str) -> String {
        let host = encoded(self.folder.data().as_os_str().as_encoded_bytes());
        let database = encoded(database.as_bytes());
        format!("postgresql:///{database}?host={host}&port={PORT}&user={SUPERUSER}")
    }

    /// Creates a database, as a copy of the database `template` where one is named. Nobody may be
    /// connected to the template meanwhile.
    ///
    /// # Errors
    /// [`ClusterError::Database`], for example when it exists already.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), ClusterError> {
        let mut statement = format!("CREATE DATABASE {}", quoted(name));
        if let Some(template) = template {
            statement.push_str(&format!(" TEMPLATE {}", quoted(template)));
        }
        // Copying files is three times as fast as copying through the log where nothing is synced;
        // before version 15 there was no choice.
        if self.folder.durability() == Durability::Throwaway && self.binaries.major() >= 15 {
            statement.push_str(" STRATEGY FILE_COPY");
        }
        PgConnection::establish(&self.uri("postgres"))
            .map_err(drop)
            .and_then(|mut admin| admin.batch_execute(&statement).map_err(drop))
            .map_err(|()| ClusterError::Database(name.to_owned()))
    }

    /// Creates a database unless it exists.
    ///
    /// # Errors
    /// [`ClusterError::Database`].
    pub fn ensure_database(&self, name: &str) -> Result<(), ClusterError> {
        match PgConnection::establish(&self.uri(name)) {
            Ok(_) => Ok(()),
            Err(_) => self.create_database(name, None),
        }
    }

    /// Stops the server, cutting off its clients, and waits for its end. The data stays, and so
    /// does the claim to the folder. Does nothing when the server is stopped.
    pub fn stop_server(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }

    /// Starts the server again, on the same socket, and waits until it accepts connections. Does
    /// nothing when it runs.
    ///
    /// # Errors
    /// [`ClusterError::NotStarted`], [`ClusterError::Folder`].
    pub fn start_server(&mut self) -> Result<(), ClusterError> {
        if self.server.is_none() {
            self.server = Some(Server::start(&self.binaries, &self.folder)?);
        }
        Ok(())
    }

    /// Stops the server and waits for its end; removes a throwaway cluster. The same as dropping.
    pub fn stop(self) {}
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.finish();
        }
        self.folder.discard();
    }
}

/// Where `notary demo` keeps its things: `/var/lib/notary-demo` for root, else `notary-demo` in
/// `$XDG_DATA_HOME`, `~/.local/share`, or on macOS `~/Library/Application Support`.
pub fn demo_dir() -> PathBuf {
    const NAME: &str = "notary-demo";
    if account::is_root() {
        return Path::new("/var/lib").join(NAME);
    }
    // The XDG Base Directory Specification has relative paths ignored.
    if let Some(data) = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|d| d.is_absolute())
    {
        return data.join(NAME);
    }
    let home = env::home_dir().unwrap_or_else(env::temp_dir);
    let data =
        if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    home.join(data).join(NAME)
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, section 2.3.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// An SQL identifier in double quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
