//! Blocked IPs, shared by all nodes, and blocked addresses.

use super::{
    Page, Tx,
    schema::{blocked_addresses, blocks},
    time::{after, ago, present},
};
use crate::{clock::Seconds, domain::address::Address, error::Result};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, now},
    prelude::*,
    select,
};
use std::time::Duration;

/// A blocked IP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The IP as CIDR text: an IPv4 address as /32, an IPv6 one as its /64.
    pub ip: String,
    /// Seconds until the block ends; not positive when it was lifted.
    pub remaining: Seconds,
    /// When it ends.
    pub until: Seconds,
    /// When it began.
    pub since: Seconds,
}

/// Blocks an IP from now on for a time. Returns whether the block is new: one that is there already
/// stays as it is.
pub fn block(tx: &mut Tx, ip: &str, time: Duration) -> Result<bool> {
    // Brought in here alone: on tables it would be another name for QueryDsl's.
    use diesel::query_dsl::methods::FilterDsl;
    let (since, until) = (blocks::created_at.eq(now), blocks::until.eq(after(time)));
    let written = diesel::insert_into(blocks::table)
        .values((blocks::ip.eq(ip), blocks::until.eq(after(time))))
        .on_conflict(blocks::ip)
        .do_update()
        .set((since, until, blocks::changed_at.eq(now)))
        .filter(blocks::until.le(now))
        .execute(tx)?;
    Ok(written == 1)
}

/// Lifts a block at once. Returns whether there was one.
pub fn lift(tx: &mut Tx, ip: &str) -> Result<bool> {
    let block = blocks::table.filter(blocks::ip.eq(ip).and(blocks::until.gt(now)));
    let lifted = diesel::update(block)
        .set((blocks::until.eq(now), blocks::changed_at.eq(now)))
        .execute(tx)?;
    Ok(lifted == 1)
}

/// Blocks that began or ended within the last `window`, or every one for `None`.
pub fn changed(tx: &mut Tx, window: Option<Duration>, most: i64) -> Result<Vec<Block>> {
    let query = blocks::table.order(blocks::until.desc()).limit(most).into_boxed();
    let query = match window {
        None => query.filter(blocks::until.gt(now)),
        Some(window) => query.filter(blocks::changed_at.gt(ago(window))),
    };
    load(query.select((blocks::ip, blocks::until, blocks::created_at)), tx)
}

/// The blocked IPs, in order of their text, after one of them.
pub fn list(tx: &mut Tx, following: &str, most: i64) -> Result<Page<Block>> {
    let page = blocks::table
        .filter(blocks::until.gt(now).and(blocks::ip.gt(following)))
        .order(blocks::ip)
        .limit(most + 1)
        .select((blocks::ip, blocks::until, blocks::created_at));
    Ok(Page::cut(load(page, tx)?, most))
}

fn load<'q, Q>(query: Q, tx: &mut Tx) -> Result<Vec<Block>>
where
    Q: diesel::query_dsl::LoadQuery<'q, Tx, (String, DateTime<Utc>, DateTime<Utc>)>,
{
    let rows = query.load(tx)?;
    let present: DateTime<Utc> = select(present()).get_result(tx)?;
    let block = |(ip, until, since): (String, DateTime<Utc>, DateTime<Utc>)| Block {
        ip,
        remaining: (until - present).num_seconds(),
        until: until.timestamp(),
        since: since.timestamp(),
    };
    Ok(rows.into_iter().map(block).collect())
}

/// How many IPs are blocked.
pub fn count(tx: &mut Tx) -> Result<i64> {
    Ok(blocks::table.filter(blocks::until.gt(now)).count().get_result(tx)?)
}

/// Deletes up to `most` blocks that every node has forgotten.
pub fn sweep(tx: &mut Tx, most: i64) -> Result<usize> {
    let old: Vec<String> = blocks::table
        .filter(blocks::until.lt(ago(Duration::from_secs(300))))
        .select(blocks::ip)
        .limit(most)
        .for_update()
        .skip_locked()
        .load(tx)?;
    Ok(diesel::delete(blocks::table.filter(blocks::ip.eq_any(old))).execute(tx)?)
}

/// Keeps an address from signing up. Returns whether it could before.
pub fn block_address(tx: &mut Tx, address: &Address) -> Result<bool> {
    let inserted = diesel::insert_into(blocked_addresses::table)
        .values(blocked_addresses::address.eq(address.as_str()))
        .on_conflict_do_nothing()
        .execute(tx)?;
    Ok(inserted == 1)
}

/// Lets an address sign up again. Returns whether it was blocked.
pub fn unblock_address(tx: &mut Tx, address: &Address) -> Result<bool> {
    Ok(diesel::delete(blocked_addresses::table.find(address.as_str())).execute(tx)? == 1)
}

/// Whether an address is kept from signing up.
pub fn is_blocked(tx: &mut Tx, address: &Address) -> Result<bool> {
    Ok(select(exists(blocked_addresses::table.find(address.as_str()))).get_result(tx)?)
}
