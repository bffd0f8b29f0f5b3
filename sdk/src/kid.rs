//! The name of an address's key.

use base64::{Engine, prelude::BASE64_STANDARD};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha512};

/// Lower-case hex SHA-512(address ‖ " " ‖ standard padded base64 of the salt): 128 characters
/// (PROTOCOL section 1). `address` is the canonical form, as `/salt` answers it.
pub fn kid(address: &str, salt: &[u8; 16]) -> String {
    HEXLOWER.encode(&Sha512::digest(format!("{address} {}", BASE64_STANDARD.encode(salt))))
}

/// Whether a text has the form of a kid: 128 lower-case hex digits.
pub fn is_kid(text: &str) -> bool {
    text.len() == 128 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_looks_like_one_and_nothing_else_does() {
        let kid = kid("foo@bar.com", &[7; 16]);
        assert!(is_kid(&kid));
        for bad in [&kid[1..], &format!("{kid}0"), &kid.to_uppercase(), &"g".repeat(128), ""] {
            assert!(!is_kid(bad), "{bad}");
        }
    }
}
