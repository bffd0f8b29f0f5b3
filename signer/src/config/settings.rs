//! The texts of the settings, wherever they come from: the file, and the environment, which wins.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{mistakes::Mistake, secret::Secret};

/// What Kinto puts before the name of every setting, and lets one leave out.
const PREFIX: &str = "kinto.";

/// What is wrong has been noted already.
pub(super) struct Noted;

/// Collects mistakes while settings are looked up, and remembers which were.
#[derive(Default)]
pub(super) struct Settings {
    /// Without `kinto.`.
    file: BTreeMap<String, String>,
    /// As they were spelled.
    spelled: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    used: BTreeSet<String>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Settings {
    /// The given settings under their canonical names; two spellings that differ are a mistake.
    pub(super) fn new(
        given: impl IntoIterator<Item = (String, String)>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let mut settings = Self { env: env.collect(), ..Self::default() };
        for (name, value) in given {
            let key = name.strip_prefix(PREFIX).unwrap_or(&name).to_owned();
            let value = native(value);
            match settings.file.get(&key) {
                Some(other) if *other != value => {
                    let words = format!("Settings '{PREFIX}{key}', '{key}' are in conflict.");
                    settings.note(Mistake::new(&name, words));
                }
                _ => {}
            }
            settings.file.insert(key.clone(), value);
            settings.spelled.insert(key, name);
        }
        settings
    }

    /// The keys in the file, without `kinto.`.
    pub(super) fn keys(&self) -> Vec<String> {
        self.file.keys().cloned().collect()
    }

    /// As given, and perhaps empty.
    pub(super) fn given(&mut self, key: &str) -> Option<String> {
        self.used.insert(key.to_owned());
        match self.variable(key) {
            Some(variable) => self.env.get(&variable).cloned().map(native),
            None => self.file.get(key).cloned(),
        }
    }

    /// As given; an empty text is none.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.given(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Entries with white space between, as Pyramid's `aslist`.
    pub(super) fn list(&mut self, key: &str) -> Option<Vec<String>> {
        Some(self.given(key)?.split_whitespace().map(str::to_owned).collect())
    }

    /// Parsed; a text that does not parse is noted as a mistake.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let value = parse(&text);
        if value.is_none() {
            self.mistake(key, format!("expected {expected}"));
        }
        value
    }

    /// `false` where it is not given.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        self.parsed(key, FLAG, flag).unwrap_or_default()
    }

    /// From the setting, or from the file that its twin `…_file` names, whose last line end is cut.
    pub(super) fn secret(&mut self, key: &str) -> Result<Option<Secret>, Noted> {
        let file_key = format!("{key}_file");
        match (self.text(key), self.text(&file_key)) {
            (Some(_), Some(_)) => {
                self.mistake(key, format!("either this or {}", self.name(&file_key)));
                Err(Noted)
            }
            (text, None) => Ok(text.map(Secret::new)),
            (None, Some(path)) => match fs::read_to_string(&path) {
                Ok(text) => Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n'])))),
                Err(error) => {
                    self.mistake(&file_key, format!("cannot read {path}: {}", error.kind()));
                    Err(Noted)
                }
            },
        }
    }

    /// Notes that something is wrong with a setting.
    pub(super) fn mistake(&mut self, key: &str, words: impl Into<String>) {
        self.note(Mistake::new(self.name(key), words));
    }

    fn note(&mut self, mistake: Mistake) {
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    /// What the setting is called where it is given, or would be in the file.
    pub(super) fn name(&self, key: &str) -> String {
        let own = ["notary.", "multiauth.", "server."].iter().any(|own| key.starts_with(own));
        self.variable(key)
            .or_else(|| self.spelled.get(key).cloned())
            .unwrap_or_else(|| if own { key.to_owned() } else { format!("{PREFIX}{key}") })
    }

    /// What is given and was never looked up.
    pub(super) fn unused(&self) -> Vec<String> {
        let unused = |key: &&String| !self.used.contains(*key);
        let from_file = self.file.keys().filter(unused).map(|key| self.spelled[key].clone());
        let used: BTreeSet<String> = self.used.iter().flat_map(|key| variables(key)).collect();
        let from_env = self.env.keys().filter(|name| {
            let own = name.strip_prefix("KINTO_").is_some_and(|name| !is_of_containers(name));
            own && !used.contains(*name)
        });
        from_file.chain(from_env.cloned()).collect()
    }

    fn variable(&self, key: &str) -> Option<String> {
        variables(key).find(|name| self.env.contains_key(name))
    }
}

/// The variables that a setting can come from: `KINTO_SIGNER_RESOURCES`, or `SIGNER_RESOURCES`.
/// Kinto's own lack a word that makes them ours alone, and go by the long name only.
fn variables(key: &str) -> impl Iterator<Item = String> + use<> {
    let name = key.replace(['.', '-'], "_").to_ascii_uppercase();
    let short = key.contains('.').then(|| name.clone());
    [format!("KINTO_{name}")].into_iter().chain(short)
}

/// `KINTO_INI` of Kinto's image, and what Kubernetes and Docker say of a service called "kinto".
fn is_of_containers(name: &str) -> bool {
    name == "INI" || name == "PORT" || name.starts_with("PORT_") || name.starts_with("SERVICE_")
}

/// Kinto reads every value as JSON first: a text may be in quotes.
fn native(value: String) -> String {
    serde_json::from_str::<String>(&value).unwrap_or(value)
}

pub(super) const FLAG: &str = "true or false";

/// Pyramid's `asbool`, except that a typing error is not `false`.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}
