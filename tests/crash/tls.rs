//! Mail over TLS, with a certificate that only a test trusts: the program takes the system's roots,
//! and `SSL_CERT_FILE` says which those are.

use crate::{
    cluster,
    node::{Node, settings},
    people::{client, mail_for, person},
    sql,
};
use mailin_embedded::{Handler, Response, Server, SslConfig, response::OK};
use notary::demo::smtp_sink::{SmtpSink, Verdict};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
};
use tempfile::TempDir;
use tokio::{io::copy_bidirectional, net::TcpStream};
use tokio_rustls::TlsAcceptor;

/// A certificate for `localhost`, signed by itself, and its key, as files.
struct Identity {
    certificate: PathBuf,
    key: PathBuf,
    config: Arc<ServerConfig>,
    _folder: TempDir,
}

impl Identity {
    fn new() -> Self {
        // Fails where another test was first, with the same provider.
        let _ = aws_lc_rs::default_provider().install_default();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        fs::write(&certificate, cert.pem()).unwrap();
        fs::write(&key, signing_key.serialize_pem()).unwrap();
        let private = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![cert.der().clone()], private).unwrap();
        Self { certificate, key, config: Arc::new(config), _folder: folder }
    }
}

/// Starts a node with this mail server and signs somebody up. With `trusted`, these are its roots.
async fn sign_up(db: &str, smtp: &str, trusted: Option<&Identity>) -> Node {
    let mut settings = settings(db, smtp);
    if let Some(identity) = trusted {
        settings.insert("SSL_CERT_FILE", identity.certificate.to_str().unwrap().to_owned());
    }
    let node = Node::start(&settings);
    let ada = person(&client(&node), "ada@example.org").await.unwrap();
    client(&node).sign_up(&ada).await.unwrap();
    node
}

/// The mail waits, because the server could not be trusted.
async fn is_refused(db: &str) {
    sql::until(db, "(SELECT last_error FROM outbox) = 'TLS failed'").await;
    assert_eq!(sql::text(db, "SELECT state FROM outbox"), "waiting");
}

#[tokio::test]
async fn smtps_reaches_a_trusted_server_and_no_other() {
    let identity = Identity::new();
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let plain = sink.port();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = format!("smtps://localhost:{}", listener.local_addr().unwrap().port());
    let acceptor = TlsAcceptor::from(identity.config.clone());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust us leaves.
            let Ok(mut outer) = acceptor.accept(stream).await else { continue };
            tokio::spawn(async move {
                let mut inner = TcpStream::connect(("127.0.0.1", plain)).await.unwrap();
                let _ = copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });

    let db = cluster::fresh_database(None);
    let node = sign_up(&db, &smtp, None).await;
    is_refused(&db).await;
    assert!(sink.messages().is_empty());
    drop(node);

    let _node = sign_up(&cluster::fresh_database(None), &smtp, Some(&identity)).await;
    mail_for(&sink, "ada@example.org").await;
}

/// Tells whom it got mail for.
#[derive(Clone)]
struct Recipients(mpsc::Sender<String>);

impl Handler for Recipients {
    fn rcpt(&mut self, to: &str) -> Response {
        self.0.send(to.to_owned()).unwrap();
        OK
    }
}

#[tokio::test]
async fn starttls_reaches_a_trusted_server_and_no_other() {
    let identity = Identity::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (recipients, heard) = mpsc::channel();
    let mut server = Server::new(Recipients(recipients));
    let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let (cert_path, key_path) = (path(&identity.certificate), path(&identity.key));
    server.with_ssl(SslConfig::SelfSigned { cert_path, key_path }).unwrap();
    server.with_tcp_listener(listener);
    thread::spawn(move || server.serve().unwrap());

    // Opportunistic means plain text where there is no TLS, not where it is somebody else's.
    for mode in ["required", "opportunistic"] {
        let smtp = format!("smtp://localhost:{port}?tls={mode}");
        let db = cluster::fresh_database(None);
        let node = sign_up(&db, &smtp, None).await;
        is_refused(&db).await;
        assert!(heard.try_recv().is_err());
        drop(node);

        let db = cluster::fresh_database(None);
        let _node = sign_up(&db, &smtp, Some(&identity)).await;
        sql::until(&db, "(SELECT state FROM outbox) = 'sent'").await;
        assert_eq!(heard.try_recv().unwrap(), "ada@example.org");
    }
}
