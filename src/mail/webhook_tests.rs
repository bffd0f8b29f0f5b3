use std::net::SocketAddr;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::Instant,
};

use super::*;
use crate::mail::Purpose;

const KEY: &[u8] = b"a key for tests";
const NOW: i64 = 1_800_000_001;

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn webhook(address: SocketAddr) -> Webhook {
    Webhook::new(format!("http://{address}/mail").parse().unwrap(), KEY).unwrap()
}

/// Takes one request, answers with `answer` and gives back the request's head and body.
async fn serve(listener: &TcpListener, answer: &str) -> (String, Vec<u8>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    loop {
        stream.read_buf(&mut request).await.unwrap();
        let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(request[..end].to_vec()).unwrap();
        let length: usize = header(&head, "content-length").unwrap().parse().unwrap();
        if request.len() == end + 4 + length {
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head, request.split_off(end + 4));
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

async fn answered(answer: &str) -> Result<(), SendError> {
    let (listener, address) = listen().await;
    let letter = Letter::sample(Purpose::Signup);
    let webhook = webhook(address);
    tokio::join!(webhook.send(&letter, NOW), serve(&listener, answer)).0
}

#[tokio::test]
async fn the_call_is_signed_and_names_its_delivery() {
    let (listener, address) = listen().await;
    let letter = Letter::sample(Purpose::Signup);
    let webhook = webhook(address);
    let (sent, (head, body)) = tokio::join!(
        webhook.send(&letter, NOW),
        serve(&listener, "HTTP/1.1 204 No Content\r\n\r\n"),
    );
    assert_eq!(sent, Ok(()));
    assert!(head.starts_with("POST /mail HTTP/1.1\r\n"), "{head}");
    assert_eq!(header(&head, "content-type"), Some("application/json"));
    assert_eq!(header(&head, "notary-delivery"), Some("01234567-89ab-4def-8123-456789abcdef"));

    let (time, tag) = header(&head, "notary-signature").unwrap().split_once(',').unwrap();
    assert_eq!(time, "t=1800000001");
    let signed = [b"1800000001.", body.as_slice()].concat();
    let tag = HEXLOWER.decode(tag.strip_prefix("v1=").unwrap().as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    assert!(hmac::verify(&key, &signed, &tag).is_ok());
    assert!(hmac::verify(&key, &body, &tag).is_err());

    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "token": letter.token,
            "address": "alice@example.org",
            "purpose": "signup",
            "expires_at": 1_800_000_600,
        })
    );
}

#[test]
fn the_signature_is_hmac_sha_256() {
    // Computed with `printf '1800000001.{}' | openssl dgst -sha256 -hmac 'a key for tests'`.
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    assert_eq!(
        sign(&key, NOW, b"{}"),
        "t=1800000001,v1=ec3241348262cedba25dc05fad2a4f9d2a446ac7329bde462f34d88a7bec9c46"
    );
}

#[test]
fn a_notice_has_no_token_and_another_account_is_named() {
    let json = |purpose| {
        serde_json::from_slice::<Value>(&body(&Letter::sample(purpose)).unwrap()).unwrap()
    };
    assert_eq!(
        json(Purpose::NoticeDisabled),
        json!({"address": "alice@example.org", "purpose": "disabled"})
    );
    let old = json(Purpose::AddressOld);
    assert_eq!(old["address"], "alice@example.org");
    assert_eq!(old["account"], "alice+new@example.net");
}

#[tokio::test]
async fn which_answers_end_a_letter() {
    for status in [200, 202, 204] {
        assert_eq!(answered(&format!("HTTP/1.1 {status} x\r\n\r\n")).await, Ok(()));
    }
    for status in [400, 401, 404, 410, 422] {
        let refused = Err(SendError::Permanent(format!("HTTP {status}")));
        assert_eq!(answered(&format!("HTTP/1.1 {status} x\r\n\r\n")).await, refused);
    }
    for status in [304, 408, 425, 429, 500, 503] {
        let failed = Err(SendError::Temporary(format!("HTTP {status}")));
        assert_eq!(answered(&format!("HTTP/1.1 {status} x\r\n\r\n")).await, failed);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, address) = listen().await;
    for location in ["http://169.254.169.254/latest", &format!("http://{address}/")] {
        for status in [301, 302, 303, 307, 308] {
            let answer =
                format!("HTTP/1.1 {status} x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            let failed = Err(SendError::Temporary(format!("HTTP {status}")));
            assert_eq!(answered(&answer).await, failed);
        }
    }
    // Nobody has come: the first to be seen is this one.
    let knock = TcpStream::connect(address).await.unwrap();
    let (_, first) = elsewhere.accept().await.unwrap();
    assert_eq!(first, knock.local_addr().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_slow_mailer_is_left_after_five_seconds() {
    let (listener, address) = listen().await;
    let began = Instant::now();
    let silent = async {
        let _open = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
    };
    let webhook = webhook(address);
    let letter = Letter::sample(Purpose::Signup);
    let sent = tokio::select! {
        sent = webhook.send(&letter, NOW) => sent,
        () = silent => unreachable!(),
    };
    assert_eq!(sent, Err(SendError::timeout()));
    assert!(began.elapsed() <= Duration::from_millis(5_010), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_absent_mailer_is_a_temporary_failure() {
    let (listener, address) = listen().await;
    let webhook = webhook(address);
    assert_eq!(webhook.check().await, Ok(()));
    drop(listener);
    let refused = Err(SendError::Temporary("connection refused".into()));
    assert_eq!(webhook.check().await, refused);
    assert_eq!(webhook.send(&Letter::sample(Purpose::Signup), NOW).await, refused);
}

#[tokio::test]
async fn the_guard_stands_between_a_name_and_its_address() {
    let (_listener, address) = listen().await;
    let uri = format!("http://localhost:{}/", address.port());
    let mut webhook = Webhook::new(uri.parse().unwrap(), KEY).unwrap();
    // As if localhost had come to resolve to an address that we do not call.
    #[derive(Clone, Copy)]
    struct Nowhere;
    impl reqwest::dns::Resolve for Nowhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            let guard = Guard { loopback_only: true };
            guard.resolve("169.254.169.254".parse().unwrap())
        }
    }
    webhook.client = Client::builder().no_proxy().dns_resolver(Nowhere).build().unwrap();
    assert_eq!(
        webhook.send(&Letter::sample(Purpose::Signup), NOW).await,
        Err(SendError::Temporary("address not allowed".into()))
    );
}

#[test]
fn which_uris_are_called() {
    let usable = |uri: &str| Webhook::new(uri.parse().unwrap(), KEY).is_ok();
    for uri in [
        "https://mailer.example.org/hook?tenant=1",
        "https://10.0.0.7/",
        "http://127.0.0.1:9000/",
        "http://[::1]:9000/",
        "http://localhost/",
    ] {
        assert!(usable(uri), "{uri}");
    }
    for uri in [
        "http://mailer.example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.7/",
        "https://169.254.169.254/",
        "https://0xa9.0xfe.0xa9.0xfe/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fe80::1]/",
        "https://user@mailer.example.org/",
        "https://:password@mailer.example.org/",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
    ] {
        assert!(!usable(uri), "{uri}");
    }
}
