//! What signs: `signer_backend` and its settings (KINTO 1.2).

use std::path::{Path, PathBuf};

use url::Url;

use super::{place::Place, scope, secret::Secret, settings::Settings, values};

const LOCAL: &str = "local_ecdsa";
const AUTOGRAPH: &str = "autograph";
const NO_KEY: &str = "Please specify either kinto.signer.ecdsa.private_key or \
                      kinto.signer.ecdsa.public_key in the settings.";

/// A signing backend with everything it needs. Equal settings are one signer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BackendSettings {
    /// Keys of our own, in PEM files. At least one of them is given.
    LocalEcdsa {
        /// `ecdsa.private_key`: signs.
        private_key: Option<PathBuf>,
        /// `ecdsa.public_key`: verifies; where it is alone, nothing is signed.
        public_key: Option<PathBuf>,
    },
    /// An Autograph server.
    Autograph {
        /// `autograph.server_url`: http or https.
        server_url: Url,
        /// `autograph.hawk_id`
        hawk_id: String,
        /// `autograph.hawk_secret`
        hawk_secret: Secret,
        /// `autograph.key_ids`: a signature each; none stands for Autograph's own choice.
        key_ids: Vec<String>,
    },
}

impl BackendSettings {
    /// The keys that are made at first start: `private.pem` and `public.pem` of `signer.key_folder`.
    pub fn made_at_start(key_folder: &Path) -> Self {
        Self::LocalEcdsa {
            private_key: Some(key_folder.join("private.pem")),
            public_key: Some(key_folder.join("public.pem")),
        }
    }

    /// `None` when a mistake has been noted.
    pub(super) fn read(settings: &mut Settings, place: &Place, key_folder: &Path) -> Option<Self> {
        let mut reader = Reader { settings, prefixes: scope::prefixes(place) };
        let backend = reader.first("signer_backend");
        let kind = backend.as_ref().map_or(LOCAL, |(_, path)| path.trim());
        match kind.rsplit('.').next() {
            Some(LOCAL) => reader.local(key_folder),
            Some(AUTOGRAPH) => reader.autograph(place),
            _ => {
                let expected = "expected a dotted path that ends in local_ecdsa or autograph";
                reader.settings.mistake(&backend?.0, expected);
                None
            }
        }
    }
}

struct Reader<'a> {
    settings: &'a mut Settings,
    prefixes: Vec<String>,
}

impl Reader<'_> {
    fn first(&mut self, setting: &str) -> Option<(String, String)> {
        scope::first(self.settings, &self.prefixes, setting)
    }

    fn local(&mut self, key_folder: &Path) -> Option<BackendSettings> {
        let given = ["ecdsa.private_key", "ecdsa.public_key"].map(|key| self.first(key));
        let [private_key, public_key] = given.each_ref().map(|given| {
            let (_, path) = given.as_ref()?;
            Some(path.trim()).filter(|path| !path.is_empty()).map(PathBuf::from)
        });
        if private_key.is_some() || public_key.is_some() {
            return Some(BackendSettings::LocalEcdsa { private_key, public_key });
        }
        match given.into_iter().flatten().next() {
            Some((key, _)) => {
                self.settings.mistake(&key, NO_KEY);
                None
            }
            None => Some(BackendSettings::made_at_start(key_folder)),
        }
    }

    fn autograph(&mut self, place: &Place) -> Option<BackendSettings> {
        let key_ids = self.first("autograph.key_ids").map(|(_, ids)| ids).unwrap_or_default();
        let server_url = self.required("autograph.server_url", place);
        let hawk_id = self.required("autograph.hawk_id", place);
        let hawk_secret = self.required("autograph.hawk_secret", place);
        let (key, server_url) = server_url?;
        let Some(server_url) = values::http_url(&server_url) else {
            self.settings.mistake(&key, format!("expected {}", values::HTTP_URL));
            return None;
        };
        Some(BackendSettings::Autograph {
            server_url,
            hawk_id: hawk_id?.1,
            hawk_secret: Secret::new(hawk_secret?.1),
            key_ids: key_ids.split_whitespace().map(str::to_owned).collect(),
        })
    }

    fn required(&mut self, setting: &str, place: &Place) -> Option<(String, String)> {
        let (key, text) = self.first(setting).unwrap_or((format!("signer.{setting}"), "".into()));
        let text = text.trim().to_owned();
        if text.is_empty() {
            self.settings.mistake(&key, format!("required: {place} is signed by Autograph"));
            return None;
        }
        Some((key, text))
    }
}
