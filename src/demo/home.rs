//! What a demo keeps between its runs: a database, and the secrets that go with it.

use super::{
    Demo, DemoError,
    postgres::{Cluster, Durability},
};
use crate::random::Random;
use base64::{Engine, prelude::BASE64_STANDARD};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const DATABASE: &str = "notary";
const RUNNING: &str = "running.json";

/// A demo's folder, with its PostgreSQL running. Dropping it stops the server.
pub struct Home {
    folder: PathBuf,
    pub(super) secrets: Secrets,
    cluster: Cluster,
}

/// The file `secrets.json`, mode 0600.
#[derive(Deserialize, Serialize)]
pub(super) struct Secrets {
    pub(super) admin_secret: String,
    pub(super) secret_key: String,
}

impl Home {
    /// Starts the folder's PostgreSQL, one to five seconds for a new one, and makes the secrets
    /// where there are none yet. Blocks.
    ///
    /// # Errors
    /// [`DemoError::Cluster`], [`DemoError::Folder`], [`DemoError::Secrets`].
    pub fn open(folder: &Path, random: Random) -> Result<Self, DemoError> {
        let failed = |source| DemoError::Folder { folder: folder.to_owned(), source };
        // The server's user has to pass through, when that is not us.
        DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(failed)?;
        let cluster = Cluster::start(&folder.join("postgres"), Durability::Kept)?;
        cluster.ensure_database(DATABASE)?;
        let path = folder.join("secrets.json");
        let secrets = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| DemoError::Secrets(path))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let secrets = Secrets::new(random);
                keep(&path, &secrets).map_err(failed)?;
                secrets
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Self { folder: folder.to_owned(), secrets, cluster })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn database(&self) -> String {
        self.cluster.uri(DATABASE)
    }

    /// Writes down where a demo is to be reached, in the file `running.json`, for services that are
    /// demonstrated next to it. The file goes when the home is dropped.
    ///
    /// # Errors
    /// [`DemoError::Folder`].
    pub fn announce(&self, demo: &Demo) -> Result<(), DemoError> {
        let running = Running {
            public_uri: &demo.public_uri,
            admin_uri: &demo.admin_uri,
            admin_secret: &demo.admin_secret,
            postgres_uri: &self.cluster.uri("postgres"),
        };
        let failed = |source| DemoError::Folder { folder: self.folder.clone(), source };
        keep(&self.folder.join(RUNNING), &running).map_err(failed)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // It is absent where nothing was announced.
        let _ = fs::remove_file(self.folder.join(RUNNING));
    }
}

/// The file `running.json`, mode 0600.
#[derive(Serialize)]
struct Running<'a> {
    /// Where users call.
    public_uri: &'a str,
    /// Where the other application calls.
    admin_uri: &'a str,
    /// What it proves itself with.
    admin_secret: &'a str,
    /// The superuser's way into the cluster.
    postgres_uri: &'a str,
}

/// Writes a file of secrets; it gets its name once it is complete.
fn keep(path: &Path, content: &impl Serialize) -> io::Result<()> {
    let unfinished = path.with_extension("json.new");
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(&serde_json::to_vec_pretty(content)?)?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}

impl Secrets {
    fn new(random: Random) -> Self {
        Self {
            admin_secret: HEXLOWER.encode(&random.bytes::<32>()),
            secret_key: BASE64_STANDARD.encode(random.bytes::<32>()),
        }
    }
}
