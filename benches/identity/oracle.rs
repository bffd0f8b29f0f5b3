//! Does the time of an answer tell whether an address has an account? Known and unknown addresses
//! are called in pairs, and the two samples are compared.

use super::{
    accounts::Accounts,
    node::{Node, PUBLIC_URI},
};
use notary::random::Random;
use notary_sdk::{Claims, Jwk, SigningKey, kid, sign};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

/// Answers in a sample.
pub const SAMPLE: usize = 2_000;

/// Two samples, compared.
pub struct Comparison {
    pub what: &'static str,
    /// How much later the median of the known addresses' answers comes, in microseconds.
    pub shift: f64,
    /// The two-sample Kolmogorov-Smirnov test: how likely samples of one and the same distribution
    /// differ this much.
    pub p: f64,
}

/// Compares every call that takes an address from anybody.
pub fn compare(node: &Node, accounts: &Accounts) -> Vec<Comparison> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new();
    let calls: [(&'static str, Maker); 6] = [
        ("POST /salt", salt),
        ("POST /signup", signup),
        ("POST /signup of another kid", signup_of_another),
        ("PATCH /signature", password),
        ("POST /signature", status),
        ("DELETE /signature", disable),
    ];
    let compare = |(what, call): (&'static str, Maker)| {
        let mut known = Vec::with_capacity(SAMPLE);
        let mut unknown = Vec::with_capacity(SAMPLE);
        for n in 0..SAMPLE {
            let member = accounts.member(n);
            let stranger = format!("nobody{n}@{}.example", what.len());
            // Whoever comes second finds everything warm, and mail for some call before may be on
            // its way: chance decides who that is. Each has just asked for its salt.
            let mut pair = [(member, &mut known), (stranger.as_str(), &mut unknown)];
            pair.rotate_left(usize::from(Random.bytes::<1>()[0] % 2));
            for (address, sample) in pair {
                let salt = runtime.block_on(salt_of(&client, node, address));
                sample.push(runtime.block_on(time(&client, node, call(address, salt))));
            }
        }
        let shift = super::median(known.iter().copied()) - super::median(unknown.iter().copied());
        Comparison { what, shift, p: kolmogorov_smirnov(known, unknown) }
    };
    calls.into_iter().map(compare).collect()
}

/// Makes a call for an address and its salt.
type Maker = fn(&str, [u8; 16]) -> Call;

struct Call {
    method: Method,
    path: &'static str,
    body: Value,
    expected: StatusCode,
}

fn salt(address: &str, _: [u8; 16]) -> Call {
    let body = json!({ "address": address });
    Call { method: Method::POST, path: "/salt", body, expected: StatusCode::OK }
}

fn signup(address: &str, salt: [u8; 16]) -> Call {
    signed(Method::POST, "/signup", address, salt, StatusCode::ACCEPTED)
}

/// Refused before anything is written.
fn signup_of_another(address: &str, _: [u8; 16]) -> Call {
    Call { expected: StatusCode::BAD_REQUEST, ..signup(address, Random.bytes()) }
}

fn password(address: &str, salt: [u8; 16]) -> Call {
    signed(Method::PATCH, "/signature", address, salt, StatusCode::ACCEPTED)
}

fn status(address: &str, salt: [u8; 16]) -> Call {
    signed(Method::POST, "/signature", address, salt, StatusCode::BAD_REQUEST)
}

fn disable(address: &str, salt: [u8; 16]) -> Call {
    signed(Method::DELETE, "/signature", address, salt, StatusCode::BAD_REQUEST)
}

/// Signed with a key that nobody has seen.
fn signed(
    method: Method,
    path: &'static str,
    address: &str,
    salt: [u8; 16],
    expected: StatusCode,
) -> Call {
    let key = SigningKey::from_uniform(&Random.bytes());
    let kid = kid(address, &salt);
    let now = notary::clock::Clock::system().now();
    let rng = &mut UnwrapErr(SysRng);
    let claims = Claims::for_notary(address, PUBLIC_URI, method.as_str(), path, now, rng);
    let mut body = json!({ "jwt": sign(&key, &kid, &claims) });
    if expected == StatusCode::ACCEPTED {
        body["publicKey"] = json!(Jwk::new(&key.public(), &kid));
    }
    Call { method, path, body, expected }
}

async fn salt_of(client: &Client, node: &Node, address: &str) -> [u8; 16] {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let url = format!("http://127.0.0.1:{}/salt", node.public_port);
    let answer = client.post(url).json(&json!({ "address": address })).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    STANDARD.decode(answer["salt"].as_str().unwrap()).unwrap().try_into().unwrap()
}

/// Microseconds from the first byte sent to the last one read.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
async fn time(client: &Client, node: &Node, call: Call) -> f64 {
    let url = format!("http://127.0.0.1:{}{}", node.public_port, call.path);
    let request = client.request(call.method, url).json(&call.body).build().unwrap();
    let began = Instant::now();
    let answer = client.execute(request).await.unwrap();
    let status = answer.status();
    answer.bytes().await.unwrap();
    let took = began.elapsed();
    assert_eq!(status, call.expected);
    took.as_secs_f64() * 1e6
}

/// The p-value of the two-sample test, by Kolmogorov's limit with Stephens' correction.
fn kolmogorov_smirnov(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (mut i, mut j, mut distance) = (0, 0, 0.0f64);
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            i += 1
        } else {
            j += 1
        }
        let gap = i as f64 / a.len() as f64 - j as f64 / b.len() as f64;
        distance = distance.max(gap.abs());
    }
    let size = (a.len() * b.len()) as f64 / (a.len() + b.len()) as f64;
    let lambda = (size.sqrt() + 0.12 + 0.11 / size.sqrt()) * distance;
    let terms = (1..=100).map(|k: i32| {
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        sign * (-2.0 * f64::from(k * k) * lambda * lambda).exp()
    });
    (2.0 * terms.sum::<f64>()).clamp(0.0, 1.0)
}
