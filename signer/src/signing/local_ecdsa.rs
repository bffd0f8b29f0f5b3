//! The local signer: a P-384 key in a file, read at the start and again when asked to.

use super::{
    Bundle, MODE, Signer, Signing,
    key_files::{KeyError, KeyFiles, Keys},
    keypair::PrivateKey,
    payload::ContentHash,
};
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::{
    io::{self, Write},
    sync::{PoisonError, RwLock},
};

/// Signs with a local key.
#[derive(Debug)]
pub struct LocalEcdsa {
    files: KeyFiles,
    keys: RwLock<Keys>,
}

impl LocalEcdsa {
    /// Reads and checks the keys.
    ///
    /// # Errors
    /// As [`KeyError`] says.
    pub fn open(files: KeyFiles) -> std::result::Result<Self, KeyError> {
        let keys = RwLock::new(files.read()?);
        Ok(Self { files, keys })
    }
}

impl Signer for LocalEcdsa {
    fn begin(&self) -> Result<Box<dyn Signing + '_>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        match &*keys {
            Keys::Pair(key) => {
                Ok(Box::new(LocalSigning { key: key.clone(), hash: ContentHash::new() }))
            }
            Keys::Public(_) => Err(Error::Signing(
                "only a public key is configured, which verifies but does not sign".to_owned(),
            )),
        }
    }

    /// Signatures are deterministic (RFC 6979): by the same key they are the same.
    fn repeats(&self, signatures: &Value) -> bool {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        match (&*keys, signatures.as_array().map(Vec::as_slice)) {
            (Keys::Pair(key), Some([one])) => one["public_key"] == key.public().to_base64(),
            _ => false,
        }
    }

    fn reload(&self) -> std::result::Result<(), KeyError> {
        let keys = self.files.read()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }
}

/// One payload, signed with the key of its beginning even if keys are reloaded meanwhile.
struct LocalSigning {
    key: PrivateKey,
    hash: ContentHash,
}

impl Write for LocalSigning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Signing for LocalSigning {
    fn finish(self: Box<Self>) -> Result<Vec<Bundle>> {
        let signature = self
            .key
            .sign(&self.hash.finish())
            .map_err(|_| Error::Signing("the local key gives no signature".to_owned()))?;
        Ok(vec![Bundle(Map::from_iter([
            ("signature".to_owned(), Value::from(signature)),
            ("x5u".to_owned(), Value::from("")),
            ("mode".to_owned(), Value::from(MODE)),
            ("public_key".to_owned(), Value::from(self.key.public().to_base64())),
        ]))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::signing::{key_files, keypair::PublicKey, payload};
    use std::{fs, path::Path};

    fn sign(signer: &LocalEcdsa) -> Result<Vec<Bundle>> {
        let mut signing = signer.begin()?;
        payload::write(&mut *signing, [Ok("{}")], 5)?;
        signing.finish()
    }

    fn open(private: Option<&Path>, public: Option<&Path>) -> LocalEcdsa {
        let own = |file: Option<&Path>| file.map(Path::to_owned);
        LocalEcdsa::open(KeyFiles { private: own(private), public: own(public) }).unwrap()
    }

    #[test]
    fn a_signature_is_stored_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let (private, public) = (folder.path().join("a"), folder.path().join("b"));
        let key = key_files::create(&private, &public, Random).unwrap();
        let signer = open(Some(&private), Some(&public));
        let bundles = sign(&signer).unwrap();
        let [Bundle(bundle)] = &bundles[..] else { panic!("one key, one signature") };
        let keys: Vec<&str> = bundle.keys().map(String::as_str).collect();
        assert_eq!(keys, ["mode", "public_key", "signature", "x5u"]);
        assert_eq!((&bundle["mode"], &bundle["x5u"]), (&"p384ecdsa".into(), &"".into()));
        assert_eq!(PublicKey::parse(bundle["public_key"].as_str().unwrap()), Some(key));
        let mut hash = ContentHash::new();
        hash.write_all(br#"{"data":[{}],"last_modified":"5"}"#).unwrap();
        assert!(key.verifies(&hash.finish(), bundle["signature"].as_str().unwrap()));
        assert_eq!(bundles, sign(&signer).unwrap(), "RFC 6979: one message, one signature");
    }

    #[test]
    fn a_public_key_alone_does_not_sign() {
        let folder = tempfile::tempdir().unwrap();
        let (private, public) = (folder.path().join("a"), folder.path().join("b"));
        key_files::create(&private, &public, Random).unwrap();
        let error = sign(&open(None, Some(&public))).unwrap_err();
        assert!(matches!(&error, Error::Signing(text) if text.contains("only a public key")));
    }

    #[test]
    fn a_new_key_is_taken_when_asked_and_a_broken_one_never() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        key_files::create(&file("a"), &file("a.pub"), Random).unwrap();
        key_files::create(&file("b"), &file("b.pub"), Random).unwrap();
        let signer = open(Some(&file("a")), None);
        let first = sign(&signer).unwrap();

        fs::copy(file("b"), file("a")).unwrap();
        assert_eq!(sign(&signer).unwrap(), first, "not read per signature");
        signer.reload().unwrap();
        let second = sign(&signer).unwrap();
        assert_eq!(second, sign(&open(Some(&file("b")), None)).unwrap());
        assert_ne!(second, first);

        fs::write(file("a"), "no key").unwrap();
        assert_eq!(signer.reload(), Err(KeyError::NotPrivate(file("a"))));
        assert_eq!(sign(&signer).unwrap(), second);
    }
}
