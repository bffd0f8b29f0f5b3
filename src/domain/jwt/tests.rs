//! What a JWT must be, case by case, and that nothing else is one.

use super::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use notary_sdk::SigningKey;
use serde_json::{Value, json};

mod claims;
mod form;
mod fuzz;
mod proven;

const NOW: Seconds = 1_800_000_000;
const KID: &str = "bad3f2d7010409885c98ee934eec9b3049cb4a0f7d8bea7d2d8b27027a271270\
                   cb40f52887054ff53b393ea2c221f4af3f425a9327e196c8f52c15a8b73b77b4";
const CALL: UserCall<'static> = UserCall {
    audience: "https://notary.example",
    method: "POST",
    uri: "https://notary.example/signup",
};

fn signer() -> SigningKey {
    SigningKey::from_uniform(&[7; 72])
}

fn public(signer: &SigningKey) -> PublicKey {
    let key = signer.public();
    PublicKey::from_stored(&key.to_sec1_uncompressed(), &key.thumbprint()).unwrap()
}

fn header() -> Value {
    json!({ "alg": "ES384", "kid": KID, "typ": "JWT" })
}

fn claims() -> Value {
    json!({
        "sub": "foo@bar.com", "aud": CALL.audience, "iat": NOW, "exp": NOW + 120, "jti": "a",
        "htm": CALL.method, "htu": CALL.uri,
    })
}

/// `object` with one member set, or removed by `null`.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value),
    };
    object
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A well-signed JWT of any header and claims, given as text.
fn signed(header: &str, claims: &str) -> String {
    let message = format!("{}.{}", b64(header), b64(claims));
    let signature = signer().sign(message.as_bytes());
    format!("{message}.{}", b64(signature))
}

fn jwt(claims: Value) -> String {
    signed(&header().to_string(), &claims.to_string())
}

/// All that the user side checks.
fn check(text: &str) -> Result<UserClaims, JwtFault> {
    Unverified::parse(text)?.verify(&public(&signer()))?.for_user_side(&CALL, NOW)
}

fn is_malformed(text: &str) -> bool {
    matches!(Unverified::parse(text), Err(JwtFault::Malformed(_)))
}
