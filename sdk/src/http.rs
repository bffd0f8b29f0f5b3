//! What both clients share: one way to send, with everything that could surprise switched off.

use std::time::Duration;

use reqwest::{ClientBuilder, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Problem, TransportError};

/// More than any answer of Notary's, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// Neither client follows redirects: a signed request is for one URI only.
pub(crate) fn builder(timeout: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .timeout(timeout)
        .connect_timeout(timeout)
        // Shorter than the 5 s after which Notary closes an idle connection, so that no request
        // is sent into a closing one.
        .pool_idle_timeout(Duration::from_secs(4))
        .user_agent(concat!("notary-sdk/", env!("CARGO_PKG_VERSION")))
}

/// A complete answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Result<Self, TransportError> {
        let mut response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, headers, body })
    }

    /// The body, or nothing if it has another shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name)?.to_str().ok().map(str::to_owned)
    }

    pub(crate) fn problem(&self) -> Problem {
        Problem::read(self.status, &self.headers, &self.body)
    }
}

/// A base and a path below it, whether or not the base ends with a slash.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}
