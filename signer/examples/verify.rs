//! `verify https://settings.example.com/v1/buckets/blog/collections/articles public.pem`

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use p384::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use p384::pkcs8::DecodePublicKey;
use serde_json::{Value, json};
use std::{env, error::Error, fs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().collect();
    let [_, url, pem] = &arguments[..] else { return Err("usage: verify URL PEM".into()) };
    let text = reqwest::get(format!("{url}/changeset?_expected=0")).await?.text().await?;
    let mut changeset: Value = serde_json::from_str(&text)?;

    let mut records: Vec<Value> = serde_json::from_value(changeset["changes"].take())?;
    records.sort_by_cached_key(|record| record["id"].as_str().unwrap_or_default().to_owned());
    let last_modified = changeset["timestamp"].to_string();
    let payload =
        canonical_json::to_string(&json!({ "data": records, "last_modified": last_modified }))?;

    let key = VerifyingKey::from_public_key_pem(&fs::read_to_string(pem)?)?;
    let signature = changeset["metadata"]["signature"]["signature"].as_str().unwrap_or_default();
    let signature = Signature::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signature)?)?;
    key.verify(format!("Content-Signature:\0{payload}").as_bytes(), &signature)?;
    println!("genuine");
    Ok(())
}
