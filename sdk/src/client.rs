//! The typed client of Notary's public side.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::OnceCell;
use url::Url;

use crate::{
    Ambient, Blinding, Claims, Confirmed, DeriveError, Discovery, Password, PasswordError, Problem,
    SaltAnswer, SaltRequest, Status, TransportError, Unlocked,
    http::{self, Answer},
    oprf::POINT_LENGTH,
    unlock::Exchange,
    wire::SignedRequest,
};

const TIMEOUT: Duration = Duration::from_secs(30);
const SIGNATURE: &str = "/signature";
const UNREADABLE: Error = Error::Protocol("the answer has another shape than Notary's");

/// One Notary service, as its users see it. To share it between tasks, put it in an `Arc`.
#[derive(Debug)]
pub struct Notary {
    http: reqwest::Client,
    base: Url,
    public_uri: Url,
    ambient: Ambient,
    discovery: OnceCell<Discovery>,
}

impl Notary {
    /// The service whose `NOTARY_PUBLIC_URI` is `base`.
    ///
    /// # Errors
    /// [`Error::Protocol`] if no HTTPS client can be set up on this machine.
    pub fn new(base: Url) -> Result<Self, Error> {
        Self::with(base.clone(), base, Ambient::system())
    }

    /// The service of `public_uri`, called at `base`: another name of it inside a network, or a
    /// test's port. Time and randomness come from `ambient`.
    ///
    /// # Errors
    /// As [`Notary::new`].
    pub fn with(base: Url, public_uri: Url, ambient: Ambient) -> Result<Self, Error> {
        let http = http::builder(TIMEOUT)
            .build()
            .map_err(|_| Error::Protocol("no HTTPS client can be set up on this machine"))?;
        Ok(Self { http, base, public_uri, ambient, discovery: OnceCell::new() })
    }

    /// `GET /.well-known/notary`, asked once.
    ///
    /// # Errors
    /// [`Error::Protocol`] also if the service announces another public URI than the one this
    /// client was made for: a JWT signed for it would be good at another service.
    pub async fn discover(&self) -> Result<&Discovery, Error> {
        self.discovery
            .get_or_try_init(|| async {
                let url = http::below(&self.base, "/.well-known/notary");
                let discovery: Discovery = read(&succeeded(self.http.get(url)).await?)?;
                let announced = Url::parse(&discovery.public_uri)
                    .map_err(|_| Error::Protocol("the announced public URI is no URI"))?;
                if http::below(&announced, "") != http::below(&self.public_uri, "") {
                    return Err(Error::Protocol("the service announces another public URI"));
                }
                if discovery.password.normalization != "NFKC" {
                    return Err(Error::Protocol("the service normalizes passwords otherwise"));
                }
                Ok(discovery)
            })
            .await
    }

    /// `POST /salt`: any spelling of an address, and a blinded password if a key is wanted.
    ///
    /// # Errors
    /// [`Error::Problem`] for what is no address.
    pub async fn salt(
        &self,
        address: &str,
        blinded: Option<&[u8; POINT_LENGTH]>,
    ) -> Result<SaltAnswer, Error> {
        let body = SaltRequest {
            address: address.to_owned(),
            blinded: blinded.map(|point| BASE64_URL_SAFE_NO_PAD.encode(point)),
        };
        read(&self.send(Method::POST, "/salt", &body).await?)
    }

    /// Makes the key of a password with the newest derivation. Costs one call and one Argon2id on
    /// a blocking thread. That it works says nothing about the password: see
    /// [`status`](Self::status).
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::Password`].
    pub async fn unlock(&self, address: &str, password: &Password) -> Result<Unlocked, Error> {
        let exchange = self.exchange(address, password).await?;
        exchange.derive(&exchange.kdfs[0]).await
    }

    /// As [`unlock`](Self::unlock), for a password that is being chosen: refuses one that the
    /// service's rules find too short.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub async fn choose(&self, address: &str, password: &Password) -> Result<Unlocked, Error> {
        self.discover().await?.password.check(password)?;
        self.unlock(address, password).await
    }

    /// Makes the address's active key: the newest derivation first, then the previous ones, each
    /// asked for with [`status`](Self::status).
    ///
    /// # Errors
    /// [`Error::is_refused`] if none of them is the active key: a wrong password, or no account.
    pub async fn unlock_active(
        &self,
        address: &str,
        password: &Password,
    ) -> Result<(Unlocked, Status), Error> {
        let exchange = self.exchange(address, password).await?;
        let mut refused = UNREADABLE;
        for kdf in &exchange.kdfs {
            let unlocked = exchange.derive(kdf).await?;
            match self.status(&unlocked).await {
                Ok(status) => return Ok((unlocked, status)),
                Err(error) if error.is_refused() => refused = error,
                Err(error) => return Err(error),
            }
        }
        Err(refused)
    }

    /// `POST /signup`, also the way to have the mail sent again. Take the key from
    /// [`choose`](Self::choose). Success says nothing about whether the address was free.
    ///
    /// # Errors
    /// Transport, problem or protocol.
    pub async fn sign_up(&self, new: &Unlocked) -> Result<(), Error> {
        let claims = self.claims(new, &new.address, Method::POST, "/signup").await?;
        self.send_signed(Method::POST, "/signup", new, &claims, true).await.map(drop)
    }

    /// `POST /confirm` with the token from the mail and the pending key.
    ///
    /// # Errors
    /// [`Error::is_refused`] whatever was wrong: token, password, or too late.
    pub async fn confirm(&self, pending: &Unlocked, token: &str) -> Result<Confirmation, Error> {
        let claims = self.claims(pending, &pending.address, Method::POST, "/confirm").await?;
        let claims = claims.token(token);
        let answer = self.send_signed(Method::POST, "/confirm", pending, &claims, false).await?;
        match answer.status {
            StatusCode::OK => read(&answer).map(Confirmation::Active),
            StatusCode::ACCEPTED => Ok(Confirmation::OneMore),
            _ => Err(UNREADABLE),
        }
    }

    /// `POST /signature`: whether this is the address's active key.
    ///
    /// # Errors
    /// [`Error::is_refused`] if it is not: a wrong password, or no account.
    pub async fn status(&self, key: &Unlocked) -> Result<Status, Error> {
        let claims = self.claims(key, &key.address, Method::POST, SIGNATURE).await?;
        read(&self.send_signed(Method::POST, SIGNATURE, key, &claims, false).await?)
    }

    /// `PATCH /signature`, new password: `new` is the same address's key of the new password, from
    /// [`choose`](Self::choose). The old key stays active until the mail's token is confirmed.
    ///
    /// # Errors
    /// Transport, problem or protocol.
    pub async fn change_password(&self, new: &Unlocked) -> Result<(), Error> {
        let claims = self.claims(new, &new.address, Method::PATCH, SIGNATURE).await?;
        self.send_signed(Method::PATCH, SIGNATURE, new, &claims, true).await.map(drop)
    }

    /// `PATCH /signature`, new address: `new` is the new address's key, from
    /// [`choose`](Self::choose). Both addresses get a mail, and both tokens must be confirmed with
    /// `new`.
    ///
    /// # Errors
    /// Transport, problem or protocol.
    pub async fn change_address(&self, current: &str, new: &Unlocked) -> Result<(), Error> {
        let current = self.salt(current, None).await?.address;
        let claims = self.claims(new, &current, Method::PATCH, SIGNATURE).await?;
        let claims = claims.new_address(&new.address);
        self.send_signed(Method::PATCH, SIGNATURE, new, &claims, true).await.map(drop)
    }

    /// `DELETE /signature` with the active key: disabled at once.
    ///
    /// # Errors
    /// [`Error::is_refused`] if the key is not the active one.
    pub async fn disable(&self, active: &Unlocked) -> Result<(), Error> {
        let claims = self.claims(active, &active.address, Method::DELETE, SIGNATURE).await?;
        self.send_signed(Method::DELETE, SIGNATURE, active, &claims, false).await.map(drop)
    }

    /// Claims for another service, named by its URI, valid for `lifetime` seconds by Notary's
    /// clock and good for one use. Sign them with [`Unlocked::sign`].
    pub fn claims_for(&self, key: &Unlocked, audience: &str, lifetime: u32) -> Claims {
        let claims = Claims::for_service(&key.address, audience, self.now(key), lifetime);
        self.ambient.with_rng(|rng| claims.once(rng))
    }

    async fn exchange(&self, address: &str, password: &Password) -> Result<Exchange, Error> {
        let (blinding, blinded) = if self.discover().await?.kdf.mentions_oprf() {
            self.ambient
                .with_rng(|rng| Blinding::start(password, rng))
                .map(|(blinding, blinded)| (Some(blinding), Some(blinded)))
                .map_err(DeriveError::Oprf)?
        } else {
            (None, None)
        };
        let answer = self.salt(address, blinded.as_ref()).await?;
        Exchange::new(answer, password, blinding, self.ambient.now())
    }

    /// Our clock, corrected by what `/salt` said of the service's.
    fn now(&self, key: &Unlocked) -> i64 {
        self.ambient.now().saturating_add(key.clock_offset)
    }

    async fn claims(
        &self,
        key: &Unlocked,
        subject: &str,
        method: Method,
        path: &str,
    ) -> Result<Claims, Error> {
        let public_uri = &self.discover().await?.public_uri;
        let now = self.now(key);
        Ok(self.ambient.with_rng(|rng| {
            Claims::for_notary(subject, public_uri, method.as_str(), path, now, rng)
        }))
    }

    async fn send_signed(
        &self,
        method: Method,
        path: &str,
        key: &Unlocked,
        claims: &Claims,
        with_key: bool,
    ) -> Result<Answer, Error> {
        let jwk = with_key.then(|| key.jwk());
        let body = SignedRequest { jwt: &key.sign(claims), public_key: jwk.as_ref() };
        self.send(method, path, &body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Answer, Error> {
        // A deployment may insist on an origin (NOTARY_REQUIRE_REFERRER).
        let origin = self.public_uri.origin().ascii_serialization();
        let request = self.http.request(method, http::below(&self.base, path));
        succeeded(request.header("Origin", origin).json(body)).await
    }
}

async fn succeeded(request: reqwest::RequestBuilder) -> Result<Answer, Error> {
    let answer = Answer::to(request).await?;
    if answer.status.is_success() { Ok(answer) } else { Err(Error::Problem(answer.problem())) }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    answer.json().ok_or(UNREADABLE)
}

/// What a confirmation led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The key is the address's only active one.
    Active(Confirmed),
    /// A new address: the token sent to the other address is still to be confirmed.
    OneMore,
}

/// Why a call of the public side failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service said no.
    #[error("{0}")]
    Problem(Problem),
    /// No key could be made.
    #[error(transparent)]
    Derivation(#[from] DeriveError),
    /// The password is not one to choose.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The other side does not speak Notary's protocol, or not as expected.
    #[error("this is not the Notary service expected: {0}")]
    Protocol(&'static str),
}

impl Error {
    /// The service understood and refused (400): wrong password, wrong token, no such account. It
    /// never tells which.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.status == 400)
    }
}
