//! One installation, as its listener sees it: from a request to its answer.

use super::{
    body::{self, Incoming},
    caller::Callers,
    cors::{self, Origins},
    pages::{self, Broadcasts},
    parts,
    problem::{self, Faces},
    request::{self, Request},
    routes::{self, Found, Place, VERSION},
};
use crate::{
    error::{Error, Result},
    flow::{
        call::{Answer, Method, Target},
        execute::execute,
        service::Service,
    },
};
use notary_sdk::{Expect, SetupError, VerifyClient};
use std::{sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// How long Notary may take for one token.
const NOTARY_TIMEOUT: Duration = Duration::from_secs(5);

/// What the listener's threads share.
pub struct Site {
    /// What the flows share.
    pub service: Arc<Service>,
    /// Who asks.
    pub callers: Callers,
    /// How errors look.
    pub faces: Faces,
    /// Whose pages may call.
    pub origins: Origins,
    /// The newest broadcast.
    pub broadcasts: Broadcasts,
}

/// A request as it came in, without its body.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// What is asked.
    pub request: Request,
    /// The header `Host`.
    pub host: String,
    /// The header `Access-Control-Request-Headers`.
    pub requested_headers: Option<String>,
}

impl Site {
    /// The site of a service.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(service: Arc<Service>) -> std::result::Result<Self, SetupError> {
        let (api, auth) = (&service.config.api, &service.config.auth);
        let basic = auth.basic.as_ref().map(|secret| Zeroizing::new(secret.expose().into()));
        let notary = auth.notary.as_ref().map(|notary| {
            let secret = notary.admin_secret.expose();
            let client = VerifyClient::new(notary.admin_url.clone(), secret, NOTARY_TIMEOUT)?;
            Ok((client, Expect::audience(&notary.audience)))
        });
        let callers = Callers { notary: notary.transpose()?, basic };
        Ok(Self {
            faces: Faces {
                retry_after: Duration::from_secs(api.retry_after.into()),
                challenge: callers.challenge(),
            },
            origins: Origins(api.cors_origins.clone()),
            callers,
            broadcasts: Broadcasts::default(),
            service,
        })
    }

    /// Serves one request; what cannot be served has an answer, too.
    pub async fn answer(&self, arrived: Arrived, body: &mut Incoming) -> Answer {
        self.serve(arrived, body).await.unwrap_or_else(|error| self.problem(&error))
    }

    /// The answer to a request that was not served. Mistakes of ours are in the log.
    pub fn problem(&self, error: &Error) -> Answer {
        let answer = problem::answer(error, &self.faces);
        if answer.status == 500 {
            tracing::error!(%error, "a request failed");
        }
        answer
    }

    async fn serve(&self, arrived: Arrived, body: &mut Incoming) -> Result<Answer> {
        let Arrived { request, host, requested_headers } = arrived;
        let is_preflight = request.method == "OPTIONS";
        if self.has_ended() && !is_preflight {
            return Err(Error::Gone);
        }
        let found = routes::find(&request.path)?;
        if is_preflight {
            return Ok(cors::preflight(&found, requested_headers.as_deref()));
        }
        let target = match found {
            Found::Redirect(to) => return Ok(redirect(to, &request.query)),
            Found::Route(matched) => match matched.place(&request.method)? {
                Place::Page(page) => return pages::answer(self, page, &host).await,
                Place::Target(target) => Some(target),
                Place::Batch => None,
            },
        };
        let method = request::method(&request.method)?;
        self.check(&request, method, target.as_ref())?;
        let caller = self.callers.resolve(request.head.authorization.as_deref()).await?;
        let bytes = body.read().await?;
        let json = if method.is_safe() { None } else { body::parse(&bytes)? };
        let base = self.base(&host);
        let Some(target) = target else {
            return parts::answer(self, &request.head, json, &base, caller).await;
        };
        let call = request.call((method, target), json, base, caller.clone())?;
        let answers = execute(&self.service, caller, vec![call]).await?;
        answers.into_iter().next().unwrap_or(Err(Error::Broken("a call without an answer")))
    }

    /// What is wrong with a request, before anybody asks who sent it. Only batches have no target.
    ///
    /// # Errors
    /// [`Error::NotAcceptable`], [`Error::MediaType`], [`Error::ReadOnly`].
    pub fn check(&self, request: &Request, method: Method, target: Option<&Target>) -> Result<()> {
        request.head.check_accept()?;
        request.head.body_kind(method)?;
        let writes = target.is_some() && !method.is_safe();
        if writes && self.service.config.api.readonly { Err(Error::ReadOnly) } else { Ok(()) }
    }

    /// Whether the day has come that `kinto.eos` names.
    pub fn has_ended(&self) -> bool {
        let eos = self.service.config.api.eos.as_ref();
        eos.is_some_and(|eos| eos.at <= self.service.clock.now())
    }

    /// Scheme, host and `/v1`, as callers see them.
    pub fn base(&self, host: &str) -> String {
        let api = &self.service.config.api;
        let scheme = api.http_scheme.as_deref().unwrap_or("http");
        let host = api.http_host.as_deref().unwrap_or(host);
        format!("{scheme}://{host}{VERSION}")
    }
}

/// Kinto's way to correct a path; the method stays (RFC 9110 section 15.4.8).
fn redirect(to: String, query: &str) -> Answer {
    let location = if query.is_empty() { to } else { format!("{to}?{query}") };
    Answer { status: 307, headers: vec![("Location", location)], body: String::new() }
}
