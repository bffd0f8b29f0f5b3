//! The client of Notary's admin side, for a service that relies on it to check its users' JWTs.

use std::{fmt, time::Duration};

use reqwest::{
    Client, Method, RequestBuilder, StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    Problem, TransportError,
    http::{self, Answer},
};

/// Asks one Notary about JWTs. Keeps connections open; clones share them. Silent about the secret
/// in `Debug`.
#[derive(Clone)]
pub struct VerifyClient {
    http: Client,
    admin_url: Url,
    secret: HeaderValue,
}

/// What a JWT must have been made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// The names of the asking service, one of which `aud` must equal. Without any, Notary takes
    /// its own public URI.
    pub audiences: Vec<String>,
    /// The method of the request at hand: `htm` must equal it.
    pub method: Option<String>,
    /// The URI of the request at hand, without query and fragment: `htu` must equal it.
    pub uri: Option<String>,
    /// The digest of the request's body, made with [`digest`](crate::digest): must be equal.
    pub digest: Option<String>,
}

impl Expect {
    /// A JWT for this service, whatever the request.
    pub fn audience(uri: impl Into<String>) -> Self {
        Self { audiences: vec![uri.into()], ..Self::default() }
    }

    /// Only for this request.
    pub fn request(self, method: impl Into<String>, uri: impl Into<String>) -> Self {
        Self { method: Some(method.into()), uri: Some(uri.into()), ..self }
    }

    /// Only for a request with this body.
    pub fn body(self, body: &[u8]) -> Self {
        Self { digest: Some(crate::digest(body)), ..self }
    }

    fn query(&self) -> Vec<(&'static str, &str)> {
        let mut query: Vec<_> = self.audiences.iter().map(|aud| ("aud", aud.as_str())).collect();
        query.extend(self.method.as_deref().map(|value| ("method", value)));
        query.extend(self.uri.as_deref().map(|value| ("uri", value)));
        query.extend(self.digest.as_deref().map(|value| ("digest", value)));
        query
    }
}

/// A JWT that Notary vouches for.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The claims as signed.
    pub claims: Map<String, Value>,
    /// The canonical address of the signer.
    pub address: String,
    /// The kid of the address.
    pub kid: String,
    /// The key's RFC 7638 thumbprint, base64url: changes with the password.
    pub thumbprint: String,
}

/// Whose account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account<'a> {
    /// By any spelling of the address.
    Address(&'a str),
    /// By its kid.
    Kid(&'a str),
}

impl VerifyClient {
    /// A client of the admin listener at `admin_url`, with its admin secret. `timeout` is that of
    /// a whole call. No proxy of the environment is used: the listener is private.
    ///
    /// # Errors
    /// The secret cannot stand in a header, or no HTTP client can be set up on this machine.
    pub fn new(admin_url: Url, secret: &str, timeout: Duration) -> Result<Self, SetupError> {
        let mut secret = HeaderValue::from_str(secret).map_err(|_| SetupError::Secret)?;
        secret.set_sensitive(true);
        let http = http::builder(timeout).no_proxy().build().map_err(|_| SetupError::HttpClient)?;
        Ok(Self { http, admin_url, secret })
    }

    /// `GET /verify`: whether a JWT is signed by an active key and made for what is expected. Ask
    /// for every request; a disabled account stops working at once.
    ///
    /// # Errors
    /// Anything but a clear yes.
    pub async fn verify(&self, jwt: &str, expect: &Expect) -> Result<Verified, VerifyError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {jwt}"))
            .map_err(|_| VerifyError::Invalid(not_a_header()))?;
        bearer.set_sensitive(true);
        let request = self
            .request(Method::GET, "/verify")
            .query(&expect.query())
            .header(AUTHORIZATION, bearer);
        let answer = expecting(StatusCode::OK, request).await?;
        read_verified(&answer).ok_or_else(|| VerifyError::from(Cause::NotNotary))
    }

    /// `DELETE /signature`: disables an account at once; `block` also stops a new sign-up.
    ///
    /// # Errors
    /// [`VerifyError::NotActive`] for an account that does not exist.
    pub async fn disable(&self, account: Account<'_>, block: bool) -> Result<(), VerifyError> {
        let mut body = match account {
            Account::Address(address) => json!({ "address": address }),
            Account::Kid(kid) => json!({ "kid": kid }),
        };
        if block {
            body["block"] = true.into();
        }
        let request = self.request(Method::DELETE, "/signature").json(&body);
        expecting(StatusCode::NO_CONTENT, request).await.map(drop)
    }

    /// `GET /readyz`: whether Notary can do its work now.
    ///
    /// # Errors
    /// [`VerifyError::Unavailable`] if not.
    pub async fn ready(&self) -> Result<(), VerifyError> {
        expecting(StatusCode::OK, self.http.get(http::below(&self.admin_url, "/readyz")))
            .await
            .map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, http::below(&self.admin_url, path))
            .header("Notary-Admin-Secret", self.secret.clone())
    }
}

impl fmt::Debug for VerifyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyClient({}, ..)", self.admin_url)
    }
}

async fn expecting(status: StatusCode, request: RequestBuilder) -> Result<Answer, VerifyError> {
    let answer = Answer::to(request).await.map_err(Cause::Transport)?;
    if answer.status == status {
        return Ok(answer);
    }
    let problem = answer.problem();
    match answer.status {
        StatusCode::UNAUTHORIZED => Err(VerifyError::Unauthorized),
        // Only Notary's own word counts: something else's 404 means a wrong admin URL.
        StatusCode::UNPROCESSABLE_ENTITY if problem.name().is_some() => {
            Err(VerifyError::Invalid(problem))
        }
        StatusCode::NOT_FOUND if problem.name().is_some() => Err(VerifyError::NotActive),
        status => Err(VerifyError::Unavailable {
            cause: Cause::Status(status.as_u16()),
            retry_after: problem.retry_after.map(Duration::from_secs),
        }),
    }
}

fn read_verified(answer: &Answer) -> Option<Verified> {
    Some(Verified {
        claims: answer.json()?,
        address: answer.header("notary-address")?,
        kid: answer.header("notary-kid")?,
        thumbprint: answer.header("notary-key-thumbprint")?,
    })
}

/// What Notary would say of a JWT that cannot even be sent to it.
fn not_a_header() -> Problem {
    Problem {
        kind: "urn:notary:problem:malformed".to_owned(),
        title: "Not a JWT".to_owned(),
        status: 422,
        detail: "A JWT consists of letters, digits and - _ . only.".to_owned(),
        retry_after: None,
    }
}

/// Why a [`VerifyClient`] cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Control characters in the secret; often a line feed at its end.
    #[error("the admin secret contains a character that cannot stand in an HTTP header")]
    Secret,
    /// TLS is not to be had.
    #[error("no HTTP client can be set up on this machine")]
    HttpClient,
}

/// Everything but a clear yes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// 422: no JWT, a wrong signature, too old, or made for something else. The user's fault.
    #[error("{0}")]
    Invalid(Problem),
    /// 404: no confirmed key for it: never signed up, pending, or disabled. The user's fault.
    #[error("no active account")]
    NotActive,
    /// 401: our own admin secret is wrong. The operator's fault.
    #[error("Notary does not accept our admin secret")]
    Unauthorized,
    /// No usable answer. Refuse the user for now (503), never let them in.
    #[error("Notary cannot be asked right now: {cause}")]
    Unavailable {
        /// What happened instead.
        cause: Cause,
        /// How long Notary asks us to wait.
        retry_after: Option<Duration>,
    },
}

/// Why Notary could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// No answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer that says neither yes nor no: throttled, overloaded, or a wrong admin URL.
    #[error("it answered with status {0}")]
    Status(u16),
    /// A yes without the content of one; the admin URL leads elsewhere.
    #[error("the answer is not one of Notary's; check the admin URL")]
    NotNotary,
}

impl From<Cause> for VerifyError {
    fn from(cause: Cause) -> Self {
        Self::Unavailable { cause, retry_after: None }
    }
}
