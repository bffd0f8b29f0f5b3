//! base64url without padding (RFC 7515 section 2), by the processor's vector instructions where
//! base64 knows them.

use super::JwtFault;
use base64::Engine;

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
mod engine {
    use base64::engine::{Simd, general_purpose::NO_PAD};
    use std::sync::LazyLock;

    pub static BASE64URL: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(NO_PAD));
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
mod engine {
    pub use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
}

use engine::BASE64URL;

/// Decodes a header or claims: JSON is UTF-8 (RFC 8259 section 8.1).
pub(super) fn text(part: &str) -> Result<String, JwtFault> {
    let bytes =
        BASE64URL.decode(part).map_err(|_| JwtFault::Malformed("a part is no base64url"))?;
    String::from_utf8(bytes).map_err(|_| JwtFault::Malformed("a part is no UTF-8"))
}

/// Decodes a signature.
pub(super) fn signature(part: &str) -> Result<[u8; 96], JwtFault> {
    let mut signature = [0; 96];
    match BASE64URL.decode_slice(part, &mut signature) {
        Ok(96) => Ok(signature),
        _ => Err(JwtFault::Malformed("an ES384 signature is base64url of 96 bytes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    proptest! {
        /// The vectors take 32 characters at once; what is wrong may be in any of them, or behind.
        #[test]
        fn vectors_take_and_refuse_what_single_characters_do(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            place: prop::sample::Index,
            other: char,
        ) {
            let good = URL_SAFE_NO_PAD.encode(&bytes);
            prop_assert_eq!(BASE64URL.decode(&good), Ok(bytes));
            let (before, after) = good.split_at(place.index(good.len() + 1));
            for text in [format!("{before}{other}{after}"), format!("{before}{other}{}", after.get(1..).unwrap_or(""))] {
                prop_assert_eq!(BASE64URL.decode(&text), URL_SAFE_NO_PAD.decode(&text));
            }
        }
    }
}
