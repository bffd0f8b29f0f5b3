//! Who asks. Nothing of it is remembered: a disabled account stops working at once.

use crate::{
    error::{Error, Result},
    flow::call::Caller,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use notary_sdk::{Expect, VerifyClient, VerifyError};
use sha2::Sha256;
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// The ways to authenticate that an installation has.
pub struct Callers {
    /// Notary, and the name that tokens for us carry.
    pub notary: Option<(VerifyClient, Expect)>,
    /// `userid_hmac_secret`, where Basic auth is on.
    pub basic: Option<Zeroizing<Vec<u8>>>,
}

impl Callers {
    /// The caller with this `Authorization`. Without one, or with a scheme that is not on, callers
    /// are anonymous. A token that Notary does not vouch for is refused even where anonymous
    /// callers may read: who was disabled is to know at once.
    ///
    /// # Errors
    /// [`Error::TokenRefused`], and [`Error::NotaryAway`] when nobody can say.
    pub async fn resolve(&self, authorization: Option<&str>) -> Result<Arc<Caller>> {
        let (scheme, credentials) = authorization
            .and_then(|value| value.trim().split_once(' '))
            .unwrap_or((authorization.unwrap_or_default(), ""));
        let user_id = if scheme.eq_ignore_ascii_case("bearer") {
            self.bearer(credentials.trim()).await?
        } else if scheme.eq_ignore_ascii_case("basic") {
            self.basic(credentials.trim())
        } else {
            None
        };
        Ok(Arc::new(Caller { user_id }))
    }

    /// How to authenticate, as the header `WWW-Authenticate` says it.
    pub fn challenge(&self) -> &'static str {
        if self.basic.is_some() { "Basic realm=\"Realm\"" } else { "Bearer realm=\"Realm\"" }
    }

    async fn bearer(&self, token: &str) -> Result<Option<String>> {
        let Some((client, expect)) = &self.notary else { return Ok(None) };
        match client.verify(token, expect).await {
            Ok(verified) => Ok(Some(format!("notary:{}", verified.address))),
            Err(VerifyError::Invalid(_) | VerifyError::NotActive) => Err(Error::TokenRefused),
            Err(error @ VerifyError::Unauthorized) => {
                tracing::error!(%error, "notary");
                Err(Error::NotaryAway { retry_after: None })
            }
            Err(VerifyError::Unavailable { cause, retry_after }) => {
                tracing::warn!(%cause, "notary");
                Err(Error::NotaryAway { retry_after })
            }
        }
    }

    /// Kinto's: whatever user and password somebody thinks of, they are one user.
    fn basic(&self, credentials: &str) -> Option<String> {
        let secret = self.basic.as_ref()?;
        let credentials = Zeroizing::new(STANDARD.decode(credentials).ok()?);
        let colon = credentials.iter().position(|&byte| byte == b':')?;
        if colon == 0 {
            return None;
        }
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
        let mut mac: Hmac<Sha256> = Hmac::new_from_slice(secret).expect("any length");
        mac.update(&credentials);
        Some(format!("basicauth:{}", HEXLOWER.encode(&mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Callers(notary: {:?}, basic: {})", self.notary, self.basic.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
    use std::{net::TcpListener, time::Duration};

    fn basic() -> Callers {
        Callers { notary: None, basic: Some(Zeroizing::new(b"abc".to_vec())) }
    }

    fn with_notary(port: u16) -> Callers {
        let url = format!("http://127.0.0.1:{port}").parse().unwrap();
        let client = VerifyClient::new(url, "admin", Duration::from_millis(300)).unwrap();
        Callers { notary: Some((client, Expect::audience("https://signer.example"))), basic: None }
    }

    async fn user(callers: &Callers, authorization: &str) -> Option<String> {
        callers.resolve(Some(authorization)).await.unwrap().user_id.clone()
    }

    /// A Notary whose answer the token names.
    fn fake_notary() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let problem = |status: u16, name: &str| {
            let status = actix_web::http::StatusCode::from_u16(status).unwrap();
            HttpResponse::build(status)
                .content_type("application/problem+json")
                .insert_header(("Retry-After", "7"))
                .body(format!(
                    r#"{{"type":"urn:notary:problem:{name}","title":"t","status":{},"detail":"d"}}"#,
                    status.as_u16()
                ))
        };
        let verify = move |request: HttpRequest| async move {
            let header = |name| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
            assert_eq!(header("notary-admin-secret"), "admin");
            assert_eq!(request.query_string(), "aud=https%3A%2F%2Fsigner.example");
            match header("authorization").trim_start_matches("Bearer ") {
                "good" => HttpResponse::Ok()
                    .insert_header(("Notary-Address", "alice@example.org"))
                    .insert_header(("Notary-Kid", "kid"))
                    .insert_header(("Notary-Key-Thumbprint", "thumb"))
                    .json(serde_json::json!({"sub": "x"})),
                "bad" => problem(422, "expired"),
                "disabled" => problem(404, "not_active"),
                "secret" => problem(401, "unauthorized"),
                "busy" => problem(503, "overloaded"),
                "elsewhere" => HttpResponse::NotFound().body("no such page"),
                "slow" => std::future::pending().await,
                other => panic!("{other}"),
            }
        };
        let server = HttpServer::new(move || App::new().route("/verify", web::get().to(verify)))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap();
        actix_web::rt::spawn(server.run());
        port
    }

    #[actix_web::test]
    async fn notary_names_the_caller() {
        let callers = with_notary(fake_notary());
        let alice = Some("notary:alice@example.org".to_owned());
        assert_eq!(user(&callers, "Bearer good").await, alice);
        assert_eq!(user(&callers, "bearer  good ").await, alice);
    }

    #[actix_web::test]
    async fn a_refused_token_is_not_anonymous() {
        let callers = with_notary(fake_notary());
        for token in ["Bearer bad", "Bearer disabled", "Bearer a\u{7f}b"] {
            let refused = callers.resolve(Some(token)).await;
            assert!(matches!(refused, Err(Error::TokenRefused)), "{token}: {refused:?}");
        }
    }

    #[actix_web::test]
    async fn when_notary_is_away_nobody_is_guessed() {
        let callers = with_notary(fake_notary());
        for (token, after) in
            [("busy", Some(7)), ("secret", None), ("elsewhere", Some(7)), ("slow", None)]
        {
            let away = callers.resolve(Some(&format!("Bearer {token}"))).await;
            let Err(Error::NotaryAway { retry_after }) = away else { panic!("{token}: {away:?}") };
            // A page that is not Notary's says nothing of when to come back.
            let after = after.filter(|_| token != "elsewhere").map(Duration::from_secs);
            assert_eq!(retry_after, after, "{token}");
        }
        let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let away = with_notary(unused).resolve(Some("Bearer good")).await;
        assert!(matches!(away, Err(Error::NotaryAway { retry_after: None })), "{away:?}");
    }

    #[actix_web::test]
    async fn basic_auth_is_kintos() {
        // Kinto 14.8 with userid_hmac_secret = abc, for a:b.
        let id = "basicauth:407905d23707ae31b852b0fd1c13a6864024664717d4e34be5a633f0f05e1a35";
        assert_eq!(user(&basic(), "Basic YTpi").await.as_deref(), Some(id));
        assert_eq!(user(&basic(), "basic YTpi").await.as_deref(), Some(id));
        for nobody in ["Basic", "Basic !!", "Basic OmI=", "Basic YQ==", "Bearer good", "", "x"] {
            assert_eq!(user(&basic(), nobody).await, None, "{nobody}");
        }
    }

    #[actix_web::test]
    async fn without_credentials_callers_are_anonymous() {
        let callers = with_notary(1);
        assert_eq!(callers.resolve(None).await.unwrap().user_id, None);
        assert_eq!(user(&callers, "Basic YTpi").await, None);
        assert_eq!(user(&callers, "Hawk id=1").await, None);
    }

    #[test]
    fn debug_tells_no_secret() {
        let shown = format!("{:?} {:?}", basic(), with_notary(1));
        assert!(!shown.contains("abc") && !shown.contains("admin\""), "{shown}");
    }
}
