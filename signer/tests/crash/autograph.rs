//! Autograph comes and goes.

use crate::{
    harness::Settings,
    stage::{DESTINATION, PREVIEW, SOURCE, Stage},
};
use serde_json::json;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Answers as Autograph does, with a signature that is none; away when dropped.
struct Autograph(JoinHandle<()>);

impl Autograph {
    async fn start(address: SocketAddr) -> (Self, SocketAddr) {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                answer(stream).await;
            }
        });
        (Self(serving), address)
    }
}

impl Drop for Autograph {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answer(stream: TcpStream) {
    let (mut stream, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        } else if line.is_empty() {
            break;
        }
    }
    stream.read_exact(&mut vec![0; length]).await.unwrap();
    let body = r#"[{"signature":"abc","x5u":"https://certs.example/c","mode":"p384ecdsa"}]"#;
    let answer = format!(
        "HTTP/1.1 201 Created\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn nothing_changes_while_it_is_away() {
    let (autograph, address) = Autograph::start("127.0.0.1:0".parse().unwrap()).await;
    let settings = Settings::default()
        .set("signer.signer_backend", "kinto_signer.signer.autograph")
        .set("signer.autograph.server_url", &format!("http://{address}"))
        .set("signer.autograph.hawk_id", "alice")
        .set("signer.autograph.hawk_secret", "fs5wgcer9qj819kfptdlp8gm227ewxnzvsuj9ztycsx08hfhzu");
    let stage = Stage::with(settings).await;
    stage.record("owner", "r", json!({"n": 1})).await.expect(201);
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.metadata(DESTINATION).await["signature"]["signature"], "abc");

    drop(autograph);
    stage.record("owner", "r", json!({"n": 2})).await.expect(200);
    let collections = [SOURCE, PREVIEW, DESTINATION];
    let mut before = Vec::new();
    for collection in collections {
        before.push((stage.metadata(collection).await, stage.clock(collection).await));
    }
    for status in ["to-review", "to-sign", "to-resign", "to-rollback"] {
        let reply = stage.ask("owner", status).await;
        assert!(reply.status.is_server_error(), "{status}: {:#}", reply.body);
        assert_eq!(reply.body["errno"], 999, "{status}");
        for (collection, before) in collections.iter().zip(&before) {
            let after = (stage.metadata(collection).await, stage.clock(collection).await);
            assert_eq!(after, *before, "{status} changed {collection}");
        }
    }
    let new = "/buckets/stage/collections/new";
    let reply = stage.service.put("owner", new, json!({})).await;
    assert!(reply.status.is_server_error(), "{:#}", reply.body);
    stage.service.get("owner", new).await.expect(404);
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {"n": 1}}));

    let (_autograph, _) = Autograph::start(address).await;
    stage.ask("owner", "to-sign").await.expect(200);
    assert_eq!(stage.records(DESTINATION).await, json!({"r": {"n": 2}}));
    assert_eq!(stage.status().await, "signed");
}
