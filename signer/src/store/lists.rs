//! Lists and their clocks. The rows are also the locks: who writes into a list holds its row until
//! the transaction ends, so that timestamps become visible in their order.

use super::{Tx, exactly, schema::lists};
use crate::{domain::object::Timestamp, error::Result};
use diesel::prelude::*;

/// A list as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = lists)]
pub struct ListRow {
    /// What objects refer to.
    pub id: i64,
    /// `/buckets/b/groups`
    pub uri: String,
    /// Its clock.
    pub last_modified: Timestamp,
}

/// Those of the lists that exist.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx, uris: &[String]) -> Result<Vec<ListRow>> {
    Ok(lists::table.filter(lists::uri.eq_any(uris)).select(ListRow::as_select()).load(tx)?)
}

/// The same for writing, locked in an order that all transactions share.
///
/// # Errors
/// The database's.
pub fn lock(tx: &mut Tx, uris: &[String]) -> Result<Vec<ListRow>> {
    let rows = lists::table.filter(lists::uri.eq_any(uris)).order(lists::uri).for_update();
    Ok(rows.select(ListRow::as_select()).load(tx)?)
}

/// Locks all lists below an object: those whose URI begins with `{uri}/`.
///
/// # Errors
/// The database's.
pub fn lock_below(tx: &mut Tx, uri: &str) -> Result<Vec<ListRow>> {
    // Between "uri/" and "uri0" in the order of bytes: ids hold no character that LIKE minds, but
    // an underscore.
    let below = lists::uri.gt(format!("{uri}/")).and(lists::uri.lt(format!("{uri}0")));
    let rows = lists::table.filter(below).order(lists::uri).for_update();
    Ok(rows.select(ListRow::as_select()).load(tx)?)
}

/// Makes lists that begin at `now`; those that are there go on from where they are.
///
/// # Errors
/// The database's.
pub fn create(tx: &mut Tx, uris: &[String], now: Timestamp) -> Result<()> {
    let rows = uris.iter().map(|uri| (lists::uri.eq(uri), lists::last_modified.eq(now)));
    let rows: Vec<_> = rows.collect();
    diesel::insert_into(lists::table).values(rows).on_conflict_do_nothing().execute(tx)?;
    Ok(())
}

/// Sets a clock that the transaction has locked.
///
/// # Errors
/// The database's.
pub fn set_clock(tx: &mut Tx, id: i64, last_modified: Timestamp) -> Result<()> {
    let row = diesel::update(lists::table.find(id));
    exactly(1, row.set(lists::last_modified.eq(last_modified)).execute(tx)?)
}

/// Notes that something was written into these lists, which the transaction has locked, that their
/// clocks do not tell.
///
/// # Errors
/// The database's.
pub fn rewrite(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    let rows = diesel::update(lists::table.filter(lists::id.eq_any(ids)));
    let rows =
        rows.set((lists::rewritten.eq(lists::rewritten + 1), lists::copied_from.eq(None::<i64>)));
    exactly(ids.len(), rows.execute(tx)?)
}
