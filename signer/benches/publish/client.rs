//! What an editor and a reviewer do, over HTTP, and how long they wait.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// Of both servers, by default.
const BATCH: usize = 25;

#[derive(Clone, Copy)]
pub enum Person {
    Editor,
    Reviewer,
}

/// One connection, one request after the other.
pub struct Client {
    runtime: Runtime,
    http: reqwest::Client,
    url: String,
}

impl Client {
    pub fn new(url: String) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        // While the other server has its turn, this one ends idle connections.
        let http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(1)).build();
        Self { runtime, http: http.unwrap(), url }
    }

    /// The body of a 200 or 201; stops the bench at anything else.
    pub fn send(
        &self,
        person: Person,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Vec<u8> {
        let password = match person {
            Person::Editor => "editor",
            Person::Reviewer => "reviewer",
        };
        let url = format!("{}{path}", self.url);
        let mut request = self.http.request(method, url).basic_auth(password, Some(password));
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status();
            let body = response.bytes().await.unwrap().to_vec();
            assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
            body
        })
    }

    pub fn put(&self, path: &str, body: &Value) {
        self.send(Person::Editor, Method::PUT, path, Some(body));
    }

    pub fn get(&self, path: &str) -> Vec<u8> {
        self.send(Person::Editor, Method::GET, path, None)
    }

    /// The id of the reviewer.
    pub fn reviewer(&self) -> String {
        let hello = self.send(Person::Reviewer, Method::GET, "/", None);
        let hello: Value = serde_json::from_slice(&hello).unwrap();
        hello["user"]["id"].as_str().unwrap().to_owned()
    }

    /// Asks for a status of a source collection.
    pub fn status(&self, person: Person, collection: &str, status: &str) {
        let body = json!({ "data": { "status": status } });
        self.send(person, Method::PATCH, collection, Some(&body));
    }

    /// Makes that many records of about 400 bytes, in batches.
    pub fn fill(&self, collection: &str, records: usize) {
        for first in (0..records).step_by(BATCH) {
            let batch = first..records.min(first + BATCH);
            let requests: Vec<_> = batch.map(|number| create(collection, number)).collect();
            let answer = self.send(
                Person::Editor,
                Method::POST,
                "/batch",
                Some(&json!({ "requests": requests })),
            );
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            let responses = answer["responses"].as_array().unwrap();
            assert!(responses.iter().all(|response| response["status"] == 201), "{answer}");
        }
    }
}

fn create(collection: &str, number: usize) -> Value {
    // As served, with its id and time, it has 400 bytes.
    let data = json!({ "n": number % 10, "text": format!("{number:0>309}") });
    let path = format!("{collection}/records/{number:0>8}-0000-4000-8000-000000000000");
    json!({ "method": "PUT", "path": path, "body": { "data": data } })
}

/// Seconds that this takes.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
pub fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}
