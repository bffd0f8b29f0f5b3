//! A PostgreSQL cluster for one run, with the settings that PostgreSQL ships.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Listens on a Unix socket only. Dropping it removes it.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    server: Child,
}

impl Cluster {
    /// Starts a server in a new folder, as the user `postgres` where we are root.
    pub fn start(folder: PathBuf) -> Self {
        let programs = programs();
        fs::create_dir(&folder).unwrap();
        if let Some((uid, gid)) = account() {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).unwrap();
        }
        let data = folder.join("data");
        let made = command(&programs, "initdb")
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "initdb failed");
        let server = command(&programs, "postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "timezone=UTC", "-c", "log_min_messages=fatal"])
            .stderr(fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let cluster = Self { programs, folder, server };
        while !cluster.psql("SELECT 1") {
            sleep(Duration::from_millis(50));
        }
        cluster
    }

    /// A new database's URI, which libpq takes and SQLAlchemy.
    pub fn database(&self, name: &str) -> String {
        assert!(self.psql(&format!("CREATE DATABASE {name}")), "no database {name}");
        format!("postgresql://postgres@/{name}?host={}", self.folder.display())
    }

    /// Everything that was written is where it stays, so that no round pays for another.
    pub fn settle(&self) {
        assert!(self.psql("CHECKPOINT"), "no checkpoint");
    }

    fn psql(&self, statement: &str) -> bool {
        command(&self.programs, "psql")
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "postgres", "-qAtc", statement])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stop = command(&self.programs, "pg_ctl")
            .args(["-m", "immediate", "-w", "stop", "-D"])
            .arg(data)
            .stdout(Stdio::null())
            .status();
        if stop.is_ok_and(|status| status.success()) {
            let _ = self.server.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// One of PostgreSQL's programs, to run as the cluster's owner.
fn command(programs: &Path, name: &str) -> Command {
    let mut command = Command::new(programs.join(name));
    command.current_dir("/");
    if let Some((uid, gid)) = account() {
        command.uid(uid).gid(gid);
    }
    command
}

/// PostgreSQL refuses to be root.
fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> u32 {
        let answer = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(answer.stdout).unwrap().trim().parse().unwrap()
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

/// Where scripts/setup looks: what `pg_config` names, else the newest of Debian's.
fn programs() -> PathBuf {
    let named = Command::new("pg_config").arg("--bindir").output().ok();
    let named = named.and_then(|answer| String::from_utf8(answer.stdout).ok());
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<_> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    named
        .map(|folder| PathBuf::from(folder.trim()))
        .into_iter()
        .chain(debian.into_iter().rev())
        .find(|folder| folder.join("initdb").is_file())
        .expect("PostgreSQL's server is installed")
}
