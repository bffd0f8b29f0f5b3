//! What a demo keeps between its runs: a folder with two people, keys and settings, and a database.

use super::{DemoError, notary::Running};
use crate::{config::Config, random::Random};
use data_encoding::HEXLOWER;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const DATABASE: &str = "signer";

/// The demo's folder, mode 0700.
pub struct Home(PathBuf);

/// The file `people.json`: who plays, mode 0600.
#[derive(Deserialize, Serialize)]
pub struct People {
    /// Changes the collection.
    pub editor: Login,
    /// Approves the change.
    pub reviewer: Login,
}

/// Somebody's account.
#[derive(Deserialize, Serialize)]
pub struct Login {
    /// Mail goes to the identity demo's mailbox page, whatever the address.
    pub address: String,
    /// Made up by us.
    pub password: String,
}

impl Home {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// [`DemoError::Folder`].
    pub fn open(folder: PathBuf) -> Result<Self, DemoError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|error| DemoError::Folder(folder.clone(), error))?;
        Ok(Self(folder))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The public half of the key that signs, once the service has started.
    pub fn public_key(&self) -> PathBuf {
        self.0.join("keys/public.pem")
    }

    /// The people, invented at the first run.
    ///
    /// # Errors
    /// [`DemoError::Folder`], [`DemoError::Damaged`].
    pub fn people(&self, random: Random) -> Result<People, DemoError> {
        let path = self.0.join("people.json");
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| DemoError::Damaged(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let people = People::invented(random);
                let text = serde_json::to_string_pretty(&people).map_err(io::Error::from);
                text.and_then(|text| write(&path, &text))
                    .map_err(|error| DemoError::Folder(path, error))?;
                Ok(people)
            }
            Err(error) => Err(DemoError::Folder(path, error)),
        }
    }

    /// The database's URI, in the identity demo's PostgreSQL; made where there is none. Blocks.
    ///
    /// # Errors
    /// [`DemoError::DatabaseAway`], [`DemoError::Database`].
    pub fn database(notary: &Running) -> Result<String, DemoError> {
        let uri = notary.postgres_uri.replace("/postgres?", &format!("/{DATABASE}?"));
        if PgConnection::establish(&uri).is_err() {
            let server = PgConnection::establish(&notary.postgres_uri);
            let mut server = server.map_err(|_| DemoError::DatabaseAway)?;
            server.batch_execute(&format!("CREATE DATABASE {DATABASE}"))?;
        }
        Ok(uri)
    }

    /// Writes `signer.ini`, as anybody would who runs the service, and reads it.
    ///
    /// # Errors
    /// [`DemoError::Folder`], [`DemoError::Settings`].
    pub fn settings(
        &self,
        notary: &Running,
        database: &str,
        port: u16,
        log: &str,
    ) -> Result<Config, DemoError> {
        let path = self.0.join("signer.ini");
        let Running { admin_uri, admin_secret, .. } = notary;
        let audience = super::public_uri(port);
        let ini = format!(
            "# Written anew by each `notary-signer demo`.\n\
             [server:main]\n\
             host = 127.0.0.1\n\
             port = {port}\n\
             \n\
             [app:main]\n\
             kinto.storage_url = {database}\n\
             notary.admin_url = {admin_uri}\n\
             notary.admin_secret = {admin_secret}\n\
             notary.audience = {audience}\n\
             kinto.signer.resources =\n    \
                 /buckets/staging -> /buckets/preview -> /buckets/main\n\
             kinto.signer.to_review_enabled = true\n\
             kinto.signer.group_check_enabled = true\n\
             kinto.changes.resources = /buckets/main\n\
             kinto.signer.log = {log}\n",
            database = database.replace('%', "%%"),
        );
        write(&path, &ini).map_err(|error| DemoError::Folder(path.clone(), error))?;
        Ok(Config::load(&path, std::iter::empty())?)
    }
}

impl People {
    fn invented(random: Random) -> Self {
        let login = |name: &str| Login {
            address: format!("{name}@example.org"),
            password: HEXLOWER.encode(&random.bytes::<10>()),
        };
        Self { editor: login("editor"), reviewer: login("reviewer") }
    }
}

/// Writes a file of secrets; it gets its name once it is complete.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
