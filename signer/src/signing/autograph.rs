//! The signer that asks Autograph (<https://github.com/mozilla-services/autograph>), version 2 of
//! its API: `POST /sign/data`.

use super::{Bundle, Signer, Signing, hawk::Credentials};
use crate::{
    clock::Clock,
    error::{Error, Result},
    random::Random,
};
use base64::{
    Engine,
    engine::{
        GeneralPurpose,
        general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    },
    write::EncoderWriter,
};
use reqwest::{
    Client, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};
use serde_json::{Map, Value};
use std::{
    io::{self, Write},
    time::Duration,
};
use tokio::runtime::Handle;
use url::Url;

/// For a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// For a whole request.
const WHOLE: Duration = Duration::from_secs(10);
/// More than any answer of Autograph's, in bytes.
const MAX_ANSWER: usize = 1 << 20;
/// What is kept of an answer's member; Autograph answers with more than anybody needs.
const MEMBERS: [&str; 7] = ["signature", "x5u", "mode", "public_key", "type", "signer_id", "ref"];

/// What requests to a server need.
#[derive(Clone, Debug)]
pub struct Means {
    /// Dates requests.
    pub clock: Clock,
    /// Tells requests apart.
    pub random: Random,
    /// Drives connections, and must do so as long as somebody signs.
    pub runtime: Handle,
}

/// Signs with the keys of an Autograph server.
#[derive(Debug)]
pub struct Autograph {
    url: Url,
    credentials: Credentials,
    key_ids: Vec<String>,
    http: Client,
    means: Means,
}

impl Autograph {
    /// A client of the server, of whose URL only the origin counts. Without key ids, the server
    /// takes the key that is meant for the credentials. Nothing is sent yet.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(
        server: &Url,
        credentials: Credentials,
        key_ids: Vec<String>,
        means: Means,
    ) -> std::result::Result<Self, &'static str> {
        let url = server.join("/sign/data").map_err(|_| "autograph.server_url is no origin")?;
        // A signed request is for one URL only: neither redirects nor proxies.
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            // Shorter than servers keep idle connections: no request is sent into a closing one.
            .pool_idle_timeout(Duration::from_secs(4))
            .build()
            .map_err(|_| "no HTTP client can be set up on this machine")?;
        Ok(Self { url, credentials, key_ids, http, means })
    }

    fn bodies(&self, input: &[u8]) -> Result<Vec<Vec<u8>>> {
        if self.key_ids.is_empty() {
            return Ok(vec![[input, b"}]"].concat()]);
        }
        let body = |key_id: &String| {
            let key_id = serde_json::to_string(key_id).map_err(|_| failure("a key id"))?;
            Ok([input, b",\"keyid\":", key_id.as_bytes(), b"}]"].concat())
        };
        self.key_ids.iter().map(body).collect()
    }

    async fn sign(&self, body: Vec<u8>) -> Result<Bundle> {
        let ts = self.means.clock.now().timestamp();
        let nonce = URL_SAFE_NO_PAD.encode(self.means.random.bytes::<9>());
        let authorization = self.credentials.authorize(&self.url, &body, ts, &nonce);
        let authorization = HeaderValue::try_from(authorization)
            .map_err(|_| failure("the Hawk id does not fit into a header"))?;
        let request = self.http.post(self.url.clone());
        let request = request.header(AUTHORIZATION, authorization);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let response = request.send().await.map_err(|error| failure(words(&error)))?;
        if response.status() != StatusCode::CREATED {
            return Err(failure(&format!("it answered with {}", response.status().as_u16())));
        }
        bundle(&read(response).await?)
    }
}

impl Signer for Autograph {
    fn begin(&self) -> Result<Box<dyn Signing + '_>> {
        let input = EncoderWriter::new(b"[{\"input\":\"".to_vec(), &STANDARD);
        Ok(Box::new(AutographSigning { autograph: self, input }))
    }
}

/// One payload, encoded as it comes: the request is hashed before it is sent.
struct AutographSigning<'a> {
    autograph: &'a Autograph,
    input: EncoderWriter<'static, GeneralPurpose, Vec<u8>>,
}

impl Write for AutographSigning<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.input.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Signing for AutographSigning<'_> {
    fn finish(mut self: Box<Self>) -> Result<Vec<Bundle>> {
        let mut input = self.input.finish().map_err(|_| failure("no memory"))?;
        input.push(b'"');
        let bodies = self.autograph.bodies(&input)?;
        self.autograph.means.runtime.block_on(async {
            let mut bundles = Vec::with_capacity(bodies.len());
            for body in bodies {
                bundles.push(self.autograph.sign(body).await?);
            }
            Ok(bundles)
        })
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(words(&error)))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(failure("its answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What is stored of an answer: of its first signature, as only one was asked for.
fn bundle(answer: &[u8]) -> Result<Bundle> {
    let signatures: Vec<Map<String, Value>> =
        serde_json::from_slice(answer).map_err(|_| failure("its answer is no list of objects"))?;
    let signature = signatures.into_iter().next();
    let mut signature = signature.ok_or_else(|| failure("its answer holds no signature"))?;
    signature.retain(|key, value| MEMBERS.contains(&key.as_str()) && !value.is_null());
    for member in ["signature", "x5u"] {
        let text = signature.get(member).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            return Err(failure(&format!("its answer lacks `{member}`")));
        }
    }
    Ok(Bundle(signature))
}

fn words(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it does not answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
}

fn failure(what: &str) -> Error {
    Error::Signing(format!("Autograph: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(error: Error) -> String {
        let Error::Signing(text) = error else { panic!("{error:?}") };
        text
    }

    #[test]
    fn what_is_kept_of_an_answer() {
        let answer = br#"[{"ref":"r","type":"contentsignature","mode":"p384ecdsa","signer_id":"s",
            "public_key":"k","x5u":"u","signature":"x","signer_opts":"o","hash_algorithm":null}]"#;
        let Bundle(bundle) = bundle(answer).unwrap();
        let mut kept: Vec<&str> = bundle.keys().map(String::as_str).collect();
        kept.sort_unstable();
        let mut members = MEMBERS;
        members.sort_unstable();
        assert_eq!(kept, members);
    }

    /// Time stands still but for timeouts, which are over at once: nothing else is waited for.
    #[test]
    fn a_server_that_does_not_answer_is_given_up() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.local_addr().unwrap()).parse().unwrap();
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        let credentials = Credentials::new("alice", "").unwrap();
        let (clock, random) = (Clock::System, Random);
        let means = Means { clock, random, runtime: runtime.handle().clone() };
        let autograph = Autograph::new(&url, credentials, Vec::new(), means).unwrap();
        // A thread of our own: time does not jump while a blocking task of the runtime's runs.
        let (tell, told) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || tell.send(autograph.begin().unwrap().finish().map_err(text)));
        let signed = runtime.block_on(told).unwrap();
        assert_eq!(signed, Err("Autograph: it does not answer in time".to_owned()));
    }

    #[test]
    fn answers_that_are_no_signatures() {
        for (answer, expected) in [
            ("", "Autograph: its answer is no list of objects"),
            (r#"{"signature":"s"}"#, "Autograph: its answer is no list of objects"),
            ("[]", "Autograph: its answer holds no signature"),
            (r#"[{"x5u":"u"}]"#, "Autograph: its answer lacks `signature`"),
            (r#"[{"signature":7,"x5u":"u"}]"#, "Autograph: its answer lacks `signature`"),
            (r#"[{"signature":"s"}]"#, "Autograph: its answer lacks `x5u`"),
            (r#"[{"signature":"s","x5u":""}]"#, "Autograph: its answer lacks `x5u`"),
        ] {
            assert_eq!(text(bundle(answer.as_bytes()).unwrap_err()), expected, "{answer}");
        }
    }
}
