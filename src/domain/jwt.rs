//! JWTs that users sign: ES384, strict header, strict claims.
//!
//! A text becomes [`Unverified`], which only tells whose key to look for; a signature check makes
//! [`Signed`] of it; the claims' rules, for the user side or for other services, make
//! [`UserClaims`] or [`ServiceClaims`].

mod base64url;
mod claims;
mod header;
mod proven;

pub use claims::{Claim, Claims};
pub use proven::{Proof, Proven, Recalled};

use super::{
    address::Address, key::PublicKey, salt::Kid, strict_json::is_strict_object, token::PlainToken,
};
use crate::clock::Seconds;
use serde_json::value::RawValue;
use std::{collections::BTreeMap, sync::Arc};

/// How far two clocks may differ.
const LEEWAY: Seconds = 30;
/// The longest life of a JWT made for the user side.
const USER_LIFETIME: Seconds = 300;
/// A date past this is a mistake: the year 5138.
const LATEST: Seconds = 100_000_000_000;
const MAX_JTI_BYTES: usize = 256;

/// Why a JWT is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtFault {
    /// Not three base64url parts, a header or claims that are no strict JSON, …
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The key does not verify the signature.
    #[error("the signature is not the key's")]
    Signature,
    /// `exp` has passed.
    #[error("expired: exp has passed")]
    Expired,
    /// `iat` or `nbf` lie ahead.
    #[error("not valid yet: iat or nbf lie ahead; compare the clocks")]
    NotYetValid,
    /// `exp − iat` is larger than allowed, or not positive.
    #[error("the lifetime exp − iat is not within what is allowed here")]
    Lifetime,
    /// `aud` is not the expected one.
    #[error("the claim aud names another audience")]
    Audience,
    /// `sub` is no address, or not the one that `kid` names.
    #[error("the claim sub is not the address that kid names")]
    Subject,
    /// `htm`, `htu` or `digest` differ from the request's.
    #[error("the claim {0} does not match the request")]
    Binding(&'static str),
    /// A claim that this endpoint needs is missing or has the wrong form.
    #[error("the claim {0} is missing or has the wrong form")]
    Claim(&'static str),
    /// Made for the user side, shown to another service.
    #[error("this JWT was made for the account's own endpoints, not for other services")]
    NotForServices,
    /// The `jti` was used before.
    #[error("this JWT was used before: its jti is spent")]
    Replayed,
}

/// A JWT whose signature nobody has checked: good for finding the key, and for nothing else.
pub struct Unverified<'a> {
    kid: Kid,
    message: &'a str,
    /// A strict JSON object.
    payload: String,
    signature: [u8; 96],
}

impl<'a> Unverified<'a> {
    /// Parses a compact JWS (RFC 7515 section 3.1) with the strict header of the protocol.
    pub fn parse(text: &'a str) -> Result<Self, JwtFault> {
        let (message, signature) =
            text.rsplit_once('.').ok_or(JwtFault::Malformed("three parts are expected"))?;
        let (header, payload) =
            message.split_once('.').ok_or(JwtFault::Malformed("three parts are expected"))?;
        let kid = header::parse(&base64url::text(header)?)?;
        let signature = base64url::signature(signature)?;
        let payload = base64url::text(payload)?;
        if !is_strict_object(&payload) {
            return Err(JwtFault::Malformed("the claims are no JSON object without duplicates"));
        }
        Ok(Self { kid, message, payload, signature })
    }

    /// The key id of the header.
    pub fn kid(&self) -> &Kid {
        &self.kid
    }

    /// The claim `token`, with which a confirmation is found.
    pub fn token(&self) -> Option<PlainToken> {
        PlainToken::parse(self.claims().token.text()?)
    }

    /// The claim `sub` in canonical form.
    pub fn subject(&self) -> Option<Address> {
        Address::parse(self.claims().sub.text()?).ok()
    }

    /// The claim `new_address` in canonical form: `None` when absent.
    pub fn new_address(&self) -> Option<Result<Address, JwtFault>> {
        let claim = self.claims().new_address;
        let address = || claim.text().and_then(|text| Address::parse(text).ok());
        (!claim.is_absent()).then(|| address().ok_or(JwtFault::Claim("new_address")))
    }

    /// Read where they are needed: most JWTs that are refused are refused without.
    fn claims(&self) -> Claims {
        Claims::read(&self.payload)
    }

    /// Checks the signature.
    pub fn verify(self, key: &PublicKey) -> Result<Signed, JwtFault> {
        if key.verifies(self.message.as_bytes(), &self.signature) {
            Ok(Signed { claims: self.claims(), payload: self.payload })
        } else {
            Err(JwtFault::Signature)
        }
    }
}

/// A JWT whose signature is its key's. Its claims are not checked yet.
#[derive(Debug)]
pub struct Signed {
    payload: String,
    claims: Claims,
}

/// What a call of the user side must be bound to.
pub struct UserCall<'a> {
    /// `NOTARY_PUBLIC_URI`.
    pub audience: &'a str,
    /// The request's method.
    pub method: &'a str,
    /// `NOTARY_PUBLIC_URI` + path.
    pub uri: &'a str,
}

/// Checked claims of a JWT for the user side.
#[derive(Debug)]
pub struct UserClaims {
    /// The canonical `sub`.
    pub subject: Address,
    /// The `jti`, to be spent.
    pub jti: String,
    /// When the `jti` may be forgotten.
    pub spent_until: Seconds,
}

/// What another service expects of a JWT shown to it.
pub struct ServiceCall<'a> {
    /// Any one of these.
    pub audiences: &'a [String],
    /// The request's method, where the service binds to it.
    pub method: Option<&'a str>,
    /// The request's URI, where the service binds to it.
    pub uri: Option<&'a str>,
    /// The RFC 9530 digest of the request's body, where the service binds to it.
    pub digest: Option<&'a str>,
    /// `NOTARY_TOKEN_MAX_AGE` in seconds.
    pub max_age: Seconds,
    /// The `htu` values of the user side.
    pub user_side: &'a [String],
}

/// A JWT that another service may act on.
#[derive(Debug)]
pub struct ServiceClaims(Arc<Signed>);

impl ServiceClaims {
    /// The claims, byte for byte as signed.
    pub fn payload(&self) -> &str {
        &self.0.payload
    }

    /// Those that have a rule.
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// All of them by name, with values as signed.
    #[expect(clippy::expect_used, reason = "a strict object, or it would not have been signed")]
    pub fn members(&self) -> BTreeMap<String, &RawValue> {
        serde_json::from_str(&self.0.payload).expect("a strict object")
    }
}

impl Signed {
    /// The rules of the user side (protocol section 3).
    pub fn for_user_side(self, call: &UserCall<'_>, now: Seconds) -> Result<UserClaims, JwtFault> {
        let expires = self.check_times(now, USER_LIFETIME)?;
        self.check_audience(|aud| aud == call.audience)?;
        check_equal("htm", &self.claims.htm, call.method)?;
        check_equal("htu", &self.claims.htu, call.uri)?;
        let jti = text("jti", &self.claims.jti)?;
        if jti.is_empty() || jti.len() > MAX_JTI_BYTES {
            return Err(JwtFault::Claim("jti"));
        }
        let jti = jti.to_owned();
        Ok(UserClaims { subject: self.subject()?, jti, spent_until: expires + LEEWAY })
    }

    /// The rules for other services (protocol sections 3 and 5). `owner` is the address whose
    /// active key verified the signature.
    pub fn for_service(
        self: Arc<Self>,
        call: &ServiceCall<'_>,
        owner: &Address,
        now: Seconds,
    ) -> Result<ServiceClaims, JwtFault> {
        self.check_times(now, call.max_age)?;
        // Mostly it is spelt as it is stored.
        if text("sub", &self.claims.sub)? != owner.as_str() && self.subject()? != *owner {
            return Err(JwtFault::Subject);
        }
        self.check_audience(|aud| call.audiences.iter().any(|expected| expected == aud))?;
        let Claims { token, htm, htu, digest, .. } = &self.claims;
        let of_user_side = call.user_side.iter().any(|uri| htu.text() == Some(uri));
        if !token.is_absent() || of_user_side {
            return Err(JwtFault::NotForServices);
        }
        let bindings =
            [("htm", htm, call.method), ("htu", htu, call.uri), ("digest", digest, call.digest)];
        for (name, claim, expected) in bindings {
            if let Some(expected) = expected {
                check_equal(name, claim, expected)?;
            }
        }
        Ok(ServiceClaims(self))
    }

    fn subject(&self) -> Result<Address, JwtFault> {
        Address::parse(text("sub", &self.claims.sub)?).map_err(|_| JwtFault::Claim("sub"))
    }

    fn check_audience(&self, expected: impl Fn(&str) -> bool) -> Result<(), JwtFault> {
        if expected(text("aud", &self.claims.aud)?) { Ok(()) } else { Err(JwtFault::Audience) }
    }

    /// Returns `exp`.
    fn check_times(&self, now: Seconds, max_lifetime: Seconds) -> Result<Seconds, JwtFault> {
        let Claims { iat, exp, nbf, .. } = &self.claims;
        let issued = date("iat", iat)?.ok_or(JwtFault::Claim("iat"))?;
        let expires = date("exp", exp)?.ok_or(JwtFault::Claim("exp"))?;
        if !(1..=max_lifetime).contains(&(expires - issued)) {
            return Err(JwtFault::Lifetime);
        }
        if expires + LEEWAY <= now {
            return Err(JwtFault::Expired);
        }
        if issued.max(date("nbf", nbf)?.unwrap_or(0)) > now + LEEWAY {
            return Err(JwtFault::NotYetValid);
        }
        Ok(expires)
    }
}

fn text<'a>(name: &'static str, claim: &'a Claim) -> Result<&'a str, JwtFault> {
    claim.text().ok_or(JwtFault::Claim(name))
}

fn check_equal(name: &'static str, claim: &Claim, expected: &str) -> Result<(), JwtFault> {
    if claim.text() == Some(expected) { Ok(()) } else { Err(JwtFault::Binding(name)) }
}

/// A NumericDate (RFC 7519 section 2): whole or fractional seconds.
fn date(name: &'static str, claim: &Claim) -> Result<Option<Seconds>, JwtFault> {
    match claim {
        Claim::Absent => Ok(None),
        Claim::Number(seconds) if (0.0..=LATEST as f64).contains(seconds) => {
            Ok(Some(*seconds as Seconds))
        }
        _ => Err(JwtFault::Claim(name)),
    }
}

#[cfg(test)]
mod tests;
