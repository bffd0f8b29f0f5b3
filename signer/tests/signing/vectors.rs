//! `tests/vectors.json`: made by kinto-signer's serializer and signer.

use base64::{Engine, engine::general_purpose::STANDARD};
use data_encoding::HEXLOWER;
use notary_signer::{
    domain::{object::Form, uri::Id},
    signing::{
        keypair::PublicKey,
        payload::{self, ContentHash},
        verify::{Mismatch, Snapshot},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha384};
use std::{collections::BTreeMap, io::Write};

fn vectors() -> (PublicKey, Vec<Value>) {
    let mut file: Value = serde_json::from_str(include_str!("../vectors.json")).unwrap();
    let key = PublicKey::parse(text(&file, "public_key_der_b64")).unwrap();
    let Value::Array(vectors) = file["vectors"].take() else { panic!("no vectors") };
    assert_eq!(vectors.len(), 5);
    (key, vectors)
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

fn last_modified(vector: &Value) -> i64 {
    let value = &vector["last_modified"];
    value.as_i64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// As the service does it: stored forms, live ones only, in order of id.
fn payload(vector: &Value) -> Vec<u8> {
    let records = vector["records"].as_array().unwrap().iter();
    let live = records.filter(|record| record["deleted"] != true);
    let by_id: BTreeMap<_, _> = live.map(|record| (text(record, "id"), record)).collect();
    let forms = by_id.into_iter().map(|(id, record)| {
        let form = Form::new(&Id::parse(id).unwrap(), record.as_object().unwrap())?;
        Ok(form.at(record["last_modified"].as_i64().unwrap()))
    });
    let mut bytes = Vec::new();
    payload::write(&mut bytes, forms, last_modified(vector)).unwrap();
    bytes
}

#[test]
fn payloads_and_their_digests() {
    let (key, vectors) = vectors();
    for vector in vectors {
        let name = text(&vector, "name");
        let payload = payload(&vector);
        assert_eq!(String::from_utf8_lossy(&payload), text(&vector, "payload"), "{name}");
        let plain = STANDARD.encode(Sha384::digest(&payload));
        assert_eq!(plain, text(&vector, "sha384_b64"), "{name}");
        let mut hash = ContentHash::new();
        hash.write_all(&payload).unwrap();
        let digest = hash.finish();
        assert_eq!(HEXLOWER.encode(&digest), text(&vector, "digest_with_prefix_hex"), "{name}");
        assert!(key.verifies(&digest, text(&vector, "sig_rfc6979_b64url")), "{name}");
    }
}

#[test]
fn signatures_of_kinto_signer_verify() {
    let (key, vectors) = vectors();
    for vector in vectors {
        let signature = json!({"signature": vector["sig_rfc6979_b64url"], "mode": "p384ecdsa"});
        let metadata = json!({ "signature": signature }).as_object().unwrap().clone();
        let mut snapshot = Snapshot::new(last_modified(&vector), metadata);
        for record in vector["records"].as_array().unwrap() {
            snapshot.add(record).unwrap();
        }
        assert_eq!(snapshot.verify(Some(&key)), Ok(vec![key]), "{}", vector["name"]);
        assert_eq!(snapshot.verify(None), Err(vec![Mismatch::NoKey]));
        snapshot.add(&json!({"id": "intruder", "last_modified": 1})).unwrap();
        assert_eq!(snapshot.verify(Some(&key)), Err(vec![Mismatch::Content]));
    }
}
