use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT},
};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

const ADMIN_SECRET_MIN_CHARACTERS: usize = 32;
const SECRET_KEY_MIN_BYTES: usize = 32;

/// A text that is not to be shown. Silent in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// One secret, or two while one replaces the other. Silent in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct AdminSecrets(Vec<Zeroizing<String>>);

/// `NOTARY_SECRET_KEY`, decoded; at least 32 bytes. Silent in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

impl Secret {
    pub(super) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text itself: for handing on, not for printing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl AdminSecrets {
    /// Reads one or two secrets, each at least 32 visible ASCII characters (they travel in a
    /// header field), with a comma between.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let secrets: Vec<_> =
            text.split(',').map(|part| Zeroizing::new(part.trim().to_owned())).collect();
        let fits = |secret: &Zeroizing<String>| {
            secret.len() >= ADMIN_SECRET_MIN_CHARACTERS
                && secret.bytes().all(|byte| byte.is_ascii_graphic())
        };
        (secrets.len() <= 2 && secrets.iter().all(fits)).then_some(Self(secrets))
    }

    /// Is this one of the secrets? Takes the same time whichever it is, however close it is, and
    /// tells nothing of their lengths: hashes are compared, all of them.
    pub fn matches(&self, presented: &[u8]) -> bool {
        let presented = Sha256::digest(presented);
        self.0
            .iter()
            .map(|secret| Sha256::digest(secret.as_bytes()).as_slice().ct_eq(&presented))
            .fold(Choice::from(0), |found, equal| found | equal)
            .into()
    }

    /// The secrets, in the order given: for our own commands that call the admin listener.
    pub fn expose(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|secret| secret.as_str())
    }
}

impl SecretKey {
    /// Reads base64 in the standard or the URL alphabet (RFC 4648 sections 4 and 5), padded or not.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let decoded = STANDARD_PAD_INDIFFERENT
            .decode(text)
            .or_else(|_| URL_SAFE_PAD_INDIFFERENT.decode(text));
        let bytes = Zeroizing::new(decoded.ok()?);
        (bytes.len() >= SECRET_KEY_MIN_BYTES).then_some(Self(bytes))
    }

    /// The bytes themselves: for deriving keys.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for AdminSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminSecrets(…)")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210!";

    #[test]
    fn admin_secrets_are_one_or_two_long_visible_texts() {
        assert!(AdminSecrets::parse(OLD).is_some());
        assert!(AdminSecrets::parse(&format!("{OLD}, {NEW}")).is_some());
        for wrong in [
            "",
            &OLD[1..],
            &format!("{OLD},"),
            &format!("{OLD},short"),
            &format!("{OLD},{NEW},{OLD}"),
            &format!("{OLD} {NEW}"),
            &"é".repeat(32),
        ] {
            assert!(AdminSecrets::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn exactly_the_admin_secrets_match() {
        let secrets = AdminSecrets::parse(&format!("{OLD},{NEW}")).unwrap();
        assert!(secrets.matches(OLD.as_bytes()));
        assert!(secrets.matches(NEW.as_bytes()));
        assert_eq!(secrets.expose().collect::<Vec<_>>(), [OLD, NEW]);
        for wrong in
            ["", &OLD[..31], &format!("{OLD}x"), &format!("{OLD},{NEW}"), &"x".repeat(10_240)]
        {
            assert!(!secrets.matches(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn secret_keys_come_in_both_alphabets_with_or_without_padding() {
        let standard = "++++////++++////++++////++++////++++////++8=";
        let bytes = SecretKey::parse(standard).unwrap().expose().to_vec();
        assert_eq!(bytes.len(), 32);
        let url_safe = standard.replace('+', "-").replace('/', "_");
        for same in [&standard[..43], &url_safe, &url_safe[..43]] {
            assert_eq!(SecretKey::parse(same).unwrap().expose(), bytes, "{same}");
        }
        let short = &"A".repeat(42);
        for wrong in ["", "not base64!", short, &standard.replacen('+', "-", 1)] {
            assert!(SecretKey::parse(wrong).is_none(), "{wrong}");
        }
    }
}
