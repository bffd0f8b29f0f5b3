//! The files that hold a local signer's keys.

use super::keypair::{PrivateKey, PublicKey};
use crate::random::Random;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The PEM files of a local signer; with only a public key, nothing can be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFiles {
    /// PEM of the private key.
    pub private: Option<PathBuf>,
    /// PEM of the public key; must belong to the private one.
    pub public: Option<PathBuf>,
}

/// A key that signs, or one that only verifies.
#[derive(Clone, Debug)]
pub enum Keys {
    /// Signs.
    Pair(PrivateKey),
    /// Only verifies.
    Public(PublicKey),
}

impl KeyFiles {
    /// Reads and checks the keys.
    ///
    /// # Errors
    /// As [`KeyError`] says.
    pub fn read(&self) -> Result<Keys, KeyError> {
        match (&self.private, &self.public) {
            (None, None) => Err(KeyError::None),
            (None, Some(public)) => read_public(public).map(Keys::Public),
            (Some(private), None) => read_private(private).map(Keys::Pair),
            (Some(private), Some(public)) => {
                let key = read_private(private)?;
                if read_public(public)? != key.public() {
                    return Err(KeyError::Strangers(private.clone(), public.clone()));
                }
                Ok(Keys::Pair(key))
            }
        }
    }
}

/// Makes a key and writes both halves; the private one is for its owner's eyes only (0600).
///
/// # Errors
/// [`KeyError::Exists`] if one of the files does, [`KeyError::Unwritable`].
pub fn create(private: &Path, public: &Path, random: Random) -> Result<PublicKey, KeyError> {
    // Looked at before anything is written, so that no half is left alone.
    if let Some(there) = [private, public].into_iter().find(|file| file.exists()) {
        return Err(KeyError::Exists(there.to_owned()));
    }
    let key = PrivateKey::generate(random);
    write_private(private, &key, random)?;
    write_public(public, &key, random)?;
    Ok(key.public())
}

/// Makes what is missing of a key at a first start, its folder too, and leaves alone what is there.
/// Processes that start at once, or after one that broke off, agree on one key.
///
/// # Errors
/// [`KeyError::Unwritable`]; those of reading.
pub fn complete(private: &Path, public: &Path, random: Random) -> Result<(), KeyError> {
    for folder in [private, public].map(folder_of) {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| unwritable(folder, &error))?;
    }
    if !private.exists() {
        unless_there(write_private(private, &PrivateKey::generate(random), random))?;
    }
    if !public.exists() {
        unless_there(write_public(public, &read_private(private)?, random))?;
    }
    Ok(())
}

fn unless_there(written: Result<(), KeyError>) -> Result<(), KeyError> {
    match written {
        Err(KeyError::Exists(_)) => Ok(()),
        written => written,
    }
}

fn write_private(file: &Path, key: &PrivateKey, random: Random) -> Result<(), KeyError> {
    write_new(file, key.to_pem().as_bytes(), 0o600, random)
}

fn write_public(file: &Path, key: &PrivateKey, random: Random) -> Result<(), KeyError> {
    write_new(file, key.public().to_pem().as_bytes(), 0o644, random)
}

/// Writes a file that does not exist yet, wholly or not at all, and for good.
fn write_new(file: &Path, content: &[u8], mode: u32, random: Random) -> Result<(), KeyError> {
    let folder = folder_of(file);
    let draft = folder.join(format!(".{}.pem", random.uuid().simple()));
    let written = write_draft(&draft, content, mode)
        .and_then(|()| fs::hard_link(&draft, file))
        .and_then(|()| File::open(folder)?.sync_all());
    let removed = fs::remove_file(&draft);
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => KeyError::Exists(file.to_owned()),
        _ => unwritable(file, &error),
    })?;
    removed.map_err(|error| unwritable(&draft, &error))
}

fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn unwritable(file: &Path, error: &io::Error) -> KeyError {
    KeyError::Unwritable { file: file.to_owned(), reason: reason(error) }
}

fn write_draft(draft: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(draft)?;
    file.write_all(content)?;
    file.sync_all()
}

fn read_private(file: &Path) -> Result<PrivateKey, KeyError> {
    let text = Zeroizing::new(read(file)?);
    PrivateKey::from_pem(&text).ok_or_else(|| KeyError::NotPrivate(file.to_owned()))
}

/// The public key of a PEM file.
///
/// # Errors
/// [`KeyError::Unreadable`], [`KeyError::NotPublic`].
pub fn read_public(file: &Path) -> Result<PublicKey, KeyError> {
    PublicKey::from_pem(&read(file)?).ok_or_else(|| KeyError::NotPublic(file.to_owned()))
}

fn read(file: &Path) -> Result<String, KeyError> {
    fs::read_to_string(file)
        .map_err(|error| KeyError::Unreadable { file: file.to_owned(), reason: reason(&error) })
}

fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is no folder",
        ErrorKind::InvalidData => "it is not text",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        _ => "input or output failed",
    }
}

/// What is wrong with the files of a key. Says nothing of their content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither half is configured.
    #[error(
        "Please specify either kinto.signer.ecdsa.private_key or kinto.signer.ecdsa.public_key \
         in the settings."
    )]
    None,
    /// A file cannot be read.
    #[error("{} cannot be read: {reason}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A file holds something else.
    #[error("{} is no P-384 private key in PEM (EC PRIVATE KEY or PRIVATE KEY)", .0.display())]
    NotPrivate(PathBuf),
    /// A file holds something else.
    #[error("{} is no P-384 public key in PEM (PUBLIC KEY)", .0.display())]
    NotPublic(PathBuf),
    /// The halves are not of one key.
    #[error("the private key in {} and the public key in {} do not belong together", .0.display(), .1.display())]
    Strangers(PathBuf, PathBuf),
    /// Keys are never overwritten.
    #[error("{} exists already, and keys are not overwritten", .0.display())]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("{} cannot be written: {reason}", file.display())]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// Why not.
        reason: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn given(private: Option<&Path>, public: Option<&Path>) -> KeyFiles {
        let own = |file: Option<&Path>| file.map(Path::to_owned);
        KeyFiles { private: own(private), public: own(public) }
    }

    fn key(files: &KeyFiles) -> PublicKey {
        match files.read().unwrap() {
            Keys::Pair(key) => key.public(),
            Keys::Public(key) => key,
        }
    }

    #[test]
    fn a_first_start_makes_keys_and_later_ones_complete_them() {
        let folder = tempfile::tempdir().unwrap();
        let (private, public) = (folder.path().join("a"), folder.path().join("b"));
        let files = given(Some(&private), Some(&public));
        assert!(matches!(files.read(), Err(KeyError::Unreadable { .. })));
        complete(&private, &public, Random).unwrap();
        let made = key(&files);
        let mode = fs::metadata(&private).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        fs::remove_file(&public).unwrap();
        complete(&private, &public, Random).unwrap();
        assert_eq!(key(&files), made);
        complete(&private, &public, Random).unwrap();
        assert_eq!(key(&files), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no drafts are left");
    }

    #[test]
    fn starts_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let (private, public) = (folder.path().join("a"), folder.path().join("b"));
        let start = || {
            complete(&private, &public, Random).unwrap();
            key(&given(Some(&private), Some(&public)))
        };
        let keys = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = create(Path::new("/nowhere/a"), Path::new("/nowhere/b"), Random).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere/a cannot be written: no such file or folder");
    }

    #[test]
    fn keys_are_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (private, public) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&public, "mine").unwrap();
        assert_eq!(create(&private, &public, Random), Err(KeyError::Exists(public.clone())));
        assert!(!private.exists());
        assert_eq!(fs::read_to_string(&public).unwrap(), "mine");
        fs::rename(&public, &private).unwrap();
        assert_eq!(create(&private, &public, Random), Err(KeyError::Exists(private.clone())));
        assert_eq!(fs::read_to_string(&private).unwrap(), "mine");
    }

    #[test]
    fn both_halves_must_be_of_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        create(&file("a"), &file("a.pub"), Random).unwrap();
        create(&file("b"), &file("b.pub"), Random).unwrap();
        let (a, a_pub, b_pub) = (file("a"), file("a.pub"), file("b.pub"));
        assert!(matches!(given(Some(&a), Some(&a_pub)).read(), Ok(Keys::Pair(_))));
        assert!(matches!(given(Some(&a), None).read(), Ok(Keys::Pair(_))));
        assert!(matches!(given(None, Some(&a_pub)).read(), Ok(Keys::Public(_))));
        assert_eq!(given(None, None).read().unwrap_err(), KeyError::None);
        assert_eq!(
            given(Some(&a), Some(&b_pub)).read().unwrap_err(),
            KeyError::Strangers(a.clone(), b_pub)
        );
        assert_eq!(given(Some(&a_pub), None).read().unwrap_err(), KeyError::NotPrivate(a_pub));
        assert_eq!(given(None, Some(&a)).read().unwrap_err(), KeyError::NotPublic(a));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = given(Some(Path::new("/nowhere/private.pem")), None).read().unwrap_err();
        assert_eq!(
            error.to_string(),
            "/nowhere/private.pem cannot be read: no such file or folder"
        );
    }
}
