//! `PATCH /signature`: another key for an account, under a new password or a new address.

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

/// Takes a key that its owner has signed with. The mailbox is the account: whoever reads the
/// address's mail may confirm, so this is recovery, too.
///
/// Errors: what is wrong with the JWT or the key; never anything about the addresses.
pub async fn replace(core: &Core, jwt: &str, jwk: &Jwk) -> Result<()> {
    let jwt = Unverified::parse(jwt)?;
    let current = jwt.subject().ok_or(JwtFault::Claim("sub"))?;
    let moved = jwt.new_address().transpose()?;
    if moved.as_ref() == Some(&current) {
        return Err(JwtFault::Claim("new_address").into());
    }
    let (address, request) = match moved {
        Some(new) => (new, Request::Address { from: current }),
        None => (current, Request::Password),
    };
    let call = core.user_call("PATCH", "/signature");
    Placement::new(core, jwt, &call, jwk, address, request)
        .await?
        .store(core, |tx, pending| {
            let new = &pending.candidate.address;
            let taken = keys::is_active(tx, new)?;
            let Request::Address { from: old } = &pending.request else {
                let purpose = taken.then_some(Purpose::Password);
                let mailboxes = vec![Mailbox { to: new.clone(), purpose }];
                return Ok(Verdict { kind: kind(taken), mailboxes });
            };
            let known = keys::is_active(tx, old)?;
            let blocked = blocks::is_blocked(tx, new)?;
            let to_new = match (taken, blocked) {
                (true, _) => Some(Purpose::AlreadyRegistered),
                (false, true) => None,
                (false, false) => Some(Purpose::AddressNew),
            };
            let mailboxes = vec![
                Mailbox { to: old.clone(), purpose: known.then_some(Purpose::AddressOld) },
                Mailbox { to: new.clone(), purpose: to_new.filter(|_| known) },
            ];
            Ok(Verdict { kind: kind(known), mailboxes })
        })
        .await
}

fn kind(known: bool) -> Kind {
    if known { Kind::Real } else { Kind::Void }
}
