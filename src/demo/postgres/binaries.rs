//! Finds the PostgreSQL server that the machine has installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;
use super::folder::Folder;

/// The oldest major version that we run.
pub(super) const OLDEST: u32 = 13;

/// One installed PostgreSQL server.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    /// The server for the data in `folder`: of the version that made it; for no data yet, the one
    /// that `pg_config` names, else the newest.
    pub(super) fn find(folder: &Folder) -> Result<Self, ClusterError> {
        let installed = installed();
        match folder.version() {
            Some(version) => installed
                .into_iter()
                .find(|binaries| binaries.major == version)
                .ok_or_else(|| ClusterError::OtherVersion { folder: folder.path(), version }),
            None => installed
                .into_iter()
                .find(|binaries| binaries.major >= OLDEST)
                .ok_or(ClusterError::NotInstalled),
        }
    }

    /// The major version.
    pub(super) fn major(&self) -> u32 {
        self.major
    }

    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Looks at a folder that may hold a server. The client packages install `pg_config` too, so
    /// that the folder it names may have none.
    fn at(folder: PathBuf) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let version = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        Some(Self { folder, major: major(&String::from_utf8(version.stdout).ok()?)? })
    }
}

/// Every server found, in order of preference.
fn installed() -> Vec<Binaries> {
    let preferred = Command::new("pg_config").arg("--bindir").output().ok();
    let preferred = preferred
        .and_then(|answer| String::from_utf8(answer.stdout).ok())
        .and_then(|folder| Binaries::at(PathBuf::from(folder.trim())));

    let debian = subfolders("/usr/lib/postgresql", "");
    let homebrew = ["/opt/homebrew/opt", "/usr/local/opt"];
    let homebrew = homebrew.into_iter().flat_map(|opt| subfolders(opt, "postgresql"));
    let mut others: Vec<_> =
        debian.chain(homebrew).filter_map(|folder| Binaries::at(folder.join("bin"))).collect();
    others.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));

    preferred.into_iter().chain(others).collect()
}

/// The folders in `parent` whose names begin with `prefix`; none if there is no `parent`.
fn subfolders(parent: impl AsRef<Path>, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()))
        .map(|entry| entry.path())
}

/// The major version in the likes of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta2\n"), Some(19));
        assert_eq!(major("postgres (PostgreSQL) 9.6.24\n"), Some(9));
        assert_eq!(major("command not found"), None);
    }
}
