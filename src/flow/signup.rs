//! `POST /signup`: a first key for an address, or the mail once more.

use super::place::{Mailbox, Placement, Verdict};
use crate::{
    core::Core,
    domain::{
        jwt::{JwtFault, Unverified},
        signup::Request,
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
    let call = core.user_call("POST", "/signup");
    Placement::new(core, jwt, &call, jwk, address, Request::Signup)
        .await?
        .store(core, |tx, pending| {
            let address = &pending.candidate.address;
            let active = keys::is_active(tx, address)?;
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
