//! The protocol's list of problems is the code's.

use crate::documents::read;
use actix_web::ResponseError;
use notary::{
    domain::{address::AddressFault, jwt::JwtFault, key::JwkFault},
    http::problem::Problem,
    limits::{Left, Quota},
};
use notary_sdk::KeyError;
use std::{collections::BTreeSet, num::NonZeroU32, time::Duration};

/// Every problem once. [`is_listed`] keeps it complete.
fn problems() -> Vec<Problem> {
    let wait = Duration::from_secs(1);
    let left = Left { calls: 0, resets_in: wait };
    let quota = Quota { second: left, minute: None };
    let faults = [
        JwtFault::Malformed(""),
        JwtFault::Signature,
        JwtFault::Expired,
        JwtFault::NotYetValid,
        JwtFault::Lifetime,
        JwtFault::Audience,
        JwtFault::Subject,
        JwtFault::Binding("htm"),
        JwtFault::Claim("jti"),
        JwtFault::NotForServices,
        JwtFault::Replayed,
    ];
    let mut problems = vec![
        Problem::MalformedRequest(""),
        Problem::InvalidAddress(AddressFault::Form),
        Problem::InvalidKey(JwkFault::Form(KeyError::Members)),
        Problem::InvalidJwt(JwtFault::Signature),
        Problem::ConfirmationFailed,
        Problem::SignatureRefused,
        Problem::Unauthorized,
        Problem::InvalidToken,
        Problem::ForbiddenOrigin,
        Problem::NotFound,
        Problem::NotActive,
        Problem::MethodNotAllowed(Vec::new()),
        Problem::RequestTimeout,
        Problem::PayloadTooLarge,
        Problem::UnsupportedMediaType("application/json"),
        Problem::TooManyRequests { retry_after: wait, limits: Some((String::new(), quota)) },
        Problem::Blocked { retry_after: wait, policy: String::new() },
        Problem::TooManyEvaluations { retry_after: wait, per_hour: NonZeroU32::MIN },
        Problem::InternalError,
        Problem::Unavailable,
        Problem::Overloaded,
    ];
    problems.extend(faults.map(Problem::Rejected));
    problems
}

/// Does not compile when a problem or a fault is new: add it above, and to docs/protocol.md.
fn is_listed(problem: &Problem) -> bool {
    match problem {
        Problem::Rejected(fault) => match fault {
            JwtFault::Malformed(_)
            | JwtFault::Signature
            | JwtFault::Expired
            | JwtFault::NotYetValid
            | JwtFault::Lifetime
            | JwtFault::Audience
            | JwtFault::Subject
            | JwtFault::Binding(_)
            | JwtFault::Claim(_)
            | JwtFault::NotForServices
            | JwtFault::Replayed => true,
        },
        Problem::MalformedRequest(_)
        | Problem::InvalidAddress(_)
        | Problem::InvalidKey(_)
        | Problem::InvalidJwt(_)
        | Problem::ConfirmationFailed
        | Problem::SignatureRefused
        | Problem::Unauthorized
        | Problem::InvalidToken
        | Problem::ForbiddenOrigin
        | Problem::NotFound
        | Problem::NotActive
        | Problem::MethodNotAllowed(_)
        | Problem::RequestTimeout
        | Problem::PayloadTooLarge
        | Problem::UnsupportedMediaType(_)
        | Problem::TooManyRequests { .. }
        | Problem::Blocked { .. }
        | Problem::TooManyEvaluations { .. }
        | Problem::InternalError
        | Problem::Unavailable
        | Problem::Overloaded => true,
    }
}

#[test]
fn the_protocol_lists_exactly_the_problems_of_the_code_with_their_status() {
    let protocol = read("docs/protocol.md");
    let (_, section) = protocol.split_once("\n## Problems\n").unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.trim_end_matches('`').to_owned();
        Some((name, cells.next()?.parse::<u16>().ok()?))
    };
    let written: BTreeSet<_> = section.lines().filter_map(row).collect();
    let problems = problems();
    assert!(problems.iter().all(is_listed));
    let coded: BTreeSet<_> = problems
        .iter()
        .map(|problem| (problem.name().to_owned(), problem.status_code().as_u16()))
        .collect();
    assert_eq!(written, coded);
}
