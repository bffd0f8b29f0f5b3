//! All signers of a configuration.

use super::{
    Means, Signer,
    autograph::Autograph,
    hawk::Credentials,
    key_files::{self, KeyError, KeyFiles},
    local_ecdsa::LocalEcdsa,
};
use crate::{
    config::BackendSettings,
    error::{Error, Result},
};
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    io::Write,
    path::Path,
    sync::Arc,
};

const HEARTBEAT: &[u8] = b"This is a heartbeat test.";

/// One signer per distinct settings.
#[derive(Debug)]
pub struct Signers(HashMap<Arc<BackendSettings>, Box<dyn Signer>>);

impl Signers {
    /// Makes them ready: reads keys, checks settings; asks no server yet. Keys that would be in
    /// `key_folder` because none are configured are made if they are missing.
    ///
    /// # Errors
    /// Every mistake there is, at once.
    pub fn new<'a>(
        settings: impl IntoIterator<Item = &'a Arc<BackendSettings>>,
        key_folder: &Path,
        means: &Means,
    ) -> std::result::Result<Self, StartErrors> {
        let own = BackendSettings::made_at_start(key_folder);
        let (mut signers, mut mistakes) = (HashMap::new(), BTreeSet::new());
        for settings in settings {
            if signers.contains_key(settings) {
                continue;
            }
            match open(settings, **settings == own, means) {
                Ok(signer) => drop(signers.insert(Arc::clone(settings), signer)),
                Err(mistake) => drop(mistakes.insert(mistake)),
            }
        }
        if mistakes.is_empty() { Ok(Self(signers)) } else { Err(StartErrors(mistakes)) }
    }

    /// The signer of these settings.
    ///
    /// # Errors
    /// [`Error::Broken`] for settings that [`Signers::new`] was not given.
    pub fn get(&self, settings: &BackendSettings) -> Result<&dyn Signer> {
        let signer = self.0.get(settings).ok_or(Error::Broken("settings without a signer"))?;
        Ok(signer.as_ref())
    }

    /// Reads all keys again; where that fails, says so in the log and goes on with the old key.
    pub fn reload(&self) {
        for signer in self.0.values() {
            if let Err(error) = signer.reload() {
                tracing::error!(%error, "the signing key in use is kept");
            }
        }
        tracing::info!("the signing keys were read again");
    }

    /// Lets every signer sign something. Blocks; not to be called on the runtime's own threads.
    ///
    /// # Errors
    /// [`Error::Signing`] of the first one that cannot.
    pub fn heartbeat(&self) -> Result<()> {
        self.0.values().try_for_each(|signer| {
            let mut signing = signer.begin()?;
            signing
                .write_all(HEARTBEAT)
                .map_err(|_| Error::Signing("the signer takes no payload".to_owned()))?;
            signing.finish().map(drop)
        })
    }
}

fn open(
    settings: &BackendSettings,
    may_make_keys: bool,
    means: &Means,
) -> std::result::Result<Box<dyn Signer>, String> {
    match settings {
        BackendSettings::LocalEcdsa { private_key, public_key } => {
            let files = KeyFiles { private: private_key.clone(), public: public_key.clone() };
            local(files, may_make_keys, means).map_err(|error| error.to_string())
        }
        BackendSettings::Autograph { server_url, hawk_id, hawk_secret, key_ids } => {
            let credentials = Credentials::new(hawk_id, hawk_secret.expose())
                .ok_or("autograph.hawk_id has characters that no header takes")?;
            Ok(Box::new(Autograph::new(server_url, credentials, key_ids.clone(), means.clone())?))
        }
    }
}

fn local(
    files: KeyFiles,
    may_make_keys: bool,
    means: &Means,
) -> std::result::Result<Box<dyn Signer>, KeyError> {
    if may_make_keys && let (Some(private), Some(public)) = (&files.private, &files.public) {
        key_files::complete(private, public, means.random)?;
    }
    Ok(Box::new(LocalEcdsa::open(files)?))
}

/// All that keeps signers from being ready; a mistake per line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartErrors(BTreeSet<String>);

impl fmt::Display for StartErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for StartErrors {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, random::Random};
    use std::{fs, path::PathBuf};
    use tokio::runtime::{Builder, Runtime};

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    fn means(runtime: &Runtime) -> Means {
        Means { clock: Clock::System, random: Random, runtime: runtime.handle().clone() }
    }

    fn local(private: Option<PathBuf>, public: Option<PathBuf>) -> Arc<BackendSettings> {
        Arc::new(BackendSettings::LocalEcdsa { private_key: private, public_key: public })
    }

    fn sign(signer: &dyn Signer) -> Vec<super::super::Bundle> {
        signer.begin().unwrap().finish().unwrap()
    }

    #[test]
    fn keys_are_made_where_none_are_configured() {
        let (folder, runtime) = (tempfile::tempdir().unwrap(), runtime());
        let keys = folder.path().join("new/keys");
        let own = Arc::new(BackendSettings::made_at_start(&keys));
        let signers = Signers::new([&own, &own], &keys, &means(&runtime)).unwrap();
        signers.heartbeat().unwrap();
        let first = sign(signers.get(&own).unwrap());
        let again = Signers::new([&own], &keys, &means(&runtime)).unwrap();
        assert_eq!(sign(again.get(&own).unwrap()), first);

        fs::remove_file(keys.join("private.pem")).unwrap();
        signers.reload();
        assert_eq!(sign(signers.get(&own).unwrap()), first, "the key in use is kept");
        assert!(!keys.join("private.pem").exists(), "keys are made at the start only");
    }

    #[test]
    fn a_start_fails_with_all_there_is_to_say() {
        let (folder, runtime) = (tempfile::tempdir().unwrap(), runtime());
        let missing = |name: &str| Some(folder.path().join(name));
        let autograph = Arc::new(BackendSettings::Autograph {
            server_url: "http://127.0.0.1:1".parse().unwrap(),
            hawk_id: "\"".to_owned(),
            hawk_secret: Default::default(),
            key_ids: Vec::new(),
        });
        let settings = [
            &local(missing("a"), None),
            &local(missing("a"), missing("c")),
            &local(None, missing("b")),
            &autograph,
        ];
        let errors = Signers::new(settings, folder.path(), &means(&runtime)).unwrap_err();
        let folder = folder.path().display();
        assert_eq!(
            errors.to_string(),
            format!(
                "{folder}/a cannot be read: no such file or folder\n\
                 {folder}/b cannot be read: no such file or folder\n\
                 autograph.hawk_id has characters that no header takes"
            )
        );
    }

    #[test]
    fn a_signer_that_cannot_sign_is_noticed() {
        let (folder, runtime) = (tempfile::tempdir().unwrap(), runtime());
        let file = |name: &str| folder.path().join(name);
        key_files::create(&file("a"), &file("b"), Random).unwrap();
        let verifier = local(None, Some(file("b")));
        let signers = Signers::new([&verifier], folder.path(), &means(&runtime)).unwrap();
        assert!(matches!(signers.heartbeat(), Err(Error::Signing(_))));
        let unknown = local(Some(file("a")), None);
        assert!(matches!(signers.get(&unknown), Err(Error::Broken(_))));
    }
}
