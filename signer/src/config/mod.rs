//! The settings, checked: [`Config`] is the only way they reach the rest of the crate.
//!
//! They are Kinto's and kinto-signer's, by their names: a file made for those is read as it is
//! (`ini`), and the environment wins over it (`settings`). Reading collects every mistake.

mod api;
mod auth;
mod backends;
mod dump;
mod expand;
mod grammar;
mod groups;
mod ini;
mod mistakes;
mod place;
mod read;
mod resources;
mod scope;
mod secret;
mod settings;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::BTreeSet,
    ffi::OsString,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

pub use api::{ApiSettings, CacheRules, ChangesSettings, EndOfService};
pub use auth::{AuthSettings, NotarySettings, Webhook};
pub use backends::BackendSettings;
pub use mistakes::{ConfigErrors, Mistake};
pub use place::Place;
pub use resources::{Resource, Resources, Review, Role};
pub use secret::{HmacSecret, Secret};

/// Every setting, checked. `Debug` and [`Config::dump`] show no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server:main]` `host` and `port`: where to listen; port 0 takes a free one.
    pub listen: (String, u16),
    /// `kinto.storage_url`: the PostgreSQL database. A secret, as it may hold a password.
    pub database: Secret,
    /// `kinto.storage_pool_size`: connections to it; 25, as in Kinto.
    pub pool_size: NonZeroU32,
    /// How the API behaves.
    pub api: ApiSettings,
    /// How callers are known.
    pub auth: AuthSettings,
    /// `signer.resources`, with what is set for each.
    pub resources: Resources,
    /// `signer.key_folder`: where the local signer's keys are, and are made at first start, for
    /// resources that name none; `keys` beside the file.
    pub key_folder: PathBuf,
    /// `signer.allow_floats`: whether source records may hold numbers that are no integers.
    pub allow_floats: bool,
    /// `signer.auto_create_resources`: source buckets and collections are made at start.
    pub auto_create_resources: bool,
    /// `signer.auto_create_resources_principals`: who may write there; `system.Authenticated`.
    pub auto_create_resources_principals: BTreeSet<String>,
    /// `signer.hard_delete_destination_on_source_deletion`: preview and destination go with their
    /// source, and leave no tombstones.
    pub hard_delete_destination_on_source_deletion: bool,
    /// What the monitor shows.
    pub changes: ChangesSettings,
    /// Who is told of reviews.
    pub webhook: Option<Webhook>,
    /// `signer.log`: directives for tracing's `EnvFilter`; `info`.
    pub log: String,
    /// What is not wrong, but is not as somebody may think: a line each, for the log.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads the file, and the given variables, which win. Variables of other programs are ignored.
    pub fn load(
        ini: &Path,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        read::read(ini, env)
    }
}

/// The process's environment, for [`Config::load`]. Not `vars`, which panics at any variable that is
/// not Unicode, ours or not: such a value becomes one that no setting takes.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |value: OsString| value.into_string().unwrap_or_else(|_| "\u{fffd}".into());
    std::env::vars_os()
        .filter_map(move |(name, value)| Some((name.into_string().ok()?, text(value))))
}
