//! Sends requests and shows them, with what was answered.

use super::{
    Stage, Stumble,
    show::{self, Style},
};
use crate::demo::smtp_sink::Mail;
use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);
/// The headers of answers that the play is about.
const SHOWN: [&str; 3] = ["notary-address", "notary-kid", "notary-key-thumbprint"];

/// The right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    status: u16,
    /// The name in `urn:notary:problem:<name>`.
    problem: Option<&'static str>,
}

impl Expected {
    pub(super) fn status(status: u16) -> Self {
        Self { status, problem: None }
    }

    pub(super) fn problem(status: u16, name: &'static str) -> Self {
        Self { status, problem: Some(name) }
    }
}

/// The network between the play's parties, with an audience.
pub(super) struct Wire<P> {
    http: Client,
    style: Style,
    print: P,
    steps: usize,
    /// The Message-IDs of the mails that were shown.
    pub(super) shown_mails: Vec<String>,
}

impl<P: FnMut(&str)> Wire<P> {
    pub(super) fn new(style: Style, print: P) -> Self {
        Self { http: Client::new(), style, print, steps: 0, shown_mails: Vec::new() }
    }

    /// A new scene, with a sentence on what happens and why.
    pub(super) fn step(&mut self, title: &str, why: &str) {
        self.steps += 1;
        let title = self.style.bold(&format!("{}. {title}", self.steps));
        (self.print)(&format!("\n{title}\n{}\n", show::wrapped(why)));
    }

    /// The last word.
    pub(super) fn end(&mut self) {
        let end = self.style.good("Every answer was the expected one.");
        (self.print)(&format!("\n{end}\n"));
    }

    /// A call of the public side.
    pub(super) async fn public(
        &mut self,
        stage: &Stage,
        method: Method,
        path: &str,
        body: Value,
        expected: Expected,
    ) -> Result<Value, Stumble> {
        let url = format!("{}{path}", stage.public_uri);
        self.send(method, url, &[], Some(body), expected).await
    }

    /// Sends, shows both directions and compares. Returns the answer's body, `null` for none.
    pub(super) async fn send(
        &mut self,
        method: Method,
        url: String,
        headers: &[(&'static str, String)],
        body: Option<Value>,
        expected: Expected,
    ) -> Result<Value, Stumble> {
        let line = format!("{method} {url}");
        (self.print)(&show::request(self.style, &line, headers, body.as_ref()));
        let mut request = self.http.request(method, url).timeout(PATIENCE);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let no_answer = |_| Stumble::NoAnswer(line.clone());
        let answer = request.send().await.map_err(no_answer)?;
        let status = answer.status();
        let header = |name: &&str| {
            Some((name.to_string(), answer.headers().get(*name)?.to_str().ok()?.to_owned()))
        };
        let headers: Vec<_> = SHOWN.iter().filter_map(header).collect();
        let text = answer.text().await.map_err(no_answer)?;
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let problem =
            body["type"].as_str().and_then(|kind| kind.strip_prefix("urn:notary:problem:"));
        let as_expected = status.as_u16() == expected.status && problem == expected.problem;
        (self.print)(&show::answer(self.style, status, as_expected, &headers, &body));
        if as_expected {
            return Ok(body);
        }
        let words = |status: u16, problem: Option<&str>| match problem {
            Some(problem) => format!("{status} {problem}"),
            None => status.to_string(),
        };
        Err(Stumble::Unexpected {
            request: line,
            expected: words(expected.status, expected.problem),
            got: words(status.as_u16(), problem),
        })
    }

    /// Shows a mail.
    pub(super) fn mail(&mut self, mail: &Mail) {
        self.shown_mails.extend(mail.message_id.clone());
        (self.print)(&show::mail(self.style, mail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    /// Answers one request with this, and gives what `send` makes of it and what was shown.
    async fn answered(
        answer: &'static str,
        expected: Expected,
    ) -> (Result<Value, Stumble>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut caller, _) = listener.accept().unwrap();
            assert!(caller.read(&mut [0; 4096]).unwrap() > 0);
            write!(caller, "HTTP/1.1 {answer}").unwrap();
        });
        let mut shown = String::new();
        let mut wire = Wire::new(Style { colours: false }, |text: &str| shown.push_str(text));
        let result = wire.send(Method::GET, url, &[], None, expected).await;
        server.join().unwrap();
        (result, shown)
    }

    #[tokio::test]
    async fn the_expected_answer_is_handed_on() {
        let answer = "200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
        let (result, shown) = answered(answer, Expected::status(200)).await;
        assert_eq!(result.unwrap()["a"], 1);
        assert!(shown.contains("GET http://127.0.0.1") && shown.contains("→ 200 OK"), "{shown}");
    }

    #[tokio::test]
    async fn another_status_or_problem_breaks_the_play_off_and_is_shown() {
        let answer = "404 Not Found\r\nContent-Length: 39\r\n\r\n\
                      {\"type\":\"urn:notary:problem:not_found\"}";
        for expected in [
            Expected::status(200),
            Expected::status(404),
            Expected::problem(404, "not_active"),
            Expected::problem(422, "not_found"),
        ] {
            let (result, shown) = answered(answer, expected).await;
            let error = result.unwrap_err();
            assert!(matches!(&error, Stumble::Unexpected { got, .. } if got == "404 not_found"));
            assert!(shown.contains("→ 404 Not Found"), "{shown}");
        }
    }
}
