//! `GET /verify`: who signed this, and is the key still the active one?

use crate::{
    core::Core,
    domain::jwt::{Proven, ServiceCall, ServiceClaims},
    error::{Error, Result},
    metrics::Metrics,
    store::{keys::ActiveKey, lookup::Lookups},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{spawn, yield_now},
};

/// Verifications under way at once, of which each may need 0.15 ms of a processor; more are turned
/// away.
const AT_ONCE: usize = 512;

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

/// What verification remembers and waits for.
pub struct Verifier {
    lookups: Lookups,
    proven: Proven,
    under_way: Semaphore,
    /// Signatures that are checked or wait for it.
    backlog: Arc<AtomicUsize>,
}

impl Verifier {
    /// Remembers JWTs and keys within so many bytes. Does not connect yet.
    ///
    /// Errors: [`Error::Broken`] where the system gives no thread.
    pub fn start(db_uri: &str, bytes: usize, metrics: &Metrics) -> Result<Self> {
        let backlog = Arc::default();
        Ok(Self {
            lookups: Lookups::start(db_uri, bytes / 4, Arc::clone(&backlog), &metrics.key_lookups)?,
            proven: Proven::new(bytes / 4 * 3),
            under_way: Semaphore::new(AT_ONCE),
            backlog,
        })
    }

    /// Whether keys are known under a lease.
    pub fn lease_is_held(&self) -> bool {
        self.lookups.lease_is_held()
    }

    /// Forgets at once which keys have changed.
    pub fn recall(&self) {
        self.lookups.recall();
    }

    /// Nobody has to wait for this node any more: it stops. Takes `patience` at most.
    pub async fn stop(&self, patience: Duration) {
        self.lookups.give_back(patience).await;
    }
}

/// Checks a JWT that a user has signed for another service.
///
/// Errors, in this order: malformed; too many at once; no active key under its kid
/// ([`Error::NotActive`]); signature and claims.
pub async fn verify(
    core: &Core,
    jwt: &str,
    question: &Question,
) -> Result<(ServiceClaims, Arc<ActiveKey>)> {
    let Verifier { lookups, proven, under_way, backlog } = &core.verifier;
    let jwt = proven.recall(jwt)?;
    let _place = under_way.try_acquire().map_err(|_| Error::Busy)?;
    // As after every change that was answered before this request came.
    let active = lookups.active_key(*jwt.kid()).await?.ok_or(Error::NotActive)?;
    let signed = match jwt.signed_by(&active.key) {
        Some(signed) => signed,
        None => {
            let _waiting = Waiting::new(backlog);
            let _turn = turn().await;
            proven.verify(jwt, &active.key)?
        }
    };
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
    let claims = signed.for_service(&call, &active.address, core.clock.now())?;
    Ok((claims, active))
}

/// Somebody who waits; nobody any more when it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits until no other signature is checked on this thread, and everything else on it had a look
/// in: a flood of tokens holds up no other request for longer than one check takes.
async fn turn() -> Option<OwnedSemaphorePermit> {
    thread_local! {
        static TURN: Arc<Semaphore> = Arc::new(Semaphore::new(1));
    }
    let turn = TURN.with(Arc::clone).acquire_owned().await;
    // In a task of its own, which goes on after the thread has looked for what has come in: where
    // this one is polled may be polled once more at once, and take that for its turn.
    let _ = spawn(yield_now()).await;
    // Nobody closes it.
    turn.ok()
}

#[cfg(test)]
mod tests {
    use super::turn;
    use futures_util::poll;
    use std::pin::pin;

    /// actix polls a handler once more where it has just polled it.
    #[tokio::test]
    async fn a_turn_begins_only_when_the_thread_has_had_a_look_around() {
        let mut turn = pin!(turn());
        assert!(poll!(turn.as_mut()).is_pending());
        assert!(poll!(turn.as_mut()).is_pending());
        assert!(turn.await.is_some());
    }
}
