//! Load by wrk, from a list of requests.

use super::{
    node::{ADMIN_SECRET, Node},
    process::{self, Postgres},
};
use serde::Deserialize;
use std::{collections::BTreeMap, io::Write, process::Command};

/// Who is asked, and what every line of the list becomes.
pub struct Target {
    url: String,
    pid: u32,
    /// Lua that turns `line` into a request.
    request: String,
}

/// One request, as a peer describes it.
#[derive(Clone, Deserialize)]
pub struct Described {
    url: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Described {
    /// The same at another path.
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }
}

impl Target {
    /// `/verify`, `/forward-auth`, …: a token for each line.
    pub fn token(node: &Node, path: &str) -> Self {
        let request = format!(
            r#"wrk.format("GET", "{path}", {{["Authorization"] = "Bearer " .. line, ["Notary-Admin-Secret"] = "{ADMIN_SECRET}"}})"#
        );
        Self { url: node.admin(), pid: node.pid(), request }
    }

    pub fn introspect(node: &Node) -> Self {
        let request = format!(
            r#"wrk.format("POST", "/introspect", {{["Content-Type"] = "application/x-www-form-urlencoded", ["Notary-Admin-Secret"] = "{ADMIN_SECRET}"}}, "token=" .. line)"#
        );
        Self { url: node.admin(), pid: node.pid(), request }
    }

    /// A call of the user side: a body for each line.
    pub fn user(node: &Node, path: &str) -> Self {
        let request = format!(
            r#"wrk.format("POST", "{path}", {{["Content-Type"] = "application/json"}}, line)"#
        );
        Self { url: node.public(), pid: node.pid(), request }
    }

    /// A path that needs nothing.
    pub fn plain(url: String, pid: u32, path: &str) -> Self {
        Self { url, pid, request: format!(r#"wrk.format("GET", "{path}")"#) }
    }

    pub fn described(what: &Described, pid: u32) -> Self {
        let quoted = |(name, value): (&String, &String)| format!("[{name:?}] = {value:?}");
        let headers: Vec<String> = what.headers.iter().map(quoted).collect();
        let Described { url, method, path, body, .. } = what;
        let request =
            format!("wrk.format({method:?}, {path:?}, {{{}}}, {body:?})", headers.join(", "));
        Self { url: url.clone(), pid, request }
    }
}

/// How the requests come.
#[derive(Clone, Copy)]
pub struct Pace {
    pub connections: usize,
    pub seconds: u32,
    /// Milliseconds that each connection waits before a request, on average.
    pub pause: u32,
}

impl Pace {
    pub fn full(connections: usize) -> Self {
        Self { connections, seconds: 2, pause: 0 }
    }
}

/// What every answer must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Success,
    Refusal,
    /// Whatever it is.
    Any,
}

/// What one request costs and takes.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// CPU time of the program that was asked, in microseconds.
    pub server: f64,
    /// CPU time of PostgreSQL, in microseconds.
    pub postgres: f64,
    /// Not a number where the requests came to their end before the time did.
    pub per_second: f64,
    /// Microseconds; not a number where nobody waited for an answer.
    pub p50: f64,
    /// Microseconds; not a number where nobody waited for an answer.
    pub p99: f64,
}

impl Outcome {
    /// Of a computation that takes so many microseconds.
    pub fn computed(micros: f64) -> Self {
        let none = f64::NAN;
        Self { server: micros, postgres: 0.0, per_second: 1e6 / micros, p50: none, p99: none }
    }

    pub fn cpu(&self) -> f64 {
        self.server + self.postgres
    }
}

/// A list of requests, ready to be sent.
pub struct Load {
    url: String,
    pid: u32,
    script: tempfile::NamedTempFile,
    _lines: tempfile::NamedTempFile,
    /// How many requests there are, where each is sent once.
    most: Option<usize>,
}

impl Load {
    /// Each line is sent once; that ends the run where the time has not.
    pub fn once(target: &Target, lines: &[String]) -> Self {
        let at_the_end = "if sent == #requests then wrk.thread:stop() end";
        Self { most: Some(lines.len()), ..Self::new(target, lines, at_the_end) }
    }

    /// The list over and over.
    pub fn again(target: &Target, lines: &[String]) -> Self {
        Self::new(target, lines, "if sent == #requests then sent = 0 end")
    }

    fn new(target: &Target, lines: &[String], at_the_end: &str) -> Self {
        let mut list = tempfile::NamedTempFile::new().unwrap();
        list.write_all(lines.join("\n").as_bytes()).unwrap();
        let mut script = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
        write!(
            script,
            r#"
local requests, sent = {{}}, 0
local pause = 0
function init(args)
  pause = tonumber(args[1])
  if pause == 0 then delay = nil end
  for line in io.lines("{path}") do requests[#requests + 1] = {request} end
end
function delay() return math.random(0, 2 * pause) end
function request()
  sent = sent + 1
  local request = requests[math.min(sent, #requests)]
  {at_the_end}
  return request
end
function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50), latency:percentile(99)))
end
"#,
            path = list.path().display(),
            request = target.request,
        )
        .unwrap();
        Self { url: target.url.clone(), pid: target.pid, script, _lines: list, most: None }
    }

    /// Sends them. Panics where an answer is not as expected.
    pub fn run(&self, pace: Pace, expected: Expected, postgres: &Postgres) -> Outcome {
        let Pace { connections, seconds, pause } = pace;
        let before = (process::cpu(self.pid), postgres.cpu());
        let output = Command::new("wrk")
            .args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "-s"])
            .arg(self.script.path())
            .args([&self.url, "--", &pause.to_string()])
            .output()
            .unwrap_or_else(|error| {
                panic!("wrk: {error} (it is Debian's and Homebrew's package wrk)")
            });
        let after = (process::cpu(self.pid), postgres.cpu());
        let text = String::from_utf8_lossy(&output.stdout);
        let result = text.lines().find_map(|line| line.strip_prefix("RESULT "));
        let result = result.unwrap_or_else(|| panic!("wrk said: {text}"));
        let numbers: Vec<f64> = result.split(' ').map(|number| number.parse().unwrap()).collect();
        let [requests, micros, broken, refused, p50, p99] = numbers[..] else {
            panic!("wrk said: {text}")
        };
        match expected {
            Expected::Success => assert_eq!((broken, refused), (0.0, 0.0), "{text}"),
            Expected::Refusal => assert_eq!((broken, refused), (0.0, requests), "{text}"),
            Expected::Any => {}
        }
        Outcome {
            server: (after.0 - before.0) * 1e6 / requests,
            postgres: (after.1 - before.1) * 1e6 / requests,
            // wrk waits for the time to be over even when nothing is left to send.
            per_second: match self.most {
                Some(most) if requests + 2.0 * connections as f64 > most as f64 => f64::NAN,
                _ => requests * 1e6 / micros,
            },
            p50,
            p99,
        }
    }
}
