//! The user that runs the server.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::ClusterError;

/// An unprivileged user to run the server as, because we are root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: &'static str,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// For root, `postgres` if that user exists, else `nobody`. `None` for anybody else, who runs
    /// the server as themselves.
    pub(super) fn to_run_as() -> Result<Option<Self>, ClusterError> {
        if !is_root() {
            return Ok(None);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some(Self { name, uid: id(&["-u", name])?, gid: id(&["-g", name])? }))
            .map(Some)
            .ok_or(ClusterError::NoAccount)
    }

    /// Has the command run as this user, without any of root's groups.
    pub(super) fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

/// Whether this process runs as root.
pub(super) fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

/// What `id` (POSIX) answers. The standard library tells neither our own user nor that of a name,
/// and asking libc would need `unsafe`.
fn id(arguments: &[&str]) -> Option<u32> {
    let answer = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}
