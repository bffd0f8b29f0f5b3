use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroU32,
    path::{Path, PathBuf, absolute},
};

use super::{
    ApiSettings, AuthSettings, ChangesSettings, Config, ConfigErrors, Mistake, Secret, Webhook,
    expand, ini::Ini, settings::Settings, values,
};

const APP: &str = "app:main";
const SERVER: &str = "server:main";
/// What `kinto start` listens on, and puts in for `%(http_port)s`.
const DEFAULT_PORT: u16 = 8888;
const DEFAULT_POOL_SIZE: NonZeroU32 = NonZeroU32::MIN.saturating_add(24);
/// What of `kinto.includes` is built in.
const BUILT_IN: [&str; 10] = [
    "kinto_signer",
    "kinto_changes",
    "kinto_remote_settings",
    "kinto_remote_settings.signer",
    "kinto_remote_settings.changes",
    "kinto.plugins.history",
    "kinto.plugins.prometheus",
    FLUSH,
    "kinto-signer",
    "kinto-changes",
];
const FLUSH: &str = "kinto.plugins.flush";
const GROUP_CHECK: &str = "signer.group_check_enabled";

pub(super) fn read(
    path: &Path,
    env: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigErrors> {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut mistakes = Vec::new();
    let given = given(&path, &mut mistakes);
    let mut settings = Settings::new(given.map_err(ConfigErrors)?, env);
    settings.mistakes.append(&mut mistakes);
    let folder = path.parent().unwrap_or(Path::new("/"));
    let config = config(&mut settings, folder);
    match config {
        Some(config) if settings.mistakes.is_empty() => Ok(config),
        _ => Err(ConfigErrors(settings.mistakes)),
    }
}

/// The settings of the file: those of the app as they are, those of the server as `server.…`.
fn given(
    path: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Result<BTreeMap<String, String>, Vec<Mistake>> {
    let shown = path.display().to_string();
    let wrong = |words: String| vec![Mistake::new(&shown, words)];
    let text = fs::read_to_string(path)
        .map_err(|error| wrong(format!("cannot read: {}", error.kind())))?;
    let folder = path.parent().unwrap_or(Path::new("/")).display().to_string();
    let defaults = BTreeMap::from([
        ("here".to_owned(), folder),
        ("__file__".to_owned(), shown.clone()),
        ("http_port".to_owned(), DEFAULT_PORT.to_string()),
    ]);
    let ini = Ini::parse(&text, defaults).map_err(|mistakes| {
        let at = |Mistake { setting, words }| Mistake::new(format!("{shown}, {setting}"), words);
        mistakes.into_iter().map(at).collect::<Vec<_>>()
    })?;
    let mut app =
        ini.section(APP, mistakes).ok_or_else(|| wrong(format!("expected a section [{APP}]")))?;
    if app.remove("use").is_some_and(|of| of.starts_with("config:")) {
        mistakes.push(Mistake::new("use", "other files are not read; expected all settings here"));
    }
    let mut server = ini.section(SERVER, mistakes).unwrap_or_default();
    for key in ["host", "port"] {
        app.extend(server.remove(key).map(|value| (format!("server.{key}"), value)));
    }
    Ok(app)
}

/// `None` only when a mistake has been noted. Everything is read before anything is given up.
fn config(settings: &mut Settings, folder: &Path) -> Option<Config> {
    let mut warnings = Vec::new();
    let host = settings.text("server.host").unwrap_or("127.0.0.1".into());
    let port = settings.parsed("server.port", "a port", values::number).unwrap_or(DEFAULT_PORT);
    let database = database(settings);
    let pool_size = settings
        .parsed("storage_pool_size", "a whole number from 1", |text| {
            NonZeroU32::new(values::number(text)?)
        })
        .unwrap_or(DEFAULT_POOL_SIZE);
    let has_flush = includes(settings, &mut warnings);
    let api = ApiSettings::read(settings, has_flush);
    let auth = AuthSettings::read(settings, api.readonly, &mut warnings);
    let key_folder = settings.text("signer.key_folder").map_or(folder.join("keys"), PathBuf::from);
    let resources = expand::read(settings, &key_folder);
    warnings.extend(resources.contested());
    let allow_floats = settings.flag("signer.allow_floats");
    let auto_create_resources = settings.flag("signer.auto_create_resources");
    let principals = settings.list("signer.auto_create_resources_principals");
    let hard_delete = settings.flag("signer.hard_delete_destination_on_source_deletion");
    let changes = ChangesSettings::read(settings);
    let webhook = Webhook::read(settings);
    let log = settings
        .parsed("signer.log", "a level, or directives such as notary_signer=debug,info", |text| {
            values::log_directives(text)
        })
        .unwrap_or("info".into());
    always_on(settings);
    let unused = settings.unused();
    warnings.extend(unused.iter().map(|name| format!("{name}: unknown, or without effect here")));
    Some(Config {
        listen: (host, port),
        database: database?,
        pool_size,
        api,
        auth,
        resources,
        key_folder,
        allow_floats,
        auto_create_resources,
        auto_create_resources_principals: principals
            .unwrap_or(vec!["system.Authenticated".into()])
            .into_iter()
            .collect(),
        hard_delete_destination_on_source_deletion: hard_delete,
        changes,
        webhook,
        log,
        warnings,
    })
}

fn database(settings: &mut Settings) -> Option<Secret> {
    if let Some(backend) = settings.text("storage_backend")
        && !backend.ends_with(".postgresql")
    {
        settings.mistake("storage_backend", "expected kinto.core.storage.postgresql");
    }
    if settings.text("storage_url").is_none() {
        settings.mistake("storage_url", format!("required: {}", values::POSTGRES));
        return None;
    }
    settings.parsed("storage_url", values::POSTGRES, values::postgres)
}

/// Warns of plugins we lack; whether the flush endpoint is among the others.
fn includes(settings: &mut Settings, warnings: &mut Vec<String>) -> bool {
    let includes = settings.list("includes").unwrap_or_default();
    let lacking = includes.iter().filter(|name| !BUILT_IN.contains(&name.as_str()));
    warnings.extend(lacking.map(|name| format!("kinto.includes: there is no {name} here")));
    let successor = includes.iter().any(|name| name.starts_with("kinto_remote_settings"));
    if successor && settings.given(GROUP_CHECK).is_none() {
        warnings.push(format!(
            "kinto.{GROUP_CHECK}: off, as in kinto-signer; kinto_remote_settings checks groups \
             wherever reviews are enabled"
        ));
    }
    includes.iter().any(|name| name == FLUSH)
}

/// Not worth a warning: it is as the file wants it.
fn always_on(settings: &mut Settings) {
    settings.flag("experimental_permissions_endpoint");
    settings.text("settings_prefix");
}
