//! Making JWTs (RFC 7519) as PROTOCOL section 3 wants them. Time and randomness are arguments.

use std::fmt;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use rand::CryptoRng;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::SigningKey;

/// How long a JWT for the service's own user side is valid, in seconds: enough for a slow
/// network, under the 300 that the service allows.
pub const USER_LIFETIME: u32 = 120;

/// Claims that have a method of their own, so that [`Claims::with`] cannot replace them.
const OWN: [&str; 10] =
    ["sub", "aud", "iat", "exp", "jti", "htm", "htu", "digest", "token", "new_address"];

/// The claims of a JWT to be signed. Silent in `Debug`: they may hold a confirmation token.
#[derive(Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Claims for one call of the service's user side: `method` and `public_uri` + `path`, valid
    /// for [`USER_LIFETIME`] seconds from `now` (seconds since the epoch, by the service's clock).
    pub fn for_notary<R: CryptoRng + ?Sized>(
        address: &str,
        public_uri: &str,
        method: &str,
        path: &str,
        now: i64,
        rng: &mut R,
    ) -> Self {
        Self::for_service(address, public_uri, now, USER_LIFETIME)
            .bound_to(method, &format!("{public_uri}{path}"))
            .once(rng)
    }

    /// Claims for another service, named by its URI `audience`, valid for `lifetime` seconds from
    /// `now`. Bind them to one request with [`bound_to`](Self::bound_to),
    /// [`over`](Self::over) and [`once`](Self::once).
    pub fn for_service(address: &str, audience: &str, now: i64, lifetime: u32) -> Self {
        let exp = now.saturating_add(lifetime.into());
        Self(Map::new()).set("sub", address).set("aud", audience).set("iat", now).set("exp", exp)
    }

    /// `jti`: a fresh random name of 128 bits, so that the receiver can refuse a second use.
    pub fn once<R: CryptoRng + ?Sized>(self, rng: &mut R) -> Self {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        self.set("jti", BASE64_URL_SAFE_NO_PAD.encode(id))
    }

    /// `htm` and `htu`: good for this method at this URI only (RFC 9449 section 4.2).
    pub fn bound_to(self, method: &str, uri: &str) -> Self {
        self.set("htm", method).set("htu", uri)
    }

    /// `digest`: good for a request with this body only.
    pub fn over(self, body: &[u8]) -> Self {
        self.set("digest", digest(body))
    }

    /// `token`: the confirmation token from the mail.
    pub fn token(self, token: &str) -> Self {
        self.set("token", token)
    }

    /// `new_address`: where the account is to move.
    pub fn new_address(self, address: &str) -> Self {
        self.set("new_address", address)
    }

    /// A claim that is the two parties' own.
    ///
    /// # Errors
    /// `name` is one of the claims this type sets by itself.
    pub fn with(self, name: &str, value: impl Into<Value>) -> Result<Self, ReservedClaim> {
        if OWN.contains(&name) { Err(ReservedClaim) } else { Ok(self.set(name, value)) }
    }

    fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

/// Exactly these claims; nothing is added or checked.
impl From<Map<String, Value>> for Claims {
    fn from(claims: Map<String, Value>) -> Self {
        Self(claims)
    }
}

impl From<Claims> for Map<String, Value> {
    fn from(claims: Claims) -> Self {
        claims.0
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(..)")
    }
}

/// The claim has a method of its own on [`Claims`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this claim is reserved: set it with the method made for it")]
pub struct ReservedClaim;

/// The compact JWS (RFC 7515 section 3.1) of the claims, signed ES384, header `alg`, `kid`, `typ`.
pub fn sign(key: &SigningKey, kid: &str, claims: &Claims) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "ES384", "kid": kid, "typ": "JWT" }));
    let signed = format!("{header}.{}", part(Value::Object(claims.0.clone())));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// A body's digest as RFC 9530 section 2 writes it: `sha-256=:<base64>:`.
pub fn digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(body)))
}

#[cfg(test)]
mod tests {
    use p384::ecdsa::{Signature, VerifyingKey, signature::Verifier};
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn part(jwt: &str, index: usize) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(index).unwrap()).unwrap()
    }

    #[test]
    fn the_signature_covers_header_and_claims() {
        let key = SigningKey::from_uniform(&[3; 72]);
        let claims = Claims::for_service("foo@bar.com", "https://a.example", 1_000, 60);
        let jwt = sign(&key, "0a", &claims.with("role", "admin").unwrap());
        let header: Value = serde_json::from_slice(&part(&jwt, 0)).unwrap();
        assert_eq!(header, json!({ "alg": "ES384", "kid": "0a", "typ": "JWT" }));
        let claims: Value = serde_json::from_slice(&part(&jwt, 1)).unwrap();
        let expected = json!({
            "sub": "foo@bar.com", "aud": "https://a.example", "iat": 1_000, "exp": 1_060,
            "role": "admin"
        });
        assert_eq!(claims, expected);

        let verifier = VerifyingKey::from_sec1_bytes(&key.public().to_sec1_uncompressed()).unwrap();
        let signature = Signature::from_slice(&part(&jwt, 2)).unwrap();
        let signed = jwt.rsplit_once('.').unwrap().0;
        verifier.verify(signed.as_bytes(), &signature).unwrap();
        verifier.verify(&signed.as_bytes()[1..], &signature).unwrap_err();
    }

    #[test]
    fn user_side_claims_name_one_endpoint_and_one_use() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut claims = || {
            let base = "https://notary.example";
            let claims = Claims::for_notary("a@b.c", base, "POST", "/confirm", 5, &mut rng);
            Map::from(claims.token("t"))
        };
        let (one, two) = (claims(), claims());
        assert_eq!(one["htm"], "POST");
        assert_eq!(one["htu"], "https://notary.example/confirm");
        assert_eq!(one["aud"], "https://notary.example");
        assert_eq!(one["exp"], 5 + i64::from(USER_LIFETIME));
        assert_eq!(one["token"], "t");
        assert_eq!(one["jti"].as_str().unwrap().len(), 22);
        assert_ne!(one["jti"], two["jti"]);
    }

    #[test]
    fn own_claims_cannot_be_replaced() {
        for name in OWN {
            let claims = Claims::for_service("a@b.c", "https://a.example", 0, 60);
            assert_eq!(claims.with(name, 1).unwrap_err(), ReservedClaim);
        }
    }

    #[test]
    fn digests_are_those_of_rfc_9530() {
        // Appendix B.1, with its line feed.
        let body = b"{\"hello\": \"world\"}\n";
        assert_eq!(digest(body), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    }

    #[test]
    fn debug_shows_no_token() {
        let claims = Claims::for_service("a@b.c", "https://a.example", 0, 60).token("secret");
        assert_eq!(format!("{claims:?}"), "Claims(..)");
    }
}
