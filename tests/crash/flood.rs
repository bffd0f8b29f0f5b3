//! Forged tokens by the thousand. What must not wait for them does not, and memory stays as it is.

use crate::{
    cluster,
    node::{ADMIN_SECRET, Node, settings},
    people::{AUDIENCE, client, is_taken, jwt, mail_for, member, person, token_in, verifier},
};
use notary::{
    demo::smtp_sink::{SmtpSink, Verdict},
    random::Random,
};
use notary_sdk::{Ambient, Claims, SigningKey, Unlocked};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// More than are verified at once, and fewer: then each of them waits for its turn.
const CALLERS: [usize; 2] = [600, 400];

/// What the callers were told.
#[derive(Default)]
struct Answers {
    /// How long each 422 took.
    refused: Vec<Duration>,
    turned_away: usize,
}

impl Answers {
    fn count(&self) -> usize {
        self.refused.len() + self.turned_away
    }
}

/// Asks over and over, and panics at any answer that is neither 422 nor 503 with `Retry-After`.
#[expect(clippy::disallowed_methods, reason = "measures time")]
async fn call(address: SocketAddr, request: &str, answers: &RefCell<Answers>) {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    loop {
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let head = head(&mut stream).await;
        let mut answers = answers.borrow_mut();
        match head.split(' ').nth(1).unwrap() {
            "422" => answers.refused.push(asked.elapsed()),
            "503" if head.contains("\r\nretry-after: ") => answers.turned_away += 1,
            _ => panic!("{head}"),
        }
    }
}

/// Reads an answer and returns its head, in lower case.
async fn head(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(stream.read_line(&mut head).await.unwrap() > 0, "closed after {head}");
    }
    let head = head.to_lowercase();
    let length = head.split("\r\ncontent-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    stream.read_exact(&mut vec![0; length]).await.unwrap();
    head
}

/// Waits until so many more answers have come.
async fn more(answers: &RefCell<Answers>, count: usize) {
    let goal = answers.borrow().count() + count;
    while answers.borrow().count() < goal {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "measures time")]
async fn time_of_health(address: SocketAddr) -> Duration {
    let asked = Instant::now();
    let answer = reqwest::get(format!("http://{address}/healthz")).await.unwrap();
    assert_eq!(answer.status(), 200);
    asked.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn forged_tokens_hold_up_neither_health_nor_sign_up_and_take_no_memory() {
    for callers in CALLERS {
        flood(callers).await;
    }
}

async fn flood(callers: usize) {
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let node = Node::start(&settings(&db, &format!("smtp://127.0.0.1:{}", sink.port())));
    let client = client(&node);
    let ada = member(&client, &sink, "ada@example.org").await;
    let forger = Unlocked { key: SigningKey::from_uniform(&Random.bytes()), ..ada.clone() };
    let request = format!(
        "GET /verify?aud={AUDIENCE} HTTP/1.1\r\nHost: x\r\nNotary-Admin-Secret: {ADMIN_SECRET}\r\n\
         Authorization: Bearer {}\r\n\r\n",
        jwt(&forger)
    );
    let answers = RefCell::new(Answers::default());
    let flood = (0..callers).map(|_| call(node.admin, &request, &answers));
    let others = async {
        more(&answers, 4 * callers).await;
        let before = node.resident();
        let mut times = Vec::new();
        for _ in 0..20 {
            times.push(time_of_health(node.admin).await);
            time_of_health(node.public).await;
        }
        let bob = person(&client, "bob@example.org").await.unwrap();
        client.sign_up(&bob).await.unwrap();
        let token = token_in(&mail_for(&sink, "bob@example.org").await);
        client.confirm(&bob, &token).await.unwrap();
        more(&answers, 4 * callers).await;
        (times, before)
    };
    let (times, before) = tokio::select! {
        measured = others => measured,
        _ = futures_util::future::join_all(flood) => unreachable!("callers never stop"),
    };
    let grown = node.resident().saturating_sub(before);
    assert!(grown < 16_000_000, "{grown} bytes more");
    let Answers { refused, turned_away } = answers.into_inner();
    assert_eq!(turned_away > 0, callers == CALLERS[0], "{turned_away}");
    assert!(!refused.is_empty());
    // Both wait for the processor, but only one of them for the signatures of others.
    let (health, verification) = (median(times), median(refused));
    assert!(2 * health < verification, "{health:?}, {verification:?}");
}

/// Claims that take a hundred times their own length when they are parsed.
fn bulky() -> Value {
    let lists: Vec<Value> = (0..500).map(|_| json!([[]])).collect();
    (0..100).fold(json!(lists), |inner, _| json!({ "": inner }))
}

#[tokio::test]
async fn what_is_remembered_of_jwts_stays_within_its_bytes_whatever_they_claim() {
    const JWTS: usize = 1_000;
    const MEGABYTES: usize = 8;
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let mut settings = settings(&db, &format!("smtp://127.0.0.1:{}", sink.port()));
    settings.insert("NOTARY_VERIFY_CACHE_MB", MEGABYTES.to_string());
    let node = Node::start(&settings);
    let ada = member(&client(&node), &sink, "ada@example.org").await;
    let verifier = verifier(&node);
    let now = Ambient::system().now();
    let take = async |n: usize| {
        let claims = Claims::for_service(&ada.address, AUDIENCE, now, 600);
        let claims = claims.with("n", n).unwrap().with("bulky", bulky()).unwrap();
        assert!(is_taken(&verifier, &ada.sign(&claims)).await);
    };
    // What a node needs anyway comes first.
    for n in 0..JWTS / 10 {
        take(n).await;
    }
    let before = node.resident();
    for n in JWTS / 10..JWTS {
        take(n).await;
    }
    let grown = node.resident().saturating_sub(before);
    assert!(grown < 2_000_000 * MEGABYTES, "{grown} bytes more");
}
