//! What stands before handlers: limits and origin for users, the secret for the admin.

use super::{
    caller::caller_ip,
    origin::{AllowedOrigins, check_origin},
    problem::Problem,
};
use crate::{
    core::Core,
    flow,
    limits::{Decision, IpKey, Verdict},
};
use actix_web::{
    Error, HttpRequest, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, ORIGIN, REFERER},
    middleware::Next,
    web,
};
use std::net::{IpAddr, Ipv4Addr};

const SECRET: HeaderName = HeaderName::from_static("notary-admin-secret");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Blocklist, limits per IP and the origin rule, in this order, before a byte of the body is read.
pub async fn caller<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let admitted = admit(request.request()).await;
    answer(admitted, request, next).await
}

async fn admit(request: &HttpRequest) -> Result<(), Problem> {
    let core = core(request);
    let ip = IpKey::from(ip(request));
    if let Some(retry_after) = core.blocklist.remaining(ip) {
        return Err(blocked(&core, retry_after));
    }
    // Another site can make its visitors' browsers call. That slows them down, and blocks nobody.
    let is_foreign = is_foreign(request, &core);
    let Decision { verdict, quota } =
        if is_foreign { core.calls.check_second(ip) } else { core.calls.check(ip) };
    match verdict {
        Verdict::Allowed => {}
        Verdict::Throttled { retry_after } => {
            let limits = Some((core.calls.policy().to_owned(), quota));
            return Err(Problem::TooManyRequests { retry_after, limits });
        }
        Verdict::Exhausted => {
            flow::block::ip(&core, ip).await;
            return Err(blocked(&core, core.config.block_for));
        }
    }
    if is_foreign { Err(Problem::ForbiddenOrigin) } else { Ok(()) }
}

fn is_foreign(request: &HttpRequest, core: &Core) -> bool {
    let origins = request.app_data::<web::Data<AllowedOrigins>>();
    let (origin, referer) = (text(request, ORIGIN), text(request, REFERER));
    !origins.is_some_and(|origins| {
        check_origin(origin, referer, origins, core.config.require_referrer).is_ok()
    })
}

/// Refusals are answers, too: they pass through the listener's other layers.
async fn answer<B: MessageBody>(
    admitted: Result<(), Problem>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match admitted {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(problem) => Ok(request.into_response(problem.error_response()).map_into_right_body()),
    }
}

fn blocked(core: &Core, retry_after: std::time::Duration) -> Problem {
    Problem::Blocked { retry_after, policy: core.calls.policy().to_owned() }
}

/// The admin secret, compared in constant time; an IP that keeps failing is throttled.
pub async fn secret<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let presented = request.headers().get(SECRET).map_or(&b""[..], |value| value.as_bytes());
    let admitted = check_secret(request.request(), presented);
    answer(admitted, request, next).await
}

/// Compares a secret that the admin presents, in whatever form the endpoint has.
///
/// A throttled IP waits even with the right secret: if that passed, the throttle would slow down no
/// guess that matters. Who shares an IP with a guesser can be kept waiting by it, for a minute at a
/// time; the admin listener belongs where strangers cannot call it.
pub fn check_secret(request: &HttpRequest, presented: &[u8]) -> Result<(), Problem> {
    let core = core(request);
    // The admin listener stands behind no proxy that it would believe.
    let ip = IpKey::from(peer(request));
    core.admin_failures
        .check(ip)
        .map_err(|retry_after| Problem::TooManyRequests { retry_after, limits: None })?;
    if core.config.admin_secrets.matches(presented) {
        return Ok(());
    }
    core.admin_failures.record(ip);
    Err(Problem::Unauthorized)
}

/// The caller's IP, as trusted proxies tell it.
pub fn ip(request: &HttpRequest) -> IpAddr {
    let forwarded = request.headers().get_all(FORWARDED_FOR);
    let forwarded = forwarded.map(|value| value.to_str().unwrap_or(""));
    caller_ip(peer(request), forwarded, &core(request).config.trusted_proxies)
}

fn peer(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())
}

fn text(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    // A header that is no text, or is there twice, is no origin that we know.
    let mut lines = request.headers().get_all(name);
    let line = lines.next()?;
    Some(lines.next().map_or(line.to_str(), |_| Ok("null")).unwrap_or("null"))
}

/// The service's state.
#[expect(clippy::expect_used, reason = "both listeners are built around a Core")]
pub fn core(request: &HttpRequest) -> web::Data<Core> {
    request.app_data::<web::Data<Core>>().expect("a Core").clone()
}
