//! How requests, answers and mails look on a terminal.

use crate::demo::smtp_sink::Mail;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use serde_json::Value;

/// How wide sentences are, in characters.
const WIDTH: usize = 88;
/// Values longer than this lose their middle.
const LONGEST: usize = 48;
const INDENT: &str = "    ";

/// Whether to use a terminal's colours.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether the output is a terminal that shows them.
    pub colours: bool,
}

impl Style {
    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn soft(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// ECMA-48 section 8.3.117, SGR.
    fn paint(self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

pub(super) fn request(
    style: Style,
    line: &str,
    headers: &[(&str, String)],
    body: Option<&Value>,
) -> String {
    let mut out = format!("\n  {}\n", style.bold(line));
    for (name, value) in headers {
        out.push_str(&format!("{INDENT}{name}: {}\n", short(value)));
    }
    let bearer = headers.iter().find_map(|(_, value)| value.strip_prefix("Bearer "));
    if let Some(body) = body {
        out.push_str(&json(body));
    }
    let jwt = bearer.or_else(|| body?.get("jwt")?.as_str());
    for (what, part) in jwt.map(decoded).unwrap_or_default() {
        out.push_str(&format!("{INDENT}{}\n{}", style.soft(what), json(&part)));
    }
    out
}

pub(super) fn answer(
    style: Style,
    status: StatusCode,
    as_expected: bool,
    headers: &[(String, String)],
    body: &Value,
) -> String {
    let status = format!("→ {status}");
    let status = if as_expected { style.good(&status) } else { style.bad(&status) };
    let mut out = format!("  {status}\n");
    for (name, value) in headers {
        out.push_str(&format!("{INDENT}{name}: {}\n", short(value)));
    }
    if !body.is_null() {
        out.push_str(&json(body));
    }
    out
}

pub(super) fn mail(style: Style, mail: &Mail) -> String {
    let subject = mail.subject.as_deref().unwrap_or_default();
    let mut out = format!("\n  {} {}\n", style.bold("Mail to"), style.bold(&mail.to.join(", ")));
    out.push_str(&format!("{INDENT}{subject}\n"));
    let text = mail.text.as_deref().unwrap_or_default();
    for line in text.lines().filter(|line| line.contains("#token=")) {
        out.push_str(&format!("{INDENT}{}\n", middle_out(line, 100)));
    }
    out
}

/// A sentence in lines of at most [`WIDTH`] characters.
pub(super) fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// A JWT's header and claims (RFC 7515 section 3.1), which anybody can read.
fn decoded(jwt: &str) -> Vec<(&'static str, Value)> {
    let part = |text: &str| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    ["the JWT's header", "the JWT's claims"]
        .into_iter()
        .zip(jwt.split('.'))
        .filter_map(|(what, text)| Some((what, part(text)?)))
        .collect()
}

/// Indented, with long values shortened.
fn json(value: &Value) -> String {
    let text = format!("{:#}", shortened(value));
    text.lines().map(|line| format!("{INDENT}{line}\n")).collect()
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => short(text).into(),
        Value::Array(values) => values.iter().map(shortened).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shortened(value))).collect()
        }
        other => other.clone(),
    }
}

/// Keys, JWTs and the like without their middle; sentences and URIs whole.
fn short(text: &str) -> String {
    let (scheme, credentials) = text.split_once(' ').unwrap_or(("", text));
    let readable = credentials.contains(' ') || text.contains("://");
    match (readable, scheme) {
        (true, _) => text.to_owned(),
        (false, "") => middle_out(text, LONGEST),
        (false, scheme) => format!("{scheme} {}", middle_out(credentials, LONGEST)),
    }
}

fn middle_out(text: &str, longest: usize) -> String {
    let count = text.chars().count();
    if count <= longest {
        return text.to_owned();
    }
    let (head, tail) = (longest * 2 / 3, longest / 3 - 1);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_values_lose_their_middle_and_sentences_do_not() {
        let long = "x".repeat(128);
        let shown = shortened(&json!({ "kid": long, "list": [long, 1] }));
        assert_eq!(shown["kid"].as_str().unwrap().chars().count(), LONGEST);
        assert_eq!(shown["list"][0], shown["kid"]);
        let sentence = "Address or password are not those of an active account, it seems.";
        assert_eq!(short(sentence), sentence);
        assert!(short(&format!("Bearer {long}")).starts_with("Bearer xxx"));
        assert!(short(&format!("Bearer {long}")).contains('…'));
    }

    #[test]
    fn sentences_are_wrapped() {
        let lines = wrapped(&"word ".repeat(40));
        assert_eq!(lines.split_whitespace().count(), 40);
        assert!(lines.lines().count() == 3 && lines.lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn a_jwt_is_shown_decoded() {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let jwt = format!("{}.{}.x", part(json!({ "alg": "ES384" })), part(json!({ "sub": "a" })));
        let shown = request(Style { colours: false }, "POST /x", &[], Some(&json!({ "jwt": jwt })));
        assert!(
            shown.contains("\"alg\": \"ES384\"") && shown.contains("\"sub\": \"a\""),
            "{shown}"
        );
    }
}
