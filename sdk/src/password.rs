//! The password, normalized once and wiped from memory when dropped.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// NFKC makes UTF-8 text at most eleven times longer (UAX #15, section 13).
const NFKC_MAX_GROWTH: usize = 11;

/// The NFKC form of what the user typed; nothing is trimmed. Silent in `Debug`.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Normalizes `typed` (PROTOCOL section 2, step 1).
    ///
    /// # Errors
    /// An empty password, and one longer than 65,535 bytes in normal form.
    pub fn new(typed: &str) -> Result<Self, PasswordError> {
        // Enough room from the start: growing would leave copies behind in freed memory.
        let mut normal =
            Zeroizing::new(String::with_capacity(typed.len().saturating_mul(NFKC_MAX_GROWTH)));
        normal.extend(typed.nfkc());
        match normal.len() {
            0 => Err(PasswordError::Empty),
            length if length > usize::from(u16::MAX) => Err(PasswordError::TooLong),
            _ => Ok(Self(normal)),
        }
    }

    /// The normal form's UTF-8 bytes: 1 to 65,535 of them.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The normal form's length in code points, which is what a minimum length counts.
    pub fn code_points(&self) -> usize {
        self.0.chars().count()
    }

    /// I2OSP(length in bytes, 2) ‖ the bytes.
    pub(crate) fn length_prefixed(&self, extra: usize) -> Zeroizing<Vec<u8>> {
        let bytes = self.as_bytes();
        let mut out = Zeroizing::new(Vec::with_capacity(2 + bytes.len() + extra));
        // `new` lets nothing longer than `u16::MAX` through.
        out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
        out.extend_from_slice(bytes);
        out
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// More than 65,535 bytes.
    #[error("the password is too long: at most 65,535 bytes")]
    TooLong,
    /// Fewer code points than the service asks for.
    #[error("the password is too short: at least {min} characters, and more is better")]
    TooShort {
        /// The service's minimum, in code points.
        min: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_surrounding_spaces() {
        assert_eq!(Password::new("  a b  ").unwrap().as_bytes(), b"  a b  ");
    }

    #[test]
    fn counts_code_points_of_the_normal_form() {
        assert_eq!(Password::new("\u{fb01}A\u{30a}").unwrap().code_points(), 3);
    }

    #[test]
    fn normalizing_never_needs_to_grow() {
        // U+FDFA has the largest expansion of all: 3 bytes become 33.
        let typed = "\u{fdfa}".repeat(1000);
        let normal = Password::new(&typed).unwrap();
        assert_eq!(normal.as_bytes().len(), 33_000);
        assert_eq!(normal.0.capacity(), typed.len() * NFKC_MAX_GROWTH);
    }

    #[test]
    fn refuses_empty_and_endless() {
        assert_eq!(Password::new("").unwrap_err(), PasswordError::Empty);
        assert_eq!(Password::new(&"x".repeat(65_536)).unwrap_err(), PasswordError::TooLong);
        assert!(Password::new(&"x".repeat(65_535)).is_ok());
    }

    #[test]
    fn debug_is_silent() {
        assert_eq!(format!("{:?}", Password::new("hunter2").unwrap()), "Password(..)");
    }
}
