//! Many requests in one (KINTO 2.9).

use super::{
    body::MOST_BYTES,
    request::{Head, Request},
    routes::VERSION,
};
use crate::{
    domain::extent::Extent,
    error::{Error, Fault, Result},
    flow::call::Answer,
};
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};
use std::collections::BTreeMap;

const METHODS: [&str; 7] = ["GET", "HEAD", "DELETE", "TRACE", "POST", "PUT", "PATCH"];
const KEYS: [&str; 4] = ["method", "path", "headers", "body"];
const NO_MAPPING: &str = "Is not a mapping type: Does not implement dict-like functionality.";

/// One of a batch's requests: it has the batch's header fields where it has none of its own. Its
/// body is JSON, whatever they say; an empty one is none.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where to, and how.
    pub request: Request,
    /// An object with something in it.
    pub body: Option<Value>,
}

impl Part {
    /// Kinto refuses every path with `/batch` in it, and so some ids.
    fn is_batch(&self) -> bool {
        self.request.path.strip_prefix(VERSION).map(|path| path.trim_end_matches('/'))
            == Some("/batch")
    }
}

/// Takes a batch of at most `most` requests apart (0: of any number).
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong.
pub fn parse(body: Option<Value>, parent: &Head, most: usize) -> Result<Vec<Part>> {
    let Value::Object(mut batch) = body.unwrap_or_else(|| Map::new().into()) else {
        return Err(Error::invalid("body", "", NO_MAPPING));
    };
    let mut faults = Faults::default();
    faults.check_keys("", &batch, &["defaults", "requests"]);
    let defaults = match batch.remove("defaults") {
        None => Map::new(),
        Some(defaults) => faults.mapping("defaults", defaults).unwrap_or_default(),
    };
    faults.check_keys("defaults", &defaults, &KEYS);
    let mut parts = Vec::new();
    match batch.remove("requests") {
        None => faults.add("requests", "Required"),
        Some(Value::Array(requests)) if most > 0 && requests.len() > most => {
            faults.add("requests", &format!("Number of requests is limited to {most}"));
        }
        Some(Value::Array(requests)) if filled(&defaults, requests.len()) > MOST_BYTES => {
            let words = format!("With their defaults they have more than {MOST_BYTES} bytes");
            faults.add("requests", &words);
        }
        Some(Value::Array(requests)) => {
            for (number, request) in requests.into_iter().enumerate() {
                let name = format!("requests.{number}");
                let Some(mut request) = faults.mapping(&name, request) else { continue };
                merge(&mut request, &defaults);
                parts.extend(faults.part(&name, request, parent));
            }
        }
        Some(_) => faults.add("requests", "Is not iterable"),
    }
    if faults.0.is_empty() && parts.iter().any(Part::is_batch) {
        faults.add("requests", "Recursive call on /batch endpoint is forbidden.");
    }
    if faults.0.is_empty() { Ok(parts) } else { Err(Error::Invalid(faults.0)) }
}

/// How large so many requests become by their defaults: each gets a copy.
fn filled(defaults: &Map<String, Value>, requests: usize) -> usize {
    let each: usize = defaults.values().map(|value| Extent::of(value).bytes).sum();
    each.saturating_mul(requests)
}

/// Adds what is not there yet, at every depth.
fn merge(request: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    for (key, default) in defaults {
        match (request.get_mut(key), default) {
            (None, _) => drop(request.insert(key.clone(), default.clone())),
            (Some(Value::Object(own)), Value::Object(default)) => merge(own, default),
            (Some(_), _) => {}
        }
    }
}

/// What is wrong with a batch.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, name: &str, description: &str) {
        let (name, description) = (Some(name.to_owned()), description.to_owned());
        self.0.push(Fault { location: "body", name, description });
    }

    fn check_keys(&mut self, name: &str, mapping: &Map<String, Value>, known: &[&str]) {
        let unknown = mapping.keys().filter(|key| !known.contains(&key.as_str()));
        let unknown: Vec<&str> = unknown.map(String::as_str).collect();
        if !unknown.is_empty() {
            self.add(name, &format!("Unrecognized keys in mapping: \"{}\"", unknown.join(", ")));
        }
    }

    fn mapping(&mut self, name: &str, value: Value) -> Option<Map<String, Value>> {
        match value {
            Value::Object(mapping) => Some(mapping),
            _ => {
                self.add(name, NO_MAPPING);
                None
            }
        }
    }

    fn part(&mut self, name: &str, mut part: Map<String, Value>, parent: &Head) -> Option<Part> {
        self.check_keys(name, &part, &KEYS);
        let method = self.method(name, part.remove("method"));
        let path = self.path(name, part.remove("path"));
        let head = self.head(name, part.remove("headers"), parent);
        let body = match part.remove("body") {
            None => Map::new(),
            Some(body) => self.mapping(&format!("{name}.body"), body)?,
        };
        let path = path?;
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let is_absolute = path == VERSION || path.starts_with(&format!("{VERSION}/"));
        let path = if is_absolute { path.to_owned() } else { format!("{VERSION}{path}") };
        let request = Request { method: method?, path, query: query.to_owned(), head: head? };
        Some(Part { request, body: (!body.is_empty()).then_some(Value::Object(body)) })
    }

    fn method(&mut self, name: &str, method: Option<Value>) -> Option<String> {
        match method {
            None | Some(Value::Null) => Some("GET".to_owned()),
            Some(Value::String(method)) if METHODS.contains(&method.as_str()) => Some(method),
            Some(_) => {
                let known = METHODS.join(", ");
                self.add(&format!("{name}.method"), &format!("Is not one of {known}"));
                None
            }
        }
    }

    fn path(&mut self, name: &str, path: Option<Value>) -> Option<String> {
        let fault = match path {
            Some(Value::String(path)) if path.starts_with('/') => return Some(path),
            None | Some(Value::Null) => "Required",
            Some(Value::String(path)) if path.is_empty() => "Required",
            Some(_) => "String does not match expected pattern",
        };
        self.add(&format!("{name}.path"), fault);
        None
    }

    fn head(&mut self, name: &str, headers: Option<Value>, parent: &Head) -> Option<Head> {
        let mut head = parent.clone();
        let Some(headers) = headers else { return Some(head.of_json()) };
        let name = format!("{name}.headers");
        for (field, value) in self.mapping(&name, headers)? {
            match value {
                Value::String(value) => head.set(&field, &value),
                _ => {
                    self.add(&name, "Contains a value that is no string");
                    return None;
                }
            }
        }
        Some(head.of_json())
    }
}

/// One of a batch's answers.
pub struct Response {
    /// Where the request went, decoded, after any redirect.
    pub path: String,
    /// What came of it; without a body for HEAD.
    pub answer: Answer,
}

#[derive(Serialize)]
struct Wire<'a> {
    status: u16,
    path: &'a str,
    headers: BTreeMap<&'a str, &'a str>,
    body: &'a RawValue,
}

/// Puts the answers together; their JSON stays as it is, byte by byte.
///
/// # Errors
/// [`Error::Broken`] if one of them is no JSON.
pub fn join(responses: &[Response]) -> Result<Answer> {
    let broken = |_| Error::Broken("an answer is no JSON");
    let wire = responses.iter().map(|Response { path, answer }| {
        let body = if answer.body.is_empty() { "\"\"" } else { &answer.body };
        let mut headers: BTreeMap<&str, &str> =
            answer.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.insert("Content-Type", "application/json");
        let body = serde_json::from_str(body)?;
        Ok(Wire { status: answer.status, path, headers, body })
    });
    let wire: Vec<Wire> = wire.collect::<serde_json::Result<_>>().map_err(broken)?;
    let body = serde_json::to_string(&BTreeMap::from([("responses", wire)])).map_err(broken)?;
    Ok(Answer { status: 200, headers: Vec::new(), body })
}
