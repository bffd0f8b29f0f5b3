mod api;
mod files;
mod resources;
mod whole;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;

use super::*;
use crate::domain::uri::CollectionUri;

/// What a file must have besides resources.
const BASE: &str = "kinto.storage_url = postgres://localhost/x\nkinto.readonly = true\n";
const NONE: [(&str, &str); 0] = [];
const SECRET: &str = "0123456789abcdef0123456789abcdef";

struct File {
    folder: TempDir,
    path: PathBuf,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("signer.ini");
        fs::write(&path, text).unwrap();
        Self { folder, path }
    }

    fn load<const N: usize>(&self, env: [(&str, &str); N]) -> Result<Config, ConfigErrors> {
        load(&self.path, env)
    }
}

fn load<const N: usize>(path: &Path, env: [(&str, &str); N]) -> Result<Config, ConfigErrors> {
    Config::load(path, env.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter())
}

fn with_env<const N: usize>(
    settings: &str,
    env: [(&str, &str); N],
) -> Result<Config, ConfigErrors> {
    File::new(&format!("[app:main]\n{BASE}{settings}")).load(env)
}

fn config(settings: &str) -> Config {
    with_env(settings, NONE).unwrap()
}

/// The mistakes of a file that is otherwise right.
fn mistakes(settings: &str) -> Vec<String> {
    let ConfigErrors(mistakes) = with_env(settings, NONE).unwrap_err();
    mistakes.iter().map(Mistake::to_string).collect()
}

fn uri(text: &str) -> CollectionUri {
    match Place::parse(text).unwrap() {
        Place::Collection(uri) => uri,
        Place::Bucket(_) => panic!("{text}"),
    }
}

fn review(config: &Config, source: &str) -> Review {
    config.resources.of_source(&uri(source)).unwrap().review
}

fn backend(config: &Config, source: &str) -> Arc<BackendSettings> {
    config.resources.of_source(&uri(source)).unwrap().backend
}

fn local(private_key: &str) -> BackendSettings {
    BackendSettings::LocalEcdsa { private_key: Some(private_key.into()), public_key: None }
}
