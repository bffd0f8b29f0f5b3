//! Load by wrk, from a list of requests that are sent once each.

use super::node::{ADMIN_SECRET, Node, cpu_of_postgres};
use std::{io::Write, process::Command};

/// What is asked.
pub struct Target {
    url: String,
    /// Lua that turns `line` into a request.
    request: String,
}

impl Target {
    pub fn verify(node: &Node) -> Self {
        Self {
            url: format!("http://127.0.0.1:{}/verify", node.admin_port),
            request: format!(
                r#"wrk.format("GET", "/verify", {{["Authorization"] = "Bearer " .. line, ["Notary-Admin-Secret"] = "{ADMIN_SECRET}"}})"#
            ),
        }
    }

    pub fn salt(node: &Node) -> Self {
        Self {
            url: format!("http://127.0.0.1:{}/salt", node.public_port),
            request:
                r#"wrk.format("POST", "/salt", {["Content-Type"] = "application/json"}, line)"#
                    .to_owned(),
        }
    }
}

/// A list of requests, ready to be sent.
pub struct Load {
    url: String,
    script: tempfile::NamedTempFile,
    _lines: tempfile::NamedTempFile,
}

/// What one request costs, in microseconds of CPU time.
#[derive(Clone, Copy)]
pub struct Cost {
    pub notary: f64,
    pub postgres: f64,
    pub per_second: f64,
}

impl Load {
    pub fn new(target: &Target, lines: &[String]) -> Self {
        let mut list = tempfile::NamedTempFile::new().unwrap();
        list.write_all(lines.join("\n").as_bytes()).unwrap();
        let mut script = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
        // One thread goes through the list once, and waits where it comes to its end in time.
        write!(
            script,
            r#"
local lines = {{}}
for line in io.lines("{path}") do lines[#lines + 1] = line end
local sent = 0
function request()
  sent = sent + 1
  if sent == #lines then wrk.thread:stop() end
  local line = lines[math.min(sent, #lines)]
  return {request}
end
function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT %d %d %d", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"#,
            path = list.path().display(),
            request = target.request,
        )
        .unwrap();
        Self { url: target.url.clone(), script, _lines: list }
    }

    /// Sends for four seconds over 16 connections.
    pub fn run(&self, node: &Node) -> Cost {
        let before = (node.cpu(), cpu_of_postgres());
        let output = Command::new("wrk")
            .args(["-t1", "-c16", "-d4s", "-s"])
            .arg(self.script.path())
            .arg(&self.url)
            .output()
            .unwrap_or_else(|error| {
                panic!("wrk: {error} (it is Debian's and Homebrew's package wrk)")
            });
        let after = (node.cpu(), cpu_of_postgres());
        let text = String::from_utf8_lossy(&output.stdout);
        let result = text.lines().find_map(|line| line.strip_prefix("RESULT "));
        let result = result.unwrap_or_else(|| panic!("wrk said: {text}"));
        let mut numbers = result.split(' ').map(|number| number.parse::<f64>().unwrap());
        let (requests, micros, errors) =
            (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap());
        assert_eq!(errors, 0.0, "every request is answered with 200: {text}");
        Cost {
            notary: (after.0 - before.0) * 1e6 / requests,
            postgres: (after.1 - before.1) * 1e6 / requests,
            per_second: requests * 1e6 / micros,
        }
    }
}
