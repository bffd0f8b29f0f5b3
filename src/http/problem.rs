//! Problem details (RFC 9457): the only place where errors meet the wire.

use crate::{
    domain::{address::AddressFault, jwt::JwtFault, key::JwkFault},
    error::Error,
    limits::Quota,
};
use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        Method, StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    web::Bytes,
};
use serde::Serialize;
use std::{borrow::Cow, fmt, num::NonZeroU32, sync::LazyLock, time::Duration};
use utoipa::ToSchema;

/// What a caller can be told about a request that was not served.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The body or the query is not what the endpoint takes.
    MalformedRequest(&'static str),
    /// A text is no mail address.
    InvalidAddress(AddressFault),
    /// `publicKey` is refused.
    InvalidKey(JwkFault),
    /// A JWT of the user side is refused.
    InvalidJwt(JwtFault),
    /// A confirmation failed, whatever failed.
    ConfirmationFailed,
    /// Not signed by an active key, whatever is wrong.
    SignatureRefused,
    /// The admin secret is missing or wrong.
    Unauthorized,
    /// A bearer token is refused, as proxies want to hear it (RFC 6750 section 3.1).
    InvalidToken,
    /// A page of another origin.
    ForbiddenOrigin,
    /// No such path, or nothing by that name.
    NotFound,
    /// No active key under the JWT's kid.
    NotActive,
    /// The path has other methods.
    MethodNotAllowed(Vec<Method>),
    /// The body did not arrive in time.
    RequestTimeout,
    /// The body is larger than 16 KiB.
    PayloadTooLarge,
    /// The body is not of the type that the endpoint takes, which is named here.
    UnsupportedMediaType(&'static str),
    /// A JWT for another service is refused.
    Rejected(JwtFault),
    /// Too many calls a second from this IP.
    TooManyRequests {
        /// When to come back.
        retry_after: Duration,
        /// The limits and what is left of them; absent where only failures are counted.
        limits: Option<(String, Quota)>,
    },
    /// Too many calls a minute from this IP.
    Blocked {
        /// When the block ends.
        retry_after: Duration,
        /// The limits.
        policy: String,
    },
    /// Too many OPRF evaluations for one address.
    TooManyEvaluations {
        /// When to come back.
        retry_after: Duration,
        /// How many an address may have in an hour.
        per_hour: NonZeroU32,
    },
    /// A mistake of ours.
    InternalError,
    /// The database is away, or too slow.
    Unavailable,
    /// Too much to do right now.
    Overloaded,
}

/// The body of a problem (RFC 9457 section 3.1).
#[derive(Serialize, ToSchema)]
pub struct ProblemBody {
    /// A URN that never changes: `urn:notary:problem:` and a name.
    #[serde(rename = "type")]
    kind: String,
    /// The same words for every problem of this type.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened here and what to do about it.
    detail: Cow<'static, str>,
}

impl Problem {
    /// A JWT that another service has shown us: its faults are 422.
    pub fn of_verification(error: Error) -> Self {
        match error {
            Error::Jwt(fault) => Self::Rejected(fault),
            error => error.into(),
        }
    }

    /// The last part of the problem's `type`.
    pub fn name(&self) -> &'static str {
        self.describe().0
    }

    /// Name, status, title.
    fn describe(&self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::MalformedRequest(_) => {
                ("malformed_request", S::BAD_REQUEST, "The request is malformed")
            }
            Self::InvalidAddress(_) => {
                ("invalid_address", S::BAD_REQUEST, "The address is not a mail address")
            }
            Self::InvalidKey(_) => ("invalid_key", S::BAD_REQUEST, "The public key is refused"),
            Self::InvalidJwt(_) => ("invalid_jwt", S::BAD_REQUEST, "The JWT is refused"),
            Self::ConfirmationFailed => {
                ("confirmation_failed", S::BAD_REQUEST, "The confirmation failed")
            }
            Self::SignatureRefused => {
                ("signature_refused", S::BAD_REQUEST, "The signature is not an active key's")
            }
            Self::Unauthorized => {
                ("unauthorized", S::UNAUTHORIZED, "The admin secret is missing or wrong")
            }
            Self::InvalidToken => ("invalid_token", S::UNAUTHORIZED, "The token is refused"),
            Self::ForbiddenOrigin => {
                ("forbidden_origin", S::FORBIDDEN, "The call comes from another origin")
            }
            Self::NotFound => ("not_found", S::NOT_FOUND, "There is nothing here"),
            Self::NotActive => ("not_active", S::NOT_FOUND, "No confirmed signature"),
            Self::MethodNotAllowed(_) => {
                ("method_not_allowed", S::METHOD_NOT_ALLOWED, "The method is not allowed here")
            }
            Self::RequestTimeout => {
                ("request_timeout", S::REQUEST_TIMEOUT, "The request did not arrive in time")
            }
            Self::PayloadTooLarge => {
                ("payload_too_large", S::PAYLOAD_TOO_LARGE, "The body is too large")
            }
            Self::UnsupportedMediaType(_) => (
                "unsupported_media_type",
                S::UNSUPPORTED_MEDIA_TYPE,
                "The body's type is not taken here",
            ),
            Self::Rejected(fault) => {
                (rejection(fault), S::UNPROCESSABLE_ENTITY, "The JWT is not valid")
            }
            Self::TooManyRequests { .. } => {
                ("too_many_requests", S::TOO_MANY_REQUESTS, "Too many requests")
            }
            Self::Blocked { .. } => {
                ("blocked", S::TOO_MANY_REQUESTS, "This IP is blocked for a while")
            }
            Self::TooManyEvaluations { .. } => {
                ("too_many_evaluations", S::TOO_MANY_REQUESTS, "Too many attempts for this address")
            }
            Self::InternalError => {
                ("internal_error", S::INTERNAL_SERVER_ERROR, "Something is wrong on our side")
            }
            Self::Unavailable => {
                ("unavailable", S::SERVICE_UNAVAILABLE, "The service is not available right now")
            }
            Self::Overloaded => {
                ("overloaded", S::SERVICE_UNAVAILABLE, "The service has too much to do right now")
            }
        }
    }

    fn detail(&self) -> Cow<'static, str> {
        let text = match self {
            Self::MalformedRequest(detail) => detail,
            Self::InvalidAddress(fault) => return sentence(fault).into(),
            Self::InvalidKey(fault) => return sentence(fault).into(),
            Self::InvalidJwt(fault) | Self::Rejected(fault) => return sentence(fault).into(),
            Self::ConfirmationFailed => {
                "The link may have expired or been used, or the password is another one than at sign-up. Try again, or ask for a new mail."
            }
            Self::SignatureRefused => "Address or password are not those of an active account.",
            Self::Unauthorized => "Send the admin secret in the header Notary-Admin-Secret.",
            Self::InvalidToken => "Sign a new token with the key of an active account.",
            Self::ForbiddenOrigin => {
                "This origin may not call the service. The operator can allow it with NOTARY_ALLOWED_ORIGINS."
            }
            Self::NotFound => "See /openapi.json for what there is.",
            Self::NotActive => "Nobody by this kid has a confirmed and active key.",
            Self::MethodNotAllowed(_) => "The header Allow lists the methods of this path.",
            Self::RequestTimeout => "The whole body must arrive within 10 seconds.",
            Self::PayloadTooLarge => "A body may have 16384 bytes at most.",
            Self::UnsupportedMediaType(expected) => {
                return format!("Send the body as {expected}.").into();
            }
            Self::TooManyRequests { .. } => "Wait as long as Retry-After says.",
            Self::Blocked { .. } => {
                "There were too many calls within a minute. Wait as long as Retry-After says."
            }
            Self::TooManyEvaluations { .. } => {
                "Somebody has tried many passwords for this address. Wait as long as Retry-After says."
            }
            Self::InternalError => "Tell the operator the request id in the header X-Request-Id.",
            Self::Unavailable => "Nothing is lost. Try again as Retry-After says.",
            Self::Overloaded => "Try again as Retry-After says.",
        };
        text.into()
    }

    #[expect(clippy::expect_used, reason = "strings and a number")]
    fn body(&self) -> Bytes {
        let (name, status, title) = self.describe();
        let body = ProblemBody {
            kind: format!("urn:notary:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: self.detail(),
        };
        serde_json::to_vec(&body).expect("serializes").into()
    }

    fn headers(&self, response: &mut HttpResponseBuilder) {
        match self {
            Self::MethodNotAllowed(methods) => {
                let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
                response.insert_header((ALLOW, methods.join(", ")));
            }
            Self::InvalidToken => {
                response.insert_header((WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#));
            }
            Self::Unauthorized => {
                response.insert_header((WWW_AUTHENTICATE, "Notary-Admin-Secret"));
            }
            Self::TooManyRequests { retry_after, limits } => {
                retry(response, *retry_after);
                if let Some((policy, quota)) = limits {
                    response.insert_header(("RateLimit-Policy", policy.as_str()));
                    response.insert_header(("RateLimit", quota.to_string()));
                }
            }
            Self::Blocked { retry_after, policy } => {
                nothing_left(response, policy, "minute", *retry_after);
            }
            // Nobody waits for the rest of the body.
            Self::RequestTimeout | Self::PayloadTooLarge => {
                response.force_close();
            }
            Self::TooManyEvaluations { retry_after, per_hour } => {
                let policy = format!(r#""hour";q={per_hour};w=3600"#);
                nothing_left(response, &policy, "hour", *retry_after);
            }
            Self::Unavailable | Self::Overloaded => retry(response, Duration::from_secs(1)),
            Self::MalformedRequest(_)
            | Self::InvalidAddress(_)
            | Self::InvalidKey(_)
            | Self::InvalidJwt(_)
            | Self::ConfirmationFailed
            | Self::SignatureRefused
            | Self::ForbiddenOrigin
            | Self::NotFound
            | Self::NotActive
            | Self::UnsupportedMediaType(_)
            | Self::Rejected(_)
            | Self::InternalError => {}
        }
    }
}

fn retry(response: &mut HttpResponseBuilder, after: Duration) {
    response.insert_header((RETRY_AFTER, after.as_secs().max(1)));
}

/// Nothing is left of what the policy allows in this window.
fn nothing_left(response: &mut HttpResponseBuilder, policy: &str, window: &str, after: Duration) {
    retry(response, after);
    let seconds = after.as_secs().max(1);
    response.insert_header(("RateLimit-Policy", policy));
    response.insert_header(("RateLimit", format!(r#""{window}";r=0;t={seconds}"#)));
}

fn rejection(fault: &JwtFault) -> &'static str {
    match fault {
        JwtFault::Malformed(_) => "malformed",
        JwtFault::Signature => "signature",
        JwtFault::Expired => "expired",
        JwtFault::NotYetValid => "not_yet_valid",
        JwtFault::Lifetime => "lifetime",
        JwtFault::Audience => "audience",
        JwtFault::Subject => "subject",
        JwtFault::Binding(_) => "binding",
        JwtFault::Claim(_) => "claim",
        JwtFault::NotForServices => "not_for_services",
        JwtFault::Replayed => "replayed",
    }
}

/// Our errors begin like a clause; on the wire they stand alone.
fn sentence(fault: &dyn fmt::Display) -> String {
    let text = fault.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
    first.chain(letters).chain(['.']).collect()
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Address(fault) => Self::InvalidAddress(fault),
            Error::Blinded => Self::MalformedRequest(
                "blinded must be a compressed P-384 point: 49 bytes, base64url without padding.",
            ),
            Error::Jwk(fault) => Self::InvalidKey(fault),
            Error::Jwt(fault) => Self::InvalidJwt(fault),
            Error::ConfirmationFailed => Self::ConfirmationFailed,
            Error::SignatureRefused => Self::SignatureRefused,
            Error::NotActive => Self::NotActive,
            Error::Unknown => Self::NotFound,
            Error::Query(detail) => Self::MalformedRequest(detail),
            Error::TooManyEvaluations { retry_after, per_hour } => {
                Self::TooManyEvaluations { retry_after, per_hour }
            }
            Error::Crowded | Error::Busy => Self::Overloaded,
            Error::DatabaseAway | Error::TooSlow => Self::Unavailable,
            Error::Database(_) | Error::Broken(_) => {
                tracing::error!(%error, "a mistake of ours");
                Self::InternalError
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.describe().1
    }

    fn error_response(&self) -> HttpResponse {
        /// Made once: tokens under made-up kids come in floods.
        static NOT_ACTIVE: LazyLock<Bytes> = LazyLock::new(|| Problem::NotActive.body());
        let body = match self {
            Self::NotActive => NOT_ACTIVE.clone(),
            problem => problem.body(),
        };
        let mut response = HttpResponse::build(self.status_code());
        self.headers(&mut response);
        response.content_type("application/problem+json").body(body)
    }
}

#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
