//! `POST /signup`: a first key for an address, or the mail once more.

use super::place::{Mailbox, Placement, Verdict, names};
use crate::{
    core::Core,
    domain::{
        jwt::{JwtFault, Unverified},
        key::PublicKey,
        signup::{Candidate, Request},
    },
    error::Result,
    mail::Purpose,
    store::{blocks, keys, signups::Kind},
};
use notary_sdk::Jwk;

/// Takes a key that its owner has signed with, and lets a mail be sent to the address. An address
/// that has an account gets a mail that says so.
///
/// Errors: what is wrong with the JWT or the key; never anything about the address.
pub async fn signup(core: &Core, jwt: &str, jwk: &Jwk) -> Result<()> {
    let jwt = Unverified::parse(jwt)?;
    let address = jwt.subject().ok_or(JwtFault::Claim("sub"))?;
    let (salt, kid) = names(core, &address).await?;
    let key = PublicKey::from_jwk(jwk, &kid)?;
    if *jwt.kid() != kid {
        return Err(JwtFault::Subject.into());
    }
    let call = core.user_call("POST", "/signup");
    let claims = jwt.verify(&key)?.for_user_side(&call.as_call(), core.clock.now())?;
    let candidate = Candidate { address, kid, salt, key, kdf_v: core.kdf.v as i32 };
    let placement = Placement::new(core, Request::Signup, candidate, claims);
    placement
        .store(core, |tx, pending| {
            let address = &pending.candidate.address;
            let active = keys::active_by_address(tx, address)?.is_some();
            let blocked = blocks::is_blocked(tx, address)?;
            let (kind, purpose) = match (active, blocked) {
                (true, _) => (Kind::Void, Some(Purpose::AlreadyRegistered)),
                (false, true) => (Kind::Void, None),
                (false, false) => (Kind::Real, Some(Purpose::Signup)),
            };
            Ok(Verdict { kind, mailboxes: vec![Mailbox { to: address.clone(), purpose }] })
        })
        .await
}
