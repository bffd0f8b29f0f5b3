use super::*;
use crate::limits::Left;
use actix_web::body::to_bytes;
use notary_sdk::KeyError;
use serde_json::{Value, json};
use std::iter::successors;

/// Every problem, each leading to the next: one that is new does not compile before it has its
/// place, and so its snapshot.
fn after(problem: &Problem) -> Option<Problem> {
    use Problem as P;
    let seconds = Duration::from_secs;
    let policy = || r#""second";q=5;w=1, "minute";q=60;w=60"#.to_owned();
    Some(match problem {
        P::MalformedRequest(_) => P::InvalidAddress(AddressFault::Form),
        P::InvalidAddress(_) => P::InvalidKey(JwkFault::Form(KeyError::Curve)),
        P::InvalidKey(JwkFault::Form(_)) => P::InvalidKey(JwkFault::Kid),
        P::InvalidKey(JwkFault::Kid) => P::InvalidJwt(JwtFault::Replayed),
        P::InvalidJwt(_) => P::ConfirmationFailed,
        P::ConfirmationFailed => P::SignatureRefused,
        P::SignatureRefused => P::Unauthorized,
        P::Unauthorized => P::InvalidToken,
        P::InvalidToken => P::ForbiddenOrigin,
        P::ForbiddenOrigin => P::NotFound,
        P::NotFound => P::NotActive,
        P::NotActive => P::MethodNotAllowed(vec![Method::GET, Method::HEAD]),
        P::MethodNotAllowed(_) => P::RequestTimeout,
        P::RequestTimeout => P::PayloadTooLarge,
        P::PayloadTooLarge => P::UnsupportedMediaType("application/json"),
        P::UnsupportedMediaType(_) => P::Rejected(JwtFault::Malformed("what is wrong")),
        P::Rejected(fault) => match after_fault(fault) {
            Some(fault) => P::Rejected(fault),
            None => P::TooManyRequests {
                retry_after: seconds(2),
                limits: Some((
                    policy(),
                    Quota {
                        second: Left { calls: 0, resets_in: seconds(1) },
                        minute: Some(Left { calls: 7, resets_in: seconds(42) }),
                    },
                )),
            },
        },
        P::TooManyRequests { limits: Some(_), .. } => {
            P::TooManyRequests { retry_after: Duration::ZERO, limits: None }
        }
        P::TooManyRequests { limits: None, .. } => {
            P::Blocked { retry_after: seconds(3_600), policy: policy() }
        }
        P::Blocked { .. } => P::TooManyEvaluations {
            retry_after: seconds(8),
            per_hour: NonZeroU32::new(100).unwrap(),
        },
        P::TooManyEvaluations { .. } => P::InternalError,
        P::InternalError => P::Unavailable,
        P::Unavailable => P::Overloaded,
        P::Overloaded => return None,
    })
}

fn after_fault(fault: &JwtFault) -> Option<JwtFault> {
    use JwtFault as F;
    Some(match fault {
        F::Malformed(_) => F::Signature,
        F::Signature => F::Expired,
        F::Expired => F::NotYetValid,
        F::NotYetValid => F::Lifetime,
        F::Lifetime => F::Audience,
        F::Audience => F::Subject,
        F::Subject => F::Binding("htu"),
        F::Binding(_) => F::Claim("aud"),
        F::Claim(_) => F::NotForServices,
        F::NotForServices => F::Replayed,
        F::Replayed => return None,
    })
}

/// Status, headers and body, as they go out.
async fn on_the_wire(problem: &Problem) -> Value {
    let response = problem.error_response();
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers: serde_json::Map<String, Value> =
        headers.map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
    let body = to_bytes(response.into_body()).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(body["status"], status);
    json!({ "status": status, "headers": headers, "body": body })
}

#[tokio::test]
async fn every_problem_on_the_wire() {
    let first = Problem::MalformedRequest("What is wrong with it.");
    let mut all = Vec::new();
    for problem in successors(Some(first), after) {
        all.push(on_the_wire(&problem).await);
    }
    insta::assert_json_snapshot!(all);
}

#[test]
fn a_mistake_of_ours_tells_nobody_what_it_is() {
    for error in [
        Error::Database(diesel::result::Error::QueryBuilderError("a secret".into())),
        Error::Broken("a secret"),
    ] {
        let problem = Problem::from(error);
        assert_eq!(problem.name(), "internal_error");
        assert!(!format!("{problem:?} {problem} {}", problem.detail()).contains("secret"));
    }
}
