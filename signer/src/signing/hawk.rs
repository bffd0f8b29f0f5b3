//! The `Authorization` of Hawk requests with a payload hash
//! (<https://github.com/mozilla/hawk/blob/main/API.md>).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use url::Url;
use zeroize::Zeroizing;

/// Who asks. Silent about the key in `Debug`.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    key: Zeroizing<String>,
}

impl Credentials {
    /// `None` if the id cannot stand between quotes in a header.
    pub fn new(id: &str, key: &str) -> Option<Self> {
        let fits = |b: u8| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\';
        (!id.is_empty() && id.bytes().all(fits))
            .then(|| Self { id: id.to_owned(), key: Zeroizing::new(key.to_owned()) })
    }

    /// The header of a `POST` of this body with `Content-Type: application/json`. `ts` is the time
    /// in seconds since the Unix epoch; `nonce` may not repeat within the same second.
    pub fn authorize(&self, url: &Url, body: &[u8], ts: i64, nonce: &str) -> String {
        let hash = payload_hash(body);
        let mac = self.mac(url, &hash, ts, nonce);
        format!(r#"Hawk id="{}", ts="{ts}", nonce="{nonce}", hash="{hash}", mac="{mac}""#, self.id)
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    fn mac(&self, url: &Url, hash: &str, ts: i64, nonce: &str) -> String {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let resource = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let text =
            format!("hawk.1.header\n{ts}\n{nonce}\nPOST\n{resource}\n{host}\n{port}\n{hash}\n\n");
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).expect("any key fits");
        STANDARD.encode(mac.chain_update(text).finalize().into_bytes())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?}, ..)", self.id)
    }
}

fn payload_hash(body: &[u8]) -> String {
    let hash = Sha256::new_with_prefix("hawk.1.payload\napplication/json\n");
    STANDARD.encode(hash.chain_update(body).chain_update("\n").finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request of kinto-signer's, as captured (KINTO 1.10).
    #[test]
    fn a_captured_request() {
        let key = "fs5wgcer9qj819kfptdlp8gm227ewxnzvsuj9ztycsx08hfhzu";
        let alice = Credentials::new("alice", key).unwrap();
        let url = "http://127.0.0.1:18000/sign/data".parse().unwrap();
        let body = br#"[{"input": "VGhpcyBpcyBhIGhlYXJ0YmVhdCB0ZXN0Lg=="}]"#;
        assert_eq!(
            alice.authorize(&url, body, 1_795_314_544, "LU3wZd"),
            "Hawk id=\"alice\", ts=\"1795314544\", nonce=\"LU3wZd\", \
             hash=\"GqhNDk1dB7CKI4JIXgpMulLovI3CsZHcJ9ZDJkZdb7M=\", \
             mac=\"l1eOHmQSskMApGqr9PEBHf8YhUWsjuC2eNWLTKrqrFc=\""
        );
        assert_eq!(format!("{alice:?}"), "Credentials(\"alice\", ..)");
    }

    #[test]
    fn ids_that_no_header_takes() {
        for id in ["", "a\"b", "a\\b", "a\nb", "ä"] {
            assert!(Credentials::new(id, "").is_none(), "{id:?}");
        }
    }
}
