//! The keys that the service derives from its one secret.

use hkdf::Hkdf;
use sha2::Sha512;
use zeroize::Zeroizing;

/// Separate keys for separate jobs, by HKDF-SHA-512 (RFC 5869) from `NOTARY_SECRET_KEY`.
pub struct Secrets {
    pub(crate) salt: Zeroizing<[u8; 64]>,
    pub(crate) oprf: Zeroizing<[u8; 64]>,
    pub(crate) token: Zeroizing<[u8; 64]>,
    hook: Zeroizing<[u8; 64]>,
    log: Zeroizing<[u8; 64]>,
    check: [u8; 32],
}

impl Secrets {
    /// Derives every key; `master` has at least 32 bytes.
    pub fn derive(master: &[u8]) -> Self {
        let hkdf = Hkdf::<Sha512>::new(None, master);
        let mut check = [0; 32];
        expand(&hkdf, "notary/check/v1", &mut check);
        Self {
            salt: key(&hkdf, "notary/salt/v1"),
            oprf: key(&hkdf, "notary/oprf/v1"),
            token: key(&hkdf, "notary/token/v1"),
            hook: key(&hkdf, "notary/hook/v1"),
            log: key(&hkdf, "notary/log/v1"),
            check,
        }
    }

    /// K_hook, with which calls to an external mailer are signed.
    pub fn hook_key(&self) -> &[u8] {
        self.hook.as_slice()
    }

    /// The key under which addresses appear in logs.
    pub fn log_key(&self) -> &[u8] {
        self.log.as_slice()
    }

    /// A value for the database by which another `NOTARY_SECRET_KEY` is noticed. Tells nothing
    /// of the other keys.
    pub fn check_value(&self) -> &[u8; 32] {
        &self.check
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

fn key(hkdf: &Hkdf<Sha512>, info: &str) -> Zeroizing<[u8; 64]> {
    let mut key = Zeroizing::new([0; 64]);
    expand(hkdf, info, key.as_mut_slice());
    key
}

#[expect(clippy::expect_used, reason = "HKDF-SHA-512 gives up to 16,320 bytes, we ask for 64")]
fn expand(hkdf: &Hkdf<Sha512>, info: &str, out: &mut [u8]) {
    hkdf.expand(info.as_bytes(), out).expect("64 bytes");
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use std::collections::BTreeSet;

    /// Computed by hand from RFC 5869. A change of any of these would lock accounts out.
    #[test]
    fn keys_stay_what_they_are() {
        let secrets = Secrets::derive(&[7; 32]);
        let keys: [&[u8]; 6] = [
            secrets.salt.as_slice(),
            secrets.oprf.as_slice(),
            secrets.token.as_slice(),
            secrets.hook_key(),
            secrets.log_key(),
            secrets.check_value(),
        ];
        assert_eq!(
            keys.map(|key| HEXLOWER.encode(&key[..8])),
            [
                "e15f63a76e00855c",
                "2e42af775867ad30",
                "5c80a44e81abc8a1",
                "0a7f52c15792dbb5",
                "994aa65e129d4f38",
                "638fe5433da11b93",
            ]
        );
        assert_eq!(keys.into_iter().collect::<BTreeSet<_>>().len(), 6);
        assert_eq!(format!("{secrets:?}"), "Secrets");
    }
}
