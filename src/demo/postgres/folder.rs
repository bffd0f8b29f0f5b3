//! The folder of a cluster: who may use it, and the data in it.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{self, Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::account::Account;
use super::binaries::Binaries;
use super::{ClusterError, Durability, PORT, SUPERUSER};

/// The longest path of a Unix socket, in bytes: 103 on macOS, 107 on Linux.
const LONGEST_SOCKET_PATH: usize = 103;

/// How long a server whose owner was killed may take to shut down, in steps of [`STEP`].
const SHUTDOWN_STEPS: u32 = 300;
const STEP: Duration = Duration::from_millis(100);

/// A folder that this process alone may run a cluster in.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    durability: Durability,
    account: Option<Account>,
    /// Locked for as long as this value lives.
    _owner: File,
    /// Locked for as long as this value or a process that writes to it lives.
    log: File,
}

impl Folder {
    /// Creates the folder if need be and claims it for this process.
    pub(super) fn claim(
        path: &Path,
        durability: Durability,
        account: Option<Account>,
    ) -> Result<Self, ClusterError> {
        let failed = |source| ClusterError::Folder { folder: path.to_owned(), source };
        let path = path::absolute(path).map_err(failed)?;
        let socket = path.join("data").join(format!(".s.PGSQL.{PORT}"));
        if socket.as_os_str().len() > LONGEST_SOCKET_PATH {
            return Err(ClusterError::PathTooLong(path));
        }
        if !create(&path, durability).map_err(failed)? {
            return Err(ClusterError::NotOurs(path));
        }

        let owner = open(&path.join("owner.lock")).map_err(failed)?;
        if !lock(&owner, 0).map_err(failed)? {
            return Err(ClusterError::Busy(path));
        }
        // A server whose owner was killed still holds this one until it has shut down.
        let log = open(&path.join("postgres.log")).map_err(failed)?;
        if !lock(&log, SHUTDOWN_STEPS).map_err(failed)? {
            return Err(ClusterError::Busy(path));
        }
        log.set_len(0).map_err(failed)?;

        let folder = Self { path, durability, account, _owner: owner, log };
        folder.admit_account().map_err(failed)?;
        Ok(folder)
    }

    /// Lets the server's user in. A throwaway folder becomes the user's own, so that the
    /// supervisor can remove it.
    fn admit_account(&self) -> io::Result<()> {
        match self.account {
            Some(account) if self.durability == Durability::Throwaway => {
                chown(&self.path, Some(account.uid), Some(account.gid))
            }
            _ => Ok(()),
        }
    }

    /// Makes the data folder, if there is none yet. An interrupted earlier try leaves no trace:
    /// the data folder gets its name once it is complete.
    pub(super) fn initialise(&self, binaries: &Binaries) -> Result<(), ClusterError> {
        if self.data().exists() {
            return Ok(());
        }
        let unfinished = self.path.join("data.new");
        remove(&unfinished)
            .and_then(|()| DirBuilder::new().mode(0o700).create(&unfinished))
            .and_then(|()| match self.account {
                Some(account) => chown(&unfinished, Some(account.uid), Some(account.gid)),
                None => Ok(()),
            })
            .map_err(|source| self.failed(source))?;
        self.check_reachable(&unfinished)?;

        let made = self
            .command(binaries.program("initdb"))
            .and_then(|mut initdb| {
                initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C"]);
                initdb.arg(format!("--username={SUPERUSER}"));
                if self.durability == Durability::Throwaway {
                    initdb.arg("--no-sync");
                }
                initdb.arg("--pgdata").arg(&unfinished).stdin(Stdio::null()).status()
            })
            .map_err(|source| self.failed(source))?;
        if !made.success() {
            return Err(self.not_started());
        }
        fs::rename(&unfinished, self.data()).map_err(|source| self.failed(source))
    }

    /// Whether the server's user can enter `folder`, for example not below `/root`.
    fn check_reachable(&self, folder: &Path) -> Result<(), ClusterError> {
        let Some(account) = self.account else { return Ok(()) };
        let entered = self
            .command("sh")
            .and_then(|mut sh| sh.args(["-c", "cd \"$1\"", "sh"]).arg(folder).status())
            .map_err(|source| self.failed(source))?;
        if entered.success() {
            Ok(())
        } else {
            Err(ClusterError::Unreachable { folder: self.path(), user: account.name })
        }
    }

    /// A command that runs as the server's user, writes to the log and is out of reach of the
    /// terminal's Ctrl-C: whether to stop is for us to say.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> io::Result<Command> {
        let mut command = Command::new(program);
        command.stdout(self.log.try_clone()?).stderr(self.log.try_clone()?);
        command.current_dir("/").process_group(0).env("LC_ALL", "C");
        if let Some(account) = self.account {
            account.run(&mut command);
        }
        Ok(command)
    }

    /// The major version that made the data; `None` for no data yet.
    pub(super) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// PostgreSQL's data folder, which the socket is in too.
    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub(super) fn durability(&self) -> Durability {
        self.durability
    }

    /// Removes what a server that did not shut down left behind. Nobody uses the data, since we
    /// hold the lock on the log; but the process numbers in these files may be others' by now,
    /// which would keep a new server from starting.
    pub(super) fn remove_stale_locks(&self) -> Result<(), ClusterError> {
        [String::from("postmaster.pid"), format!(".s.PGSQL.{PORT}.lock")]
            .iter()
            .try_for_each(|name| match fs::remove_file(self.data().join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            })
            .map_err(|source| self.failed(source))
    }

    /// Removes a throwaway folder; leaves another one alone.
    pub(super) fn discard(&self) {
        if self.durability == Durability::Throwaway {
            // What cannot be removed stays in the folder for temporary files: nothing to tell.
            drop(remove(&self.path));
        }
    }

    pub(super) fn failed(&self, source: io::Error) -> ClusterError {
        ClusterError::Folder { folder: self.path(), source }
    }

    pub(super) fn not_started(&self) -> ClusterError {
        ClusterError::NotStarted { log: self.path.join("postgres.log") }
    }
}

/// Creates the folder; `false` if there is one with other things than a cluster in it.
fn create(path: &Path, durability: Durability) -> io::Result<bool> {
    match durability {
        Durability::Throwaway => match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            created => created.map(|()| true),
        },
        Durability::Kept => {
            fs::create_dir_all(path)?;
            Ok(path.join("owner.lock").exists() || fs::read_dir(path)?.next().is_none())
        }
    }
}

/// Opens a file of ours for appending.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

/// Locks the file, trying again up to `tries` times, a [`STEP`] apart; `false` if it stays locked.
fn lock(file: &File, tries: u32) -> io::Result<bool> {
    for _ in 0..tries {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(STEP),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => return Ok(true),
        }
    }
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(true),
    }
}

/// Removes a folder with all that is in it, if it exists.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
