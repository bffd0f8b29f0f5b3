//! Requests that no honest client sends, over plain TCP.

use crate::{answer::Answer, harness::Service, sql};
use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::json;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

const BODY: &str = r#"{"address":"ada@example.org"}"#;
/// How long somebody who stalls is waited for at most.
const STALLED: Duration = Duration::from_secs(12);

async fn connect(to: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut connection = TcpStream::connect(to).await.unwrap();
    connection.write_all(bytes).await.unwrap();
    connection
}

/// Everything that comes until the other side closes.
async fn rest(mut connection: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end, too.
    let _ = connection.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What comes in answer to these bytes before the connection is closed.
async fn closing(to: SocketAddr, bytes: &str) -> String {
    let answer = async { rest(connect(to, bytes.as_bytes()).await).await };
    timeout(Duration::from_secs(5), answer)
        .await
        .unwrap_or_else(|_| panic!("the connection stays open after {bytes:?}"))
}

/// One answer on a connection that stays open: its head, and its body by `Content-Length`.
async fn one_answer(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        loop {
            bytes.push(connection.read_u8().await.unwrap());
            let text = String::from_utf8_lossy(&bytes);
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap_or("0");
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if body.len() == length {
                break text.into_owned();
            }
        }
    };
    timeout(Duration::from_secs(5), reading).await.unwrap()
}

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /salt HTTP/1.1\r\nHost: notary.example\r\nContent-Type: application/json\r\n{headers}\r\n{body}"
    )
}

#[tokio::test]
async fn a_stalled_body_and_a_stalled_head_are_cut_off_and_others_are_served_meanwhile() {
    let service = Service::start().await;
    let began = Instant::now();
    let body = connect(service.public, post("Content-Length: 29\r\n", "{").as_bytes()).await;
    let head = connect(service.public, b"POST /salt HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    let chunks = post("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n");
    let chunks = connect(service.public, chunks.as_bytes()).await;
    let silent = connect(service.public, b"").await;
    let others = async {
        for _ in 0..100 {
            let asked = Instant::now();
            let salt = service.public(Method::POST, "/salt").json(&json!({ "address": "a@b.cd" }));
            assert_eq!(Answer::to(salt).await.status, 200);
            assert!(asked.elapsed() < Duration::from_secs(5));
        }
    };
    let stalled = async {
        timeout(STALLED, async { tokio::join!(rest(body), rest(head), rest(chunks), rest(silent)) })
            .await
    };
    let (stalled, ()) = tokio::join!(stalled, others);
    let (body, head, chunks, silent) = stalled.unwrap_or_else(|_| panic!("not cut off"));
    assert!(began.elapsed() > Duration::from_secs(4), "slow networks have some time");
    for answer in [&body, &chunks] {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("urn:notary:problem:request_timeout"), "{answer}");
    }
    for answer in [head, silent] {
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[tokio::test]
async fn a_body_over_16_kib_is_413_whichever_way_it_comes() {
    let service = Service::start().await;
    let json = |length: usize| format!(r#"{{"address":"{}"}}"#, "a".repeat(length - 14));
    assert_eq!(json(17_000).len(), 17_000);
    for (length, expected) in [(16 * 1024, 400), (16 * 1024 + 1, 413), (17 * 1024, 413)] {
        let post = service.public(Method::POST, "/salt").header("Content-Type", "application/json");
        assert_eq!(Answer::to(post.body(json(length))).await.problem().0, expected, "{length}");
    }
    let chunk = json(17 * 1024);
    let chunked = format!("{:x}\r\n{chunk}\r\n0\r\n\r\n", chunk.len());
    let request = post("Transfer-Encoding: chunked\r\nConnection: close\r\n", &chunked);
    let answer = closing(service.public, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let announced = post("Content-Length: 10000000000\r\nConnection: close\r\n", &json(17 * 1024));
    let answer = closing(service.public, &announced).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn what_two_readers_could_read_differently_is_400_and_the_connection_ends() {
    let service = Service::start().await;
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: notary.example\r\n\r\n";
    let chunked = format!("0\r\n\r\n{smuggled}");
    for (what, request) in [
        ("both lengths", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", &chunked)),
        ("both, turned", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", &chunked)),
        ("two lengths", post("Content-Length: 29\r\nContent-Length: 30\r\n", BODY)),
        ("a signed length", post("Content-Length: +29\r\n", BODY)),
        ("a negative length", post("Content-Length: -1\r\n", BODY)),
        ("unknown coding", post("Transfer-Encoding: xchunked\r\n", &chunked)),
        ("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", &chunked)),
        (
            "two codings",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", &chunked),
        ),
        ("space before colon", post("Content-Length : 29\r\n", BODY)),
        ("folded", post("X-Folded: a\r\n b\r\nContent-Length: 29\r\n", BODY)),
        ("two hosts", post("Host: evil.example\r\nContent-Length: 29\r\n", BODY)),
        ("the same host twice", post("Host: notary.example\r\nContent-Length: 29\r\n", BODY)),
        ("no host", smuggled.replace("Host: notary.example\r\n", "")),
        ("NUL in a header", post("X-Nul: a\0b\r\nContent-Length: 29\r\n", BODY)),
        ("no HTTP", "\x16\x03\x01\x02\0\x01\0\x01\u{1}\r\n\r\n".to_owned()),
        ("bad chunk size", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")),
        ("HTTP/3.0", smuggled.replace("1.1", "3.0")),
    ] {
        let answer = closing(service.public, &request).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), usize::from(!answer.is_empty()), "{what}");
        assert!(!answer.contains("\r\n\r\nok\n"), "{what}: the smuggled request was answered");
    }
}

#[tokio::test]
async fn garbage_after_a_request_ends_the_connection_after_its_answer() {
    let service = Service::start().await;
    let request = format!("{}GARBAGE\r\n\r\n", post("Content-Length: 29\r\n", BODY));
    let answer = closing(service.public, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.matches("HTTP/1.1 200 ").count() <= 1, "{answer}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let service = Service::start().await;
    let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let last = "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let request = [&post("Content-Length: 29\r\n", BODY), health, last].concat();
    let answers = closing(service.public, &request).await;
    let statuses: Vec<_> =
        answers.match_indices("HTTP/1.1 ").map(|(at, _)| &answers[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["200", "200", "404"]);
}

#[tokio::test]
async fn a_connection_is_kept_after_a_refusal() {
    let service = Service::start().await;
    let mut connection = TcpStream::connect(service.public).await.unwrap();
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    for (request, status) in [
        (get("/nowhere"), 404),
        (get("/salt"), 405),
        (post("Content-Length: 2\r\n", "{}"), 400),
        (post("Origin: null\r\nContent-Length: 0\r\n", ""), 403),
        (post("Content-Length: 0\r\n", "").replace("application/json", "text/plain"), 415),
        (post("Content-Length: 29\r\n", BODY), 200),
    ] {
        connection.write_all(request.as_bytes()).await.unwrap();
        let answer = one_answer(&mut connection).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_nobody_has_read_is_not_taken_for_the_next_request() {
    let service = Service::start().await;
    let smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let length = format!("Content-Length: {}\r\n", smuggled.len());
    for (request, status) in [
        (post(&format!("{length}Origin: null\r\n"), smuggled), 403),
        (post(&length, smuggled).replace("application/json", "text/plain"), 415),
        (post(&length, smuggled).replace("/salt", "/nowhere"), 404),
    ] {
        let answer = closing(service.public, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_flood_of_verifications_is_turned_away_and_health_is_not() {
    let service = Service::start().await;
    let jwt = service.member("ada@example.org").await.token(&service, crate::harness::PUBLIC_URI);
    let mut blocker = sql::connect(&service.db);
    blocker.batch_execute("BEGIN; LOCK TABLE keys IN ACCESS EXCLUSIVE MODE").unwrap();
    let flood = futures_util::future::join_all((0..100).map(|_| Answer::to(service.verify(&jwt))));
    let health = async {
        for _ in 0..50 {
            let asked = Instant::now();
            let request = service.http.get(format!("http://{}/healthz", service.admin));
            assert_eq!(Answer::to(request).await.status, 200);
            assert!(asked.elapsed() < Duration::from_secs(2));
        }
    };
    let (answers, ()) = tokio::join!(flood, health);
    for answer in answers {
        assert!(["overloaded", "unavailable"].contains(&answer.problem_of(503).as_str()));
        assert_eq!(answer.header("retry-after"), "1");
    }
    blocker.batch_execute("ROLLBACK").unwrap();
    assert_eq!(Answer::to(service.verify(&jwt)).await.status, 200, "and it is over");
}
