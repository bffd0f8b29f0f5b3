//! The server's process, and the supervisor that ends it when we end.
//!
//! A process that is killed cannot stop its children, so a small shell script does: it holds the
//! reading end of a pipe whose writing end only we have. The kernel closes that end with our
//! process, at the latest.

use std::fs;
use std::io::Write;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use super::binaries::Binaries;
use super::folder::Folder;
use super::{ClusterError, Durability, PORT};

/// Arguments: the signal that ends the server when the pipe is closed, the folder to remove after
/// that (or nothing), the server's command line. A line in the pipe means: shut down, keep the
/// folder. SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
///
/// The script waits for the server, and thereby ends with it; a second process waits for the pipe.
/// Once that has read, it is no longer to be terminated: its exit status says whether to remove.
const SUPERVISOR: &str = r#"
signal=$1 remove=$2
shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(
    if read -r _ <&3; then signal=INT keep=1; else keep=0; fi
    trap '' TERM
    kill -s "$signal" "$server"
    exit "$keep"
) &
watcher=$!
exec 3<&-
wait "$server"
kill -s TERM "$watcher"
if wait "$watcher" && [ -n "$remove" ]; then rm -rf -- "$remove"; fi
"#;

/// How long a server may take to accept connections, in steps of [`STEP`].
const START_STEPS: u32 = 6_000;
const STEP: Duration = Duration::from_millis(10);

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    supervisor: Child,
}

impl Server {
    /// Starts the server and waits until it accepts connections.
    pub(super) fn start(binaries: &Binaries, folder: &Folder) -> Result<Self, ClusterError> {
        folder.remove_stale_locks()?;
        let mut command = folder.command("sh").map_err(|source| folder.failed(source))?;
        command.args(["-c", SUPERVISOR, "supervisor"]);
        match folder.durability() {
            Durability::Kept => command.args(["INT", ""]),
            Durability::Throwaway => command.arg("QUIT").arg(folder.path()),
        };
        command.arg(binaries.program("postgres")).arg("-D").arg(folder.data());
        for setting in settings(folder.durability()) {
            command.args(["-c", &setting]);
        }
        let supervisor = command.stdin(Stdio::piped()).spawn();
        let mut server = Self { supervisor: supervisor.map_err(|source| folder.failed(source))? };
        if server.wait_until_ready(folder) {
            Ok(server)
        } else {
            server.stop();
            Err(folder.not_started())
        }
    }

    /// Whether the server came to accept connections. Like `pg_ctl`, this reads it from the eighth
    /// line of `postmaster.pid`, the only place where PostgreSQL tells.
    fn wait_until_ready(&mut self, folder: &Folder) -> bool {
        let status = folder.data().join("postmaster.pid");
        for _ in 0..START_STEPS {
            let lines = fs::read_to_string(&status).unwrap_or_default();
            if lines.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return true;
            }
            if !matches!(self.supervisor.try_wait(), Ok(None)) {
                return false;
            }
            thread::sleep(STEP);
        }
        false
    }

    /// Shuts the server down, waits for its end and keeps the data.
    pub(super) fn stop(mut self) {
        if let Some(mut pipe) = self.supervisor.stdin.take() {
            // Nobody reads any more when the server has ended by itself.
            drop(pipe.write_all(b"stop\n"));
        }
        self.finish();
    }

    /// Ends the server as the end of our process would, and waits for it.
    pub(super) fn finish(mut self) {
        // Closes the pipe, then waits. It fails only for a child that was waited for already.
        drop(self.supervisor.wait());
    }
}

/// The server's settings, over PostgreSQL's defaults.
fn settings(durability: Durability) -> Vec<String> {
    let mut settings = vec![
        String::from("listen_addresses="),
        // Relative to the data folder, so that no character of its path needs quoting.
        String::from("unix_socket_directories=."),
        format!("port={PORT}"),
        String::from("log_timezone=UTC"),
    ];
    if durability == Durability::Throwaway {
        settings.extend(
            [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "max_connections=300",
                "wal_level=minimal",
                "max_wal_senders=0",
            ]
            .map(String::from),
        );
    }
    settings
}
