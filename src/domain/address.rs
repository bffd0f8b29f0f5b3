//! Mail addresses in canonical form.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

/// The longest address that fits an SMTP path (RFC 5321 section 4.5.3.1.3, less the brackets).
const MAX_BYTES: usize = 254;
/// RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;

/// A mail address in canonical form: ASCII, lower case, the domain as its A-label.
///
/// Two spellings of one mailbox compare equal; `a+x@` stays distinct from `a@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Why a text is no address that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// There is no `@` with text on both sides.
    #[error("an address has the form name@domain")]
    Form,
    /// More than 254 bytes, or more than 64 before the `@`.
    #[error("the address is too long")]
    Length,
    /// Before the `@`: something other than dot-separated RFC 5322 atoms.
    #[error(
        "before the @ only ASCII letters, digits, single dots and !#$%&'*+-/=?^_`{{|}}~ can stand"
    )]
    LocalPart,
    /// After the `@`: no host name of two labels or more (RFC 1123, UTS #46).
    #[error("after the @ a domain name such as example.org is expected")]
    Domain,
}

impl Address {
    /// Parses any spelling into the canonical form.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressFault::Form)?;
        if local.is_empty() || domain.is_empty() {
            return Err(AddressFault::Form);
        }
        if local.len() > MAX_LOCAL_BYTES {
            return Err(AddressFault::Length);
        }
        if !local.split('.').all(is_atom) {
            return Err(AddressFault::LocalPart);
        }
        let domain = canonical_domain(domain)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > MAX_BYTES {
            return Err(AddressFault::Length);
        }
        Ok(Self(canonical))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back what [`Address::as_str`] gave to the database.
    pub(crate) fn from_stored(text: String) -> Self {
        Self(text)
    }
}

/// RFC 5322 section 3.2.3, `atext` one or more times.
fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
}

fn canonical_domain(domain: &str) -> Result<String, AddressFault> {
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
        .map_err(|_| AddressFault::Domain)?;
    let (_, top) = ascii.rsplit_once('.').ok_or(AddressFault::Domain)?;
    // An all-digit last label makes an IPv4 address of it (WHATWG URL, "ends in a number").
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressFault::Domain);
    }
    Ok(ascii.into_owned())
}

impl TryFrom<String> for Address {
    type Error = AddressFault;
    fn try_from(text: String) -> Result<Self, AddressFault> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_and_their_canonical_form() {
        for (spelling, canonical) in [
            ("foo@bar.com", "foo@bar.com"),
            ("Foo@BAR.com", "foo@bar.com"),
            ("alice+Tag@Bücher.example", "alice+tag@xn--bcher-kva.example"),
            ("alice+tag@xn--bcher-kva.example", "alice+tag@xn--bcher-kva.example"),
            // U+212A KELVIN SIGN and full-width letters fold in a domain …
            ("a@\u{212a}elvin.example", "a@kelvin.example"),
            ("a@ｅｘａｍｐｌｅ．org", "a@example.org"),
            // … a decomposed letter meets its composed twin, and sharp s stays itself.
            ("a@bu\u{308}cher.example", "a@xn--bcher-kva.example"),
            ("a@straße.example", "a@xn--strae-oqa.example"),
        ] {
            assert_eq!(Address::parse(spelling).unwrap().as_str(), canonical, "{spelling}");
        }
    }

    #[test]
    fn what_is_no_address() {
        use AddressFault::*;
        for (text, fault) in [
            ("", Form),
            ("foo", Form),
            ("@bar.com", Form),
            ("foo@", Form),
            ("\"a b\"@b.com", LocalPart),
            ("a b@b.com", LocalPart),
            ("a..b@b.com", LocalPart),
            (".a@b.com", LocalPart),
            ("a\r\nBcc: x@y.z@b.com", LocalPart),
            ("a\0@b.com", LocalPart),
            // Before the @ nothing folds: K (kelvin), dotless i and NFD are refused, not guessed.
            ("\u{212a}@b.com", LocalPart),
            ("\u{131}@b.com", LocalPart),
            ("e\u{301}@b.com", LocalPart),
            ("a@[127.0.0.1]", Domain),
            ("a@127.0.0.1", Domain),
            ("a@b", Domain),
            ("a@localhost", Domain),
            ("a@b.com.", Domain),
            ("a@-b.com", Domain),
            ("a@b_c.com", Domain),
            ("a@b.com\r\nBcc: x", Domain),
        ] {
            assert_eq!(Address::parse(text), Err(fault), "{text:?}");
        }
        assert_eq!(Address::parse(&format!("{}@b.com", "a".repeat(65))), Err(Length));
        let long = format!("{}@{}.com", "a".repeat(64), ["b".repeat(60).as_str(); 4].join("."));
        assert!(Address::parse(&long).is_err());
    }

    proptest! {
        #[test]
        fn canonical_form_is_a_fixed_point(text in "\\PC{0,20}@\\PC{1,20}\\.[a-zü]{2,5}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert_eq!(Address::parse(address.as_str()), Ok(address.clone()));
            }
        }

        #[test]
        fn case_never_matters(local in "[a-z0-9+._-]{1,12}", domain in "[a-z]{2,8}\\.org") {
            let text = format!("{local}@{domain}");
            prop_assert_eq!(Address::parse(&text), Address::parse(&text.to_uppercase()));
        }
    }
}
