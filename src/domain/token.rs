//! Confirmation tokens: shown once in a mail, never stored.

use super::secret::Secrets;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha384, Sha512};
use uuid::Uuid;

/// 256 bits that prove that somebody reads a mailbox.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainToken([u8; 32]);

/// SHA-512 of a token's bytes: all that the database keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash([u8; 64]);

impl PlainToken {
    /// HMAC-SHA-384(K_tok, "confirm/v1" ‖ signup id ‖ nonce)\[..32\].
    pub fn derive(secrets: &Secrets, signup: Uuid, nonce: &[u8; 16]) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
        let mut mac: Hmac<Sha384> =
            Hmac::new_from_slice(secrets.token.as_slice()).expect("any length");
        mac.update(b"confirm/v1");
        mac.update(signup.as_bytes());
        mac.update(nonce);
        let mut token = [0; 32];
        token.copy_from_slice(&mac.finalize().into_bytes()[..32]);
        Self(token)
    }

    /// Parses base64url without padding, 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text that goes into the mail.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database knows of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha512::digest(self.0).into())
    }
}

impl std::fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlainToken")
    }
}

impl TokenHash {
    /// The hash's bytes.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by hand. A change would void the mails that are under way.
    #[test]
    fn a_token_stays_what_it_is() {
        let signup = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
        let token = PlainToken::derive(&Secrets::derive(&[7; 32]), signup, &[1; 16]);
        assert_eq!(token.reveal(), "bZvdFIKa_A4RmgpHJnj1lOrXWufXLnnp3V-q1r8r9j8");
    }

    #[test]
    fn recomputed_from_signup_and_nonce_alone() {
        let secrets = Secrets::derive(&[7; 32]);
        let token = PlainToken::derive(&secrets, Uuid::nil(), &[1; 16]);
        assert_eq!(token, PlainToken::derive(&secrets, Uuid::nil(), &[1; 16]));
        assert_ne!(token, PlainToken::derive(&secrets, Uuid::nil(), &[2; 16]));
        assert_ne!(token, PlainToken::derive(&secrets, Uuid::max(), &[1; 16]));
        assert_eq!(PlainToken::parse(&token.reveal()), Some(token.clone()));
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(PlainToken::parse(&format!("{}=", token.reveal())), None);
        assert_eq!(format!("{token:?}"), "PlainToken");
    }
}
