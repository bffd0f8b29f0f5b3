//! `POST /confirm`: a mailbox confirms, and the last one makes the key active.

use super::recall::recall;
use crate::{
    clock::Seconds,
    core::Core,
    domain::{
        address::Address,
        jwt::{Unverified, UserClaims},
        salt::Kid,
        signup::{Activation, Request, Step},
    },
    error::{Error, Result},
    mail::Purpose,
    store::{
        Tx, events, jtis,
        keys::{self, Ended, EndedBy},
        locks,
        outbox::{self, NewMail},
        signups,
    },
};
use serde_json::json;
use uuid::Uuid;

/// What a confirmation has brought about.
pub enum Confirmed {
    /// The other mailbox has to confirm, too.
    OneMore,
    /// The key is its address's only active key.
    Active {
        /// Whose key it is.
        address: Address,
        /// Its key id.
        kid: Kid,
        /// Since when.
        at: Seconds,
    },
}

/// Confirms with a JWT that carries the token and is signed by the pending key: whoever confirms
/// reads the mail and still knows the password.
///
/// Errors: [`Error::ConfirmationFailed`], whatever is wrong with token, key or claims.
pub async fn confirm(core: &Core, jwt: &str, kid: Option<&str>) -> Result<Confirmed> {
    let jwt = Unverified::parse(jwt).map_err(failed)?;
    let token = jwt.token().ok_or(Error::ConfirmationFailed)?.hash();
    let found = core.db.read("find confirmation", move |tx| signups::find(tx, &token)).await?;

    // Without a signup the same work is done with a key that nobody has.
    let key = match &found {
        Some(found) => &found.pending.candidate.key,
        None => &core.decoy.read_again(),
    };
    let header_kid = *jwt.kid();
    let signed = jwt.verify(key).map_err(failed)?;
    let call = core.user_call("POST", "/confirm");
    let claims = signed.for_user_side(&call.as_call(), core.clock.now()).map_err(failed)?;
    let found = found.ok_or(Error::ConfirmationFailed)?;
    let candidate = &found.pending.candidate;
    let named = |text: &str| Kid::parse(text) == Some(candidate.kid);
    if header_kid != candidate.kid || claims.subject != candidate.address || !kid.is_none_or(named)
    {
        return Err(Error::ConfirmationFailed);
    }

    let notice = core.random.uuid();
    let addresses = found.pending.addresses().into_iter().cloned().collect();
    let confirmed = core.db.run("confirm", move |tx| {
        // Found again: whether it is still pending counts under the lock alone.
        let found = signups::find(tx, &token)?.ok_or(Error::ConfirmationFailed)?;
        locks::hold(tx, &found.pending.addresses())?;
        let found = signups::find(tx, &token)?.ok_or(Error::ConfirmationFailed)?;
        spend(tx, &found.pending.candidate.key, &claims)?;
        signups::mark_confirmed(tx, found.confirmation)?;
        match found.pending.confirm() {
            Step::OneMore => Ok((Confirmed::OneMore, None)),
            Step::Activate(activation) => activate(tx, &activation, notice),
        }
    });
    let (confirmed, ended) = confirmed.await?;
    core.wake_mail();
    match &confirmed {
        Confirmed::OneMore => tracing::info!("one of two mailboxes has confirmed"),
        Confirmed::Active { address, .. } => {
            tracing::info!(address = core.log_name(address), "confirmed: the key is active");
        }
    }
    core.write_down(ended).await?;
    if matches!(confirmed, Confirmed::Active { .. }) {
        recall(core, addresses).await;
    }
    Ok(confirmed)
}

fn spend(tx: &mut Tx, key: &crate::domain::key::PublicKey, claims: &UserClaims) -> Result<()> {
    jtis::spend(tx, key.thumbprint(), claims).map_err(|error| match error {
        Error::Jwt(_) => Error::ConfirmationFailed,
        error => error,
    })
}

/// Makes the key active. Returns the one that it replaces, too.
fn activate(
    tx: &mut Tx,
    activation: &Activation,
    notice: Uuid,
) -> Result<(Confirmed, Option<Ended>)> {
    let Activation { signup, request, candidate } = activation;
    signups::finish(tx, *signup)?;
    let replaced = activation.replaced();
    let mut end = |by| keys::end(tx, replaced, by)?.ok_or(Error::ConfirmationFailed);
    let (event, notify, ended) = match request {
        Request::Signup => (events::Kind::SignupConfirmed, None, None),
        Request::Password => (
            events::Kind::PasswordChanged,
            Some(Purpose::NoticePasswordChanged),
            Some(end(EndedBy::Password)?),
        ),
        Request::Address { .. } => (
            events::Kind::AddressChanged,
            Some(Purpose::NoticeAddressChanged),
            Some(end(EndedBy::Address)?),
        ),
    };
    let at = keys::activate(tx, candidate)?;
    signups::end_all(tx, &candidate.address)?;
    signups::end_all(tx, replaced)?;
    if let Some(purpose) = notify {
        let (recipient, account) = (replaced, &candidate.address);
        let purpose = Some(purpose);
        outbox::insert(
            tx,
            &NewMail { id: notice, purpose, recipient, account, confirmation: None },
        )?;
    }
    let detail = match request {
        Request::Address { .. } => json!({ "new_address": candidate.address.as_str() }),
        Request::Signup | Request::Password => json!({}),
    };
    events::record(tx, event, replaced, Some(candidate.key.thumbprint()), detail)?;
    let address = candidate.address.clone();
    Ok((Confirmed::Active { address, kid: candidate.kid, at }, ended))
}

fn failed<E>(_: E) -> Error {
    Error::ConfirmationFailed
}
