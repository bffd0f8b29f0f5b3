//! An address's salt and key id.

use super::{address::Address, secret::Secrets};
use base64::{Engine, engine::general_purpose::STANDARD};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

/// 16 bytes, always the same for an address; public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// First 16 bytes of HMAC-SHA-512(K_salt, "notary/salt/v1\0" ‖ address).
    pub fn derive(secrets: &Secrets, address: &Address) -> Self {
        let mut mac = hmac_sha512(secrets.salt.as_slice());
        mac.update(b"notary/salt/v1\0");
        mac.update(address.as_str().as_bytes());
        let mut salt = [0; 16];
        salt.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        Self(salt)
    }

    /// The salt's bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Standard padded base64, as the wire has it.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Takes back what the database keeps.
    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// Names an address in a JWT's `kid` header (RFC 7515 section 4.1.4): SHA-512 of
/// address ‖ " " ‖ base64(salt). An old, a new and a pending key of one address share it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid([u8; 64]);

impl Kid {
    /// The key id of an address under its salt.
    pub fn derive(address: &Address, salt: &Salt) -> Self {
        use sha2::Digest;
        let text = format!("{} {}", address.as_str(), salt.to_base64());
        Self(Sha512::digest(text.as_bytes()).into())
    }

    /// Parses 128 lower-case hex digits; everything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut kid = [0; 64];
        (text.len() == 128).then_some(())?;
        HEXLOWER.decode_mut(text.as_bytes(), &mut kid).ok()?;
        Some(Self(kid))
    }

    /// The raw hash.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// Takes back what the database keeps.
    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Kid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut digits = [0; 128];
        HEXLOWER.encode_mut(&self.0, &mut digits);
        f.write_str(std::str::from_utf8(&digits).map_err(|_| std::fmt::Error)?)
    }
}

/// Logs show only the first eight digits.
impl std::fmt::Debug for Kid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kid({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
pub(crate) fn hmac_sha512(key: &[u8]) -> Hmac<Sha512> {
    Hmac::new_from_slice(key).expect("any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_address_same_salt_other_address_other_salt() {
        let secrets = Secrets::derive(&[7; 32]);
        let salt = |text| Salt::derive(&secrets, &Address::parse(text).unwrap());
        assert_eq!(salt("Foo@bar.com"), salt("foo@BAR.com"));
        assert_ne!(salt("foo@bar.com"), salt("foo+x@bar.com"));
        let other = Secrets::derive(&[8; 32]);
        assert_ne!(
            salt("foo@bar.com"),
            Salt::derive(&other, &Address::parse("foo@bar.com").unwrap())
        );
    }

    /// Computed by hand. A change of either would lock accounts out.
    #[test]
    fn salt_and_kid_stay_what_they_are() {
        let address = Address::parse("foo@bar.com").unwrap();
        let salt = Salt::derive(&Secrets::derive(&[7; 32]), &address);
        assert_eq!(salt.to_base64(), "lBQaEi44qZ/d09L9owIIGQ==");
        let kid = Kid::derive(&address, &salt);
        assert_eq!(
            kid.to_string(),
            "bad3f2d7010409885c98ee934eec9b3049cb4a0f7d8bea7d2d8b27027a271270\
             cb40f52887054ff53b393ea2c221f4af3f425a9327e196c8f52c15a8b73b77b4"
        );
        assert_eq!(format!("{kid:?}"), "Kid(bad3f2d7…)", "logs show no more");
        assert_eq!(kid.to_string(), notary_sdk::kid("foo@bar.com", salt.as_bytes()));
    }

    #[test]
    fn kid_text_is_exactly_128_lower_case_hex_digits() {
        let kid = Kid::derive(&Address::parse("foo@bar.com").unwrap(), &Salt([0; 16]));
        assert_eq!(Kid::parse(&kid.to_string()), Some(kid));
        for bad in
            ["", "ab", &kid.to_string().to_uppercase(), &format!("{kid}0"), &"../".repeat(43)]
        {
            assert_eq!(Kid::parse(bad), None, "{bad}");
        }
    }
}
