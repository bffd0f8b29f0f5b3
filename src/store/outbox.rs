//! Mail that has to go out, written in the transaction that causes it.

use super::{
    Tx, exactly_one,
    schema::{confirmations, outbox, signups},
    time::{after, ago, hours, present},
};
use crate::{
    domain::address::Address,
    error::{Error, Result},
    mail::Purpose,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count_star, min, now},
    prelude::*,
};
use std::time::Duration;
use uuid::Uuid;

/// At most this many mails an hour to one address …
const PER_HOUR: i64 = 3;
/// … and this many a day.
const PER_DAY: i64 = 10;

/// A mail to be written down.
pub struct NewMail<'a> {
    /// Its id, and with it its Message-ID.
    pub id: Uuid,
    /// What it is about; `None` for one that is never sent and only looks the same here.
    pub purpose: Option<Purpose>,
    /// Where it goes.
    pub recipient: &'a Address,
    /// Whose account it is about.
    pub account: &'a Address,
    /// Whose token it carries.
    pub confirmation: Option<Uuid>,
}

/// A mail that this node may send until its lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub purpose: Purpose,
    /// Where it goes.
    pub recipient: String,
    /// Whose account it is about.
    pub account: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// What its token is made from, and when that expires.
    pub token: Option<TokenParts>,
}

/// What a token is recomputed from at send time.
#[derive(Clone, Debug)]
pub struct TokenParts {
    /// The signup's id.
    pub signup: Uuid,
    /// The confirmation's nonce.
    pub nonce: Vec<u8>,
    /// When the signup expires.
    pub expires_at: DateTime<Utc>,
    /// Whether the signup still waits for this confirmation.
    pub pending: bool,
}

/// The queue as an operator sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Queue {
    /// Mails that wait.
    pub waiting: i64,
    /// Seconds since the oldest of them was written down.
    pub oldest_seconds: i64,
    /// Mails that were given up.
    pub failed: i64,
}

/// Writes a mail down, in the transaction that causes it.
pub fn insert(tx: &mut Tx, mail: &NewMail<'_>) -> Result<()> {
    let (purpose, state, settled_at) = match mail.purpose {
        Some(purpose) => (purpose.as_str(), "waiting", None),
        None => ("void", "dropped", Some(present().nullable())),
    };
    let row = (
        outbox::id.eq(mail.id),
        outbox::purpose.eq(purpose),
        outbox::recipient.eq(mail.recipient.as_str()),
        outbox::account.eq(mail.account.as_str()),
        outbox::confirmation_id.eq(mail.confirmation),
        outbox::state.eq(state),
    );
    let inserted = match settled_at {
        Some(at) => {
            diesel::insert_into(outbox::table).values((row, outbox::settled_at.eq(at))).execute(tx)
        }
        None => diesel::insert_into(outbox::table).values(row).execute(tx),
    };
    exactly_one(inserted?)
}

/// Whether one more mail may go to this address. Counts every mail but notices, and those that
/// only look like mail.
pub fn has_room(tx: &mut Tx, recipient: &Address) -> Result<bool> {
    let notices =
        [Purpose::NoticePasswordChanged, Purpose::NoticeAddressChanged, Purpose::NoticeDisabled];
    let recent: Vec<DateTime<Utc>> = outbox::table
        .filter(outbox::recipient.eq(recipient.as_str()))
        .filter(outbox::created_at.gt(ago(hours(24))))
        .filter(outbox::purpose.ne_all(notices.map(Purpose::as_str)))
        .order(outbox::created_at.desc())
        .limit(PER_DAY)
        .select(outbox::created_at)
        .load(tx)?;
    let present: DateTime<Utc> = diesel::select(present()).get_result(tx)?;
    let hour_ago = present - chrono::TimeDelta::hours(1);
    let last_hour = recent.iter().filter(|at| **at > hour_ago).count() as i64;
    Ok((recent.len() as i64) < PER_DAY && last_hour < PER_HOUR)
}

/// How many mails a node can take.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// In all.
    pub all: i64,
    /// Of these, such that have been tried before.
    pub tried: i64,
}

/// Takes as many mails that are due as there is room for, new ones first, for `lease`. Other nodes
/// pass them by; after a crash they are due again when the lease has run out.
pub fn claim(tx: &mut Tx, room: Room, lease: Duration) -> Result<Vec<Claimed>> {
    let due = || outbox::state.eq("waiting").and(outbox::due_at.le(now));
    let take = |tx: &mut Tx, tried: bool, most: i64| {
        let mails = outbox::table.filter(due().and(outbox::attempts.gt(0).eq(tried)));
        let oldest = mails.order(outbox::due_at).limit(most).select(outbox::id);
        oldest.for_update().skip_locked().load::<Uuid>(tx)
    };
    let mut due = take(tx, false, room.all)?;
    let left = room.all - due.len() as i64;
    if left.min(room.tried) > 0 {
        due.extend(take(tx, true, left.min(room.tried))?);
    }
    if due.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(outbox::table.filter(outbox::id.eq_any(&due)))
        .set((outbox::due_at.eq(after(lease)), outbox::attempts.eq(outbox::attempts + 1)))
        .execute(tx)?;
    let pending = signups::state
        .eq("pending")
        .and(signups::expires_at.gt(now))
        .and(confirmations::confirmed_at.is_null());
    let rows: Vec<Row> = outbox::table
        .left_join(confirmations::table.inner_join(signups::table))
        .filter(outbox::id.eq_any(&due))
        .select((
            outbox::id,
            outbox::purpose,
            outbox::recipient,
            outbox::account,
            outbox::attempts,
            outbox::created_at,
            (signups::id, confirmations::nonce, signups::expires_at, pending).nullable(),
        ))
        .load(tx)?;
    rows.into_iter().map(claimed).collect()
}

type Token = (Uuid, Vec<u8>, DateTime<Utc>, bool);
type Row = (Uuid, String, String, String, i32, DateTime<Utc>, Option<Token>);

fn claimed(row: Row) -> Result<Claimed> {
    let (id, purpose, recipient, account, attempts, created_at, token) = row;
    let purpose = purpose.parse().map_err(|_| Error::Broken("a mail of an unknown purpose"))?;
    let token = token.map(|(signup, nonce, expires_at, pending)| TokenParts {
        signup,
        nonce,
        expires_at,
        pending,
    });
    Ok(Claimed { id, purpose, recipient, account, attempts, created_at, token })
}

/// What became of a mail.
pub enum Outcome {
    /// The mail server took it.
    Sent,
    /// It is tried again after this time.
    Later(Duration, String),
    /// It is given up.
    Failed(String),
    /// It came to nothing before it could be sent: its token has expired or is used.
    Dropped,
}

/// Writes down what became of the `attempt`th try. A row that was settled meanwhile stays as it is,
/// and so does one that another node is trying by now, unless this one's try was the last it needed.
pub fn settle(tx: &mut Tx, id: Uuid, attempt: i32, outcome: &Outcome) -> Result<()> {
    let waiting = outbox::table.filter(outbox::id.eq(id).and(outbox::state.eq("waiting")));
    let still_ours = waiting.filter(outbox::attempts.eq(attempt));
    let settled = |state: &'static str, error: Option<String>| {
        (
            outbox::state.eq(state),
            outbox::settled_at.eq(present().nullable()),
            outbox::last_error.eq(error),
        )
    };
    match outcome {
        Outcome::Sent => diesel::update(waiting).set(settled("sent", None)).execute(tx)?,
        Outcome::Dropped => diesel::update(waiting).set(settled("dropped", None)).execute(tx)?,
        Outcome::Failed(error) => {
            diesel::update(still_ours).set(settled("failed", Some(error.clone()))).execute(tx)?
        }
        Outcome::Later(delay, error) => diesel::update(still_ours)
            .set((outbox::due_at.eq(after(*delay)), outbox::last_error.eq(error)))
            .execute(tx)?,
    };
    Ok(())
}

/// The queue as an operator sees it.
pub fn queue(tx: &mut Tx) -> Result<Queue> {
    let (waiting, oldest): (i64, Option<DateTime<Utc>>) = outbox::table
        .filter(outbox::state.eq("waiting"))
        .select((count_star(), min(outbox::created_at)))
        .first(tx)?;
    let failed = outbox::table.filter(outbox::state.eq("failed")).count().get_result(tx)?;
    let present: DateTime<Utc> = diesel::select(present()).get_result(tx)?;
    let oldest_seconds = oldest.map_or(0, |at| (present - at).num_seconds().max(0));
    Ok(Queue { waiting, oldest_seconds, failed })
}

/// Why mails did not go out.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// They were given up; otherwise they are tried again.
    pub given_up: bool,
    /// What the last attempt said, in words that are safe to show.
    pub error: String,
    /// How many mails this is about.
    pub mails: i64,
}

/// What keeps mails from going out, the most frequent reason first; up to `most` of them.
pub fn troubles(tx: &mut Tx, most: i64) -> Result<Vec<Trouble>> {
    let rows: Vec<(String, Option<String>, i64)> = outbox::table
        .filter(outbox::state.eq_any(["waiting", "failed"]).and(outbox::last_error.is_not_null()))
        .group_by((outbox::state, outbox::last_error))
        .order(count_star().desc())
        .select((outbox::state, outbox::last_error, count_star()))
        .limit(most)
        .load(tx)?;
    let trouble = |(state, error, mails): (String, Option<String>, i64)| Trouble {
        given_up: state == "failed",
        error: error.unwrap_or_default(),
        mails,
    };
    Ok(rows.into_iter().map(trouble).collect())
}

/// Deletes up to `most` settled mails: after 25 hours, when no limit counts them any more, and
/// failed ones after a week.
pub fn sweep(tx: &mut Tx, most: i64) -> Result<usize> {
    let forgotten = outbox::state
        .ne_all(["waiting", "failed"])
        .and(outbox::settled_at.lt(ago(hours(25)).nullable()))
        .or(outbox::state.eq("failed").and(outbox::settled_at.lt(ago(hours(7 * 24)).nullable())));
    let old = outbox::table.filter(forgotten).select(outbox::id).limit(most);
    let old: Vec<Uuid> = old.for_update().skip_locked().load(tx)?;
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(old))).execute(tx)?)
}
