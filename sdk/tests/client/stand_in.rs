//! The stand-in: evaluates blinded passwords, records calls, checks their signatures.

use data_encoding::HEXLOWER;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use notary_sdk::{Ambient, Argon2id, Kdf, Notary, Password, PublicKey, Unlocked};
use p384::{
    NistP384,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use voprf::{BlindedElement, OprfServer};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{header, method, path},
};

pub const PUBLIC_URI: &str = "https://notary.example/sub";
/// The vectors' third case: an OPRF, and the cheapest Argon2id that is accepted.
pub const PASSWORD: &str = "ﬁＡÅ pass";
pub const THUMBPRINT: &str = "qgWs11NUdBtM5WSzczVqqS_iRQ1TW1MQYbk_XN5kdzE";
pub const SEED: &str = "82a7f29ed5902d6b02bedfdd273511150ba520735c3c3dfafe6e3129e546a305";
pub const SALT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
pub const OUR_NOW: i64 = 1_000;
pub const SERVER_NOW: i64 = 90_000;

pub fn cheap() -> Kdf {
    Kdf { argon2id: Argon2id { m: 19_456, t: 2, p: 1 }, ..Kdf::default() }
}

pub fn discovery(kdf: &Kdf) -> Value {
    json!({
        "public_uri": PUBLIC_URI,
        "kdf": kdf,
        "limits": { "calls_per_second": 5, "calls_per_minute": 60 },
        "password": { "min_length": 9, "normalization": "NFKC", "new_in_v2": true },
        "confirmation_ttl": 600,
        "endpoints": { "salt": "", "signup": "", "confirm": "", "signature": "" },
        "new_in_v2": true
    })
}

pub fn salt_answer(request: &Request, kdf: &Kdf) -> Value {
    let body: Value = request.body_json().unwrap();
    let address = body["address"].as_str().unwrap().trim().to_lowercase();
    let mut answer = json!({
        "address": address, "salt": BASE64_STANDARD.encode(SALT), "kdf": kdf, "now": SERVER_NOW
    });
    if let Some(blinded) = body["blinded"].as_str() {
        let seed = HEXLOWER.decode(SEED.as_bytes()).unwrap();
        let server = OprfServer::<NistP384>::new_from_seed(&seed, b"notary/oprf/v1").unwrap();
        let blinded = BASE64_URL_SAFE_NO_PAD.decode(blinded).unwrap();
        let evaluated = server.blind_evaluate(&BlindedElement::deserialize(&blinded).unwrap());
        answer["evaluated"] = BASE64_URL_SAFE_NO_PAD.encode(evaluated.serialize()).into();
    }
    answer
}

pub async fn mount_discovery(server: &MockServer, body: Value) {
    Mock::given(method("GET"))
        .and(path("/.well-known/notary"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .expect(0..=1)
        .mount(server)
        .await;
}

pub async fn service(kdf: Kdf) -> MockServer {
    let server = MockServer::start().await;
    mount_discovery(&server, discovery(&kdf)).await;
    Mock::given(method("POST"))
        .and(path("/salt"))
        .respond_with(move |request: &Request| {
            ResponseTemplate::new(200).set_body_json(salt_answer(request, &kdf))
        })
        .mount(&server)
        .await;
    server
}

pub fn client(server: &MockServer) -> (Notary, Arc<AtomicI64>) {
    let hands = Arc::new(AtomicI64::new(OUR_NOW));
    let clock = hands.clone();
    let ambient = Ambient::new(move || clock.load(Ordering::SeqCst), StdRng::seed_from_u64(1));
    let base = server.uri().parse().unwrap();
    (Notary::with(base, PUBLIC_URI.parse().unwrap(), ambient).unwrap(), hands)
}

pub fn password() -> Password {
    Password::new(PASSWORD).unwrap()
}

/// A JWT's header and claims, once its signature has been checked.
pub fn open(jwt: &str, key: &PublicKey) -> Option<(Value, Value)> {
    let parts: Vec<_> = jwt.split('.').collect();
    let bytes = |index: usize| BASE64_URL_SAFE_NO_PAD.decode(parts[index]).unwrap();
    let verifier = VerifyingKey::from_sec1_bytes(&key.to_sec1_uncompressed()).unwrap();
    let signature = Signature::from_slice(&bytes(2)).unwrap();
    verifier.verify(jwt.rsplit_once('.').unwrap().0.as_bytes(), &signature).ok()?;
    let json = |index| serde_json::from_slice(&bytes(index)).unwrap();
    Some((json(0), json(1)))
}

/// Answers one call with `answer` and gives back the body it was made with.
pub async fn recorded<T>(
    server: &MockServer,
    on: (&str, &str),
    answer: ResponseTemplate,
    call: impl Future<Output = T>,
) -> (T, Value) {
    let guard = Mock::given(method(on.0))
        .and(path(on.1))
        .and(header("content-type", "application/json"))
        .and(header("origin", "https://notary.example"))
        .respond_with(answer)
        .expect(1)
        .mount_as_scoped(server)
        .await;
    let result = call.await;
    let body = guard.received_requests().await[0].body_json().unwrap();
    (result, body)
}

pub fn sent(body: &Value, key: &Unlocked) -> (Value, Value) {
    open(body["jwt"].as_str().unwrap(), &key.key.public()).unwrap()
}

pub fn accepted() -> ResponseTemplate {
    ResponseTemplate::new(202).set_body_json(json!({ "status": "confirmation_sent" }))
}

pub fn problem(status: u16, name: &str) -> ResponseTemplate {
    let body = json!({
        "type": format!("urn:notary:problem:{name}"), "title": "No", "status": 200,
        "detail": "Try something else."
    });
    ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/problem+json")
}

/// Newest, with a key of 20,000 KiB; before it the key of the vectors.
pub fn upgraded() -> Kdf {
    let argon2id = Argon2id { m: 20_000, t: 2, p: 1 };
    Kdf { v: 2, argon2id, previous: vec![cheap()], ..Kdf::default() }
}
