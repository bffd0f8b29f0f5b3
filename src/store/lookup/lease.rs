//! The lease on what is [`Known`]: `docs/adr/0013-leases-on-known-keys.md`.

use super::known::Known;
use crate::{clock::since_boot, random::Random, store::line::Line, store::verifiers};
use std::time::Duration;
use uuid::Uuid;

/// Nothing known counts for longer after the question whether anything has to be forgotten.
/// Whoever changes a key waits longer than this for a verifier that does not answer.
pub const LASTS: Duration = Duration::from_secs(1);
/// That question comes this often.
const RENEWED_EVERY: Duration = Duration::from_millis(25);
/// A lease is worth it where keys are asked for more often than it would be renewed. It is taken
/// when they were within so long, …
const BUSY: Duration = Duration::from_secs(1);
/// … and given back when they were not for so long: what comes in bursts is not learnt anew for each.
const CALM: Duration = Duration::from_secs(10);

/// One node's lease, or its wish for one. Times are those since the machine's start.
pub(super) struct Lease {
    /// As what this node has joined the verifiers.
    verifier: Option<Uuid>,
    renew_at: Duration,
    window_ends: Duration,
    /// So many kids were asked for in this window, beside what was answered from memory, …
    asked: u64,
    /// … where there were so many answers when it began.
    answers: u64,
}

impl Lease {
    pub(super) fn none() -> Self {
        Self {
            verifier: None,
            renew_at: Duration::ZERO,
            window_ends: Duration::ZERO,
            asked: 0,
            answers: 0,
        }
    }

    /// Whether what is read from now on may be remembered.
    pub(super) fn is_held(&self) -> bool {
        self.verifier.is_some()
    }

    /// How long the thread may wait for questions; for ever where there is nothing to renew.
    pub(super) fn renewal_is_due_in(&self) -> Option<Duration> {
        self.verifier.map(|_| self.renew_at.saturating_sub(since_boot()))
    }

    /// Takes, renews or gives back the lease, as it is due. `asked`: so many kids were asked for
    /// since the last call. `recalled`: somebody on this node waits for what has to be forgotten.
    pub(super) fn tend(&mut self, line: &mut Line, known: &Known, asked: usize, recalled: bool) {
        let now = since_boot();
        if now >= self.window_ends {
            let answered = known.answers() - self.answers;
            if self.is_held() && self.asked + answered < renewals(CALM) {
                self.give_back(line, known);
            }
            self.count_anew(known);
        }
        self.asked += asked as u64;
        match self.verifier {
            None if self.asked >= renewals(BUSY) => self.take(line, known),
            Some(verifier) if recalled || now >= self.renew_at => {
                self.renew(verifier, line, known);
            }
            None | Some(_) => {}
        }
    }

    fn count_anew(&mut self, known: &Known) {
        self.window_ends = since_boot() + if self.is_held() { CALM } else { BUSY };
        self.asked = 0;
        self.answers = known.answers();
    }

    fn take(&mut self, line: &mut Line, known: &Known) {
        known.forget_all();
        let verifier = Random.uuid();
        if line.run(|tx| verifiers::join(tx, verifier)).unwrap_or(false) {
            self.verifier = Some(verifier);
            self.count_anew(known);
            self.renew(verifier, line, known);
        }
    }

    fn renew(&mut self, verifier: Uuid, line: &mut Line, known: &Known) {
        let renewed = line.run(|tx| {
            // What is committed after this moment may be missing in the answer.
            let asked_at = since_boot();
            let Some(recalled) = verifiers::recalled(tx, verifier)? else { return Ok(None) };
            recalled.iter().for_each(|recall| known.forget(&recall.kid));
            let acknowledged = recalled.is_empty() || verifiers::acknowledge(tx, &recalled)?;
            Ok(acknowledged.then_some(asked_at + LASTS))
        });
        let now = since_boot();
        self.renew_at = now + RENEWED_EVERY;
        match renewed {
            Ok(Some(end)) => known.lasts_until(end),
            Ok(None) => {
                tracing::warn!("this node was struck out of the verifiers, and begins anew");
                self.verifier = None;
                known.forget_all();
            }
            // It may yet be renewed before it runs out.
            Err(_) if known.counts() => {}
            Err(error) => {
                tracing::warn!(%error, "keys that are known cannot be renewed");
                self.renew_at = now + LASTS;
            }
        }
    }

    /// Whoever changes a key need not wait for this node any more.
    pub(super) fn give_back(&mut self, line: &mut Line, known: &Known) {
        known.forget_all();
        if let Some(verifier) = self.verifier.take() {
            // Where the database is away, whoever changes the next key waits, once, and strikes
            // this node out.
            let _ = line.run(|tx| verifiers::leave(tx, verifier));
        }
    }
}

fn renewals(time: Duration) -> u64 {
    (time.as_millis() / RENEWED_EVERY.as_millis()) as u64
}
