//! Writes a signup down, with its confirmations and mails, in one transaction.

use super::floor::no_sooner;
use crate::{
    core::{Call, Core, MOST_PENDING},
    domain::{
        address::Address,
        jwt::{JwtFault, Unverified, UserClaims},
        key::PublicKey,
        salt::Kid,
        signup::{Candidate, Pending, Request},
        token::PlainToken,
    },
    error::{Error, Result},
    mail::Purpose,
    store::{
        Tx, events, jtis, locks,
        outbox::{self, NewMail},
        signups::{self, Kind, NewConfirmation},
    },
};
use notary_sdk::Jwk;
use serde_json::json;
use uuid::Uuid;

/// A mailbox that has to confirm, and what it gets.
pub(super) struct Mailbox {
    pub to: Address,
    /// The mail; `None` where the address must not learn of it, and nobody else whether it did.
    pub purpose: Option<Purpose>,
}

/// What a look at the accounts concerned decides.
pub(super) struct Verdict {
    pub kind: Kind,
    pub mailboxes: Vec<Mailbox>,
}

/// A signup with everything random that it needs, so that the transaction itself can be repeated.
pub(super) struct Placement {
    pending: Pending,
    claims: UserClaims,
    confirmations: Vec<NewConfirmation>,
    mails: Vec<Uuid>,
    ttl: std::time::Duration,
}

impl Placement {
    /// Takes a key for this address that its owner has signed with: `jwt` is made by it for `call`.
    ///
    /// Errors: what is wrong with the JWT or the key.
    pub(super) async fn new(
        core: &Core,
        jwt: Unverified<'_>,
        call: &Call<'_>,
        jwk: &Jwk,
        address: Address,
        request: Request,
    ) -> Result<Self> {
        // A refusal has no commit to hide behind.
        let salt = no_sooner(super::salt::of(core, &address)).await?;
        let kid = Kid::derive(&address, &salt);
        let key = PublicKey::from_jwk(jwk, &kid)?;
        if *jwt.kid() != kid {
            return Err(JwtFault::Subject.into());
        }
        let claims = jwt.verify(&key)?.for_user_side(&call.as_call(), core.clock.now())?;
        let candidate = Candidate { address, kid, salt, key, kdf_v: core.kdf.v as i32 };
        Ok(Self::with(core, request, candidate, claims))
    }

    /// Makes everything random.
    fn with(core: &Core, request: Request, candidate: Candidate, claims: UserClaims) -> Self {
        let id = core.random.uuid();
        let mailboxes = if matches!(request, Request::Address { .. }) { 2 } else { 1 };
        let confirmations = (0..mailboxes).map(|_| {
            let nonce = core.random.bytes();
            let token_hash = PlainToken::derive(&core.secrets, id, &nonce).hash();
            NewConfirmation { id: core.random.uuid(), nonce, token_hash }
        });
        let confirmations: Vec<_> = confirmations.collect();
        let mails = confirmations.iter().map(|_| core.random.uuid()).collect();
        let pending = Pending { id, request, candidate, open_confirmations: mailboxes };
        Self { pending, claims, confirmations, mails, ttl: core.config.confirmation_ttl }
    }

    /// Stores it as `decide` says. The answer to the caller is the same whatever is stored:
    /// known and unknown addresses take the same statements, and an address that has had its
    /// share of mail gets no more.
    pub(super) async fn store(
        self,
        core: &Core,
        decide: impl Fn(&mut Tx, &Pending) -> Result<Verdict> + Send + 'static,
    ) -> Result<()> {
        if core.pending_signups() >= MOST_PENDING {
            return Err(Error::Crowded);
        }
        let (request, address) =
            (self.pending.request.as_str(), core.log_name(&self.claims.subject));
        core.db.run("signup", move |tx| self.write(tx, &decide)).await?;
        core.wake_mail();
        tracing::info!(request, address, "signup accepted");
        Ok(())
    }

    fn write(
        &self,
        tx: &mut Tx,
        decide: &impl Fn(&mut Tx, &Pending) -> Result<Verdict>,
    ) -> Result<()> {
        let Self { pending, claims, confirmations, mails, ttl } = self;
        let candidate = &pending.candidate;
        locks::hold(tx, &pending.addresses())?;
        jtis::spend(tx, candidate.key.thumbprint(), claims)?;
        let Verdict { kind, mailboxes } = decide(tx, pending)?;
        for mailbox in &mailboxes {
            if !outbox::has_room(tx, &mailbox.to)? {
                return Ok(());
            }
        }
        signups::make_room(tx, &candidate.address)?;
        signups::insert(tx, pending, kind, *ttl, confirmations)?;
        for ((id, confirmation), mailbox) in mails.iter().zip(confirmations).zip(&mailboxes) {
            let mail = NewMail {
                id: *id,
                purpose: mailbox.purpose,
                recipient: &mailbox.to,
                account: &candidate.address,
                confirmation: Some(confirmation.id),
            };
            outbox::insert(tx, &mail)?;
        }
        let (event, detail) = match &pending.request {
            Request::Signup => (events::Kind::SignupRequested, json!({})),
            Request::Password => (events::Kind::PasswordRequested, json!({})),
            Request::Address { .. } => (
                events::Kind::AddressRequested,
                json!({ "new_address": candidate.address.as_str() }),
            ),
        };
        events::record(tx, event, &claims.subject, Some(candidate.key.thumbprint()), detail)
    }
}
