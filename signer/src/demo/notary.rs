//! The identity demo that we run next to.

use super::DemoError;
use serde::Deserialize;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where it is to be reached: its file `running.json`, there while it runs.
#[derive(Deserialize)]
pub struct Running {
    /// Where users call.
    pub public_uri: String,
    /// Where we ask who a caller is.
    pub admin_uri: String,
    /// What we prove ourselves with.
    pub admin_secret: String,
    /// The superuser's way into its PostgreSQL.
    pub postgres_uri: String,
}

/// Finds a running demo, in this folder or else where `notary demo` keeps its data unless it is
/// told otherwise. Gives its folder, too.
///
/// # Errors
/// [`DemoError::NoNotary`].
pub fn find(folder: Option<PathBuf>) -> Result<(PathBuf, Running), DemoError> {
    let folders = folder.map_or_else(usual_folders, |folder| vec![folder]);
    let found = folders.iter().find_map(|folder| Some((folder.clone(), read(folder)?)));
    found.ok_or_else(|| {
        let folders: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
        DemoError::NoNotary(folders.join(" or "))
    })
}

fn read(folder: &Path) -> Option<Running> {
    serde_json::from_slice(&fs::read(folder.join("running.json")).ok()?).ok()
}

/// The user's, and root's, whose PostgreSQL runs as somebody else.
fn usual_folders() -> Vec<PathBuf> {
    // The XDG Base Directory Specification has relative paths ignored.
    let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|data| data.is_absolute());
    let below_home =
        if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    let home = || env::home_dir().unwrap_or_else(env::temp_dir).join(below_home);
    [data.unwrap_or_else(home), "/var/lib".into()].map(|data| data.join("notary-demo")).into()
}
