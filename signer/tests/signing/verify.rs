//! `verify` of collections on servers of all kinds.

use crate::kinto::{Said, serve};
use notary_signer::{
    cli::verify::{Failure, Options, verify_collection},
    clock::Clock,
    random::Random,
    signing::{
        fetch::FetchError,
        key_files::{KeyError, create},
        keypair::PrivateKey,
        payload::{self, ContentHash},
        verify::Mismatch,
    },
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

const COLLECTION: &str = "/v1/buckets/b/collections/c";

/// A signed collection on a server, to be served well or badly.
#[derive(Clone)]
struct Collection {
    metadata: Value,
    records: Vec<Value>,
    timestamp: i64,
}

impl Collection {
    /// Three records, one of them deleted after it was the newest.
    fn signed_by(keys: &[&PrivateKey]) -> Self {
        let records = vec![
            json!({"id": "b", "last_modified": 20, "n": [1.5, 1e21, -0.0], "s": "é\u{7f}😀"}),
            json!({"id": "c", "last_modified": 30, "deleted": true}),
            json!({"id": "a", "last_modified": 10, "deleted": false}),
        ];
        let texts = [
            r#"{"deleted":false,"id":"a","last_modified":10}"#,
            r#"{"id":"b","last_modified":20,"n":[1.5E0,1E21,-0E0],"s":"\u00e9\u007f\ud83d\ude00"}"#,
        ];
        let sign = |key: &&PrivateKey| {
            let mut hash = ContentHash::new();
            payload::write(&mut hash, texts.iter().map(Ok), 30).unwrap();
            json!({
                "signature": key.sign(&hash.finish()).unwrap(),
                "x5u": "",
                "mode": "p384ecdsa",
                "public_key": key.public().to_base64(),
            })
        };
        let signatures: Vec<Value> = keys.iter().map(sign).collect();
        let signature = signatures.first();
        let metadata = json!({
            "id": "c", "last_modified": 35, "signature": signature, "signatures": signatures,
        });
        Self { metadata, records, timestamp: 30 }
    }

    fn etag(&self) -> String {
        format!("\"{}\"", self.timestamp)
    }

    /// As Kinto with changesets.
    fn changeset(&self, request: &str) -> Said {
        assert!(request.starts_with(&format!("GET {COLLECTION}/changeset?_expected=")));
        Said::ok(json!({
            "metadata": self.metadata, "timestamp": self.timestamp, "changes": self.records,
        }))
    }

    /// As Kinto without, a record per page, behind a proxy that it does not know of.
    fn lists(&self, request: &str) -> Said {
        let request = request.replace(COLLECTION, "");
        if request.starts_with("GET /changeset") {
            return Said::status(404);
        }
        if request == "GET " {
            return Said::ok(json!({ "data": self.metadata })).header("ETag", "\"35\"");
        }
        let page = match request.as_str() {
            "GET /records" | "HEAD /records" => 0,
            "GET /records?_limit=1&_token=1" => 1,
            "GET /records?_limit=1&_token=2" => 2,
            other => panic!("{other}"),
        };
        let said = Said::ok(json!({"data": [self.records[page]]})).header("ETag", self.etag());
        if page == 2 {
            return said;
        }
        let next = format!("http://inside{COLLECTION}/records?_limit=1&_token={}", page + 1);
        said.header("Next-Page", next)
    }

    async fn verify(self) -> Result<String, Failure> {
        let changeset = self.clone();
        let by_changeset = verify(serve(move |request| changeset.changeset(request)), None).await;
        let by_lists = verify(serve(move |request| self.lists(request)), None).await;
        assert_eq!(by_changeset, by_lists);
        by_lists
    }
}

async fn verify(origin: String, public_key: Option<PathBuf>) -> Result<String, Failure> {
    let url = format!("{origin}{COLLECTION}").parse().unwrap();
    verify_collection(&Options { url, public_key }, &Clock::System).await
}

fn key() -> PrivateKey {
    PrivateKey::generate(Random)
}

fn differs<const N: usize>(mismatches: [Mismatch; N]) -> Result<String, Failure> {
    Err(Failure::Differs(mismatches.into()))
}

#[actix_web::test]
async fn what_was_signed_is_ok() {
    let key = key();
    let said = Collection::signed_by(&[&key]).verify().await.unwrap();
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("OK: 2 records, timestamp 30"));
    let by = format!("    signed by {}", key.public().to_base64());
    assert_eq!(lines.next(), Some(by.as_str()));
    assert!(lines.next().unwrap().contains("--public-key"));
}

#[actix_web::test]
async fn any_change_is_seen() {
    let good = Collection::signed_by(&[&key()]);
    let changes: [fn(&mut Collection); 6] = [
        |collection| collection.records[0]["n"] = json!([1.5, 1e21, 0.0]),
        |collection| collection.records[0]["s"] = json!("é\u{7f}😁"),
        |collection| collection.records[1]["deleted"] = json!(false),
        |collection| collection.records[2]["last_modified"] = json!(11),
        |collection| collection.records[2]["id"] = json!("A"),
        |collection| collection.metadata["signatures"][0]["signature"] = json!("A".repeat(128)),
    ];
    for (position, change) in changes.into_iter().enumerate() {
        let mut changed = good.clone();
        change(&mut changed);
        changed.metadata["signature"] = changed.metadata["signatures"][0].clone();
        assert_eq!(changed.verify().await, differs([Mismatch::Content]), "{position}");
    }
}

#[actix_web::test]
async fn what_else_may_be_wrong() {
    let good = Collection::signed_by(&[&key()]);
    let change = |member: &str, value: Value| {
        let mut changed = good.clone();
        changed.metadata["signatures"][0][member] = value;
        changed.metadata["signature"] = changed.metadata["signatures"][0].clone();
        changed.verify()
    };
    let mode = Mismatch::Mode("\"p256ecdsa\"".to_owned());
    assert_eq!(change("mode", json!("p256ecdsa")).await, differs([mode]));
    assert_eq!(change("public_key", json!("no key")).await, differs([Mismatch::BrokenKey]));
    assert_eq!(change("public_key", Value::Null).await, differs([Mismatch::NoKey]));
    assert_eq!(change("signature", Value::Null).await, differs([Mismatch::NoSignature]));

    let unsigned = Collection { metadata: json!({"id": "c", "last_modified": 35}), ..good.clone() };
    assert_eq!(unsigned.verify().await, differs([Mismatch::NoSignature]));

    let other_one = Collection::signed_by(&[&key()]).metadata["signature"].clone();
    let mut two = good.clone();
    two.metadata["signature"] = other_one;
    assert!(two.clone().verify().await.is_ok(), "each is good");
    two.metadata["signature"] = json!({"signature": "AAAA"});
    assert_eq!(two.verify().await, differs([Mismatch::NoKey]), "`signature` counts too");
}

#[actix_web::test]
async fn a_wrong_timestamp_is_told_from_wrong_records() {
    let mut late = Collection::signed_by(&[&key()]);
    late.timestamp = 31;
    assert_eq!(late.clone().verify().await, differs([Mismatch::Content]), "nobody knows which");
    late.metadata["last_modified"] = json!(30);
    let mismatch = Mismatch::Timestamp { signed: 30, listed: 31 };
    assert_eq!(late.verify().await, differs([mismatch]));
}

#[actix_web::test]
async fn a_given_key_must_be_among_those_that_signed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    create(&file("private"), &file("public"), Random).unwrap();
    let ours = std::fs::read_to_string(file("private")).unwrap();
    let ours = PrivateKey::from_pem(&ours).unwrap();
    let theirs = key();
    let against_ours = |keys: &[&PrivateKey]| {
        let collection = Collection::signed_by(keys);
        verify(serve(move |request| collection.lists(request)), Some(file("public")))
    };
    let said = against_ours(&[&ours]).await.unwrap();
    assert!(!said.contains("--public-key"), "{said}");
    assert!(against_ours(&[&theirs, &ours]).await.is_ok());
    let other = Mismatch::OtherKey(theirs.public().to_base64());
    assert_eq!(against_ours(&[&theirs]).await, differs([other]));

    let unread = verify("http://127.0.0.1:1".to_owned(), Some(file("none"))).await.unwrap_err();
    assert!(matches!(unread, Failure::Key(KeyError::Unreadable { .. })), "{unread}");
    assert_eq!(unread.status(), 2);
}

#[actix_web::test]
async fn a_list_that_changes_is_read_again() {
    let heads = AtomicUsize::new(0);
    let collection = Collection::signed_by(&[&key()]);
    let origin = serve(move |request| {
        let said = collection.lists(request);
        if request.starts_with("HEAD") && heads.fetch_add(1, Ordering::SeqCst) < 2 {
            return Said::status(200).header("ETag", "\"31\"");
        }
        said
    });
    assert!(verify(origin, None).await.is_ok());

    let (collection, pages) = (Collection::signed_by(&[&key()]), AtomicUsize::new(0));
    let origin = serve(move |request| {
        let mut said = collection.lists(request);
        if request.contains("_token=1") {
            let etag = format!("\"{}\"", 100 + pages.fetch_add(1, Ordering::SeqCst));
            said.headers.retain(|(name, _)| *name != "ETag");
            said = said.header("ETag", etag);
        }
        said
    });
    let restless = verify(origin, None).await.unwrap_err();
    assert_eq!(restless, Failure::Unreachable(FetchError::Unsteady));
    assert_eq!(restless.status(), 69);
}

#[actix_web::test]
async fn servers_that_cannot_be_asked() {
    let failure = |error| Err(Failure::Unreachable(error));
    let nothing = serve(|_| Said::status(404));
    assert_eq!(verify(nothing, None).await, failure(FetchError::Status(404)));
    let website = serve(|_| Said::ok(json!("welcome")));
    assert_eq!(verify(website, None).await, failure(FetchError::NotKinto));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(verify(nobody, None).await, failure(FetchError::Away));
}
