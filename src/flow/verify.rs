//! `GET /verify`: who signed this, and is the key still the active one?

use crate::{
    core::Core,
    domain::jwt::{ServiceCall, ServiceClaims, Unverified},
    error::{Error, Result},
    store::keys::ActiveKey,
};

/// What a service asks for. See [`ServiceCall`].
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Any one of these audiences; `NOTARY_PUBLIC_URI` where empty.
    pub audiences: Vec<String>,
    /// The request's method, where the JWT must be bound to it.
    pub method: Option<String>,
    /// The request's URI, where the JWT must be bound to it.
    pub uri: Option<String>,
    /// The body's RFC 9530 digest, where the JWT must be bound to it.
    pub digest: Option<String>,
}

/// Checks a JWT that a user has signed for another service.
///
/// Errors, in this order: malformed; no active key under its kid ([`Error::NotActive`]); signature
/// and claims.
pub async fn verify(
    core: &Core,
    jwt: &str,
    question: &Question,
) -> Result<(ServiceClaims, ActiveKey)> {
    let jwt = Unverified::parse(jwt)?;
    let kid = *jwt.kid();
    let active = core.lookups.active_key(kid).await?.ok_or(Error::NotActive)?;
    let call = ServiceCall {
        audiences: match question.audiences.as_slice() {
            [] => std::slice::from_ref(&core.audience),
            named => named,
        },
        method: question.method.as_deref(),
        uri: question.uri.as_deref(),
        digest: question.digest.as_deref(),
        max_age: core.config.token_max_age.as_secs() as i64,
        user_side: &core.user_side,
    };
    let claims = jwt.verify(&active.key)?.for_service(&call, &active.address, core.clock.now())?;
    Ok((claims, active))
}
