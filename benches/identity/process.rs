//! What processes use, by the kernel's own count (proc(5)).

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Ticks of `utime` and `stime` in a second, on every Linux.
const TICKS: f64 = 100.0;

/// A program that the bench has started; killed when it is dropped.
pub struct Process {
    child: Child,
    /// The first line that it printed that begins with a brace.
    pub announced: String,
}

impl Process {
    /// Starts a program and waits until it announces itself.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let announced = lines.map(Result::unwrap).find(|line| line.starts_with('{')).unwrap();
        Self { child, announced }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU seconds of a process and of the children that it has waited for.
pub fn cpu(pid: u32) -> f64 {
    let fields = stat(pid);
    fields[11..15].iter().map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// CPU seconds of this thread.
pub fn cpu_of_thread() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Resident memory in MB (10^6 bytes).
pub fn resident_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

/// The fields of `/proc/…/stat` that come after the name: the state is the first.
fn stat(pid: u32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = text.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let fields: Vec<String> = after_name.split(' ').map(str::to_owned).collect();
    // A process that has just ended.
    if fields.len() < 15 { vec!["0".to_owned(); 15] } else { fields }
}

/// The processes of one PostgreSQL server.
pub struct Postgres {
    postmaster: u32,
}

impl Postgres {
    /// The server of a cluster in this folder.
    pub fn of(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
        Self { postmaster: text.lines().next().unwrap().parse().unwrap() }
    }

    /// CPU seconds of all its processes, those that have ended included.
    pub fn cpu(&self) -> f64 {
        let ours = |pid: &u32| stat(*pid)[1] == self.postmaster.to_string();
        let all = fs::read_dir("/proc").unwrap().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        cpu(self.postmaster) + pids.filter(ours).map(cpu).sum::<f64>()
    }

    /// A program that comes with this server.
    pub fn program(&self, name: &str) -> PathBuf {
        let server = fs::read_link(format!("/proc/{}/exe", self.postmaster)).unwrap();
        server.with_file_name(name)
    }
}
