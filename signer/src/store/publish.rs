//! Publishing as sets: one list of records becomes what another one is, in one statement, and its
//! canonical JSON is read row by row. No collection is ever held in memory.

use super::{
    Tx, exactly,
    schema::objects::dsl::{deleted, id, list_id, objects},
};
use crate::{
    domain::{object::Timestamp, uri::CollectionUri},
    error::Result,
};
use diesel::{
    connection::SimpleConnection,
    dsl::sql,
    pg::PgRowByRowLoadingMode,
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Text},
};

/// The differences of two lists.
///
/// The tables meet in one full join alone, which cannot become a nested loop: a list that was just
/// filled has no statistics, and a planner that takes it for empty would look up row after row.
const ALL: &str = r#"
WITH source AS (
    SELECT id, data, head, tail, digest FROM objects WHERE list_id = $1 AND NOT deleted
), target AS (
    SELECT id, digest FROM objects WHERE list_id = $2 AND NOT deleted
), diff AS (
    SELECT coalesce(source.id, target.id) AS id,
        source.id IS NULL AS gone, target.id IS NULL AS fresh,
        source.data, source.head, source.tail, source.digest
    FROM source FULL JOIN target ON source.id = target.id
    WHERE source.digest IS DISTINCT FROM target.digest
)"#;

/// The same where only what the source's clock tells can differ: after $5.
const NEWS: &str = r#"
WITH news AS (
    SELECT id, deleted, data, head, tail, digest FROM objects
    WHERE list_id = $1 AND last_modified > $5
), diff AS (
    SELECT news.id, news.deleted AS gone, coalesce(target.deleted, TRUE) AS fresh,
        news.data, news.head, news.tail, news.digest
    FROM news LEFT JOIN objects target ON target.list_id = $2 AND target.id = news.id
    WHERE CASE WHEN coalesce(target.deleted, TRUE) THEN NOT news.deleted
        ELSE news.deleted OR news.digest <> target.digest END
)"#;

/// When the target was last made what the source was, if nothing stands against it that only news
/// differ, and there are few.
const SINCE: &str = r#"
SELECT target.copied_clock AS since
FROM lists target JOIN lists source ON source.id = target.copied_from
WHERE source.id = $1 AND target.id = $2
    AND target.copied_rewritten = source.rewritten AND target.copied_at = target.last_modified
    AND 1000 >= (SELECT count(*) FROM (
        SELECT FROM objects
        WHERE list_id = source.id AND objects.last_modified > target.copied_clock LIMIT 1001
    ) news)
"#;

/// Notes what the target is now.
const NOTE: &str = r#"
UPDATE lists target SET copied_from = source.id, copied_clock = source.last_modified,
    copied_rewritten = source.rewritten, copied_at = target.last_modified
FROM (SELECT $1 AS wanted) request LEFT JOIN lists source ON source.id = request.wanted
WHERE target.id = $2
"#;

/// Timestamps grow in this order: what goes and what changes by id, then what is new by id.
const APPLY: &str = r#", rows AS (
    SELECT id, gone, fresh,
        greatest($3, $4 - count(*) OVER ()) + row_number() OVER (ORDER BY fresh, id) AS at,
        coalesce(data, '{}') AS data,
        coalesce(head, '{"deleted":true,"id":"' || id || '","last_modified":') AS head,
        coalesce(tail, '}') AS tail,
        coalesce(digest, '') AS digest
    FROM diff
), written AS (
    INSERT INTO objects AS old
        (list_id, id, last_modified, deleted, data, head, tail, digest, permissions, principals)
    SELECT $2, id, at, gone, data, head, tail, digest, '{}', '{}' FROM rows
    ON CONFLICT (list_id, id) DO UPDATE SET
        last_modified = excluded.last_modified,
        deleted = excluded.deleted,
        data = excluded.data,
        head = excluded.head,
        tail = excluded.tail,
        digest = excluded.digest,
        permissions = CASE WHEN excluded.deleted THEN '{}' ELSE old.permissions END,
        principals = CASE WHEN excluded.deleted THEN '{}' ELSE old.principals END
    RETURNING last_modified
), clock AS (
    UPDATE lists SET last_modified = greatest($3, $4, (SELECT max(at) FROM rows))
    WHERE id = $2 AND EXISTS (SELECT FROM rows)
)
SELECT
    (SELECT count(*) FROM written) AS count,
    (SELECT count(*) FROM rows WHERE fresh) AS created,
    (SELECT coalesce(sum(length(head) + length(at::text) + length(tail)), 0)::bigint FROM rows) AS bytes,
    (SELECT max(at) FROM rows) AS clock
"#;

const TELL: &str = r#"
INSERT INTO history (bucket, last_modified, id, date, action, resource_name, uri, user_id,
    collection, object_id, target_last_modified, head, tail, permissions)
SELECT $3, $4 + row_number() OVER (ORDER BY objects.last_modified), gen_random_uuid(), $5,
    CASE WHEN deleted THEN 'delete' WHEN objects.last_modified > $7 THEN 'create' ELSE 'update' END,
    'record', lists.uri || '/' || objects.id, $6, $8, objects.id, objects.last_modified,
    head, tail, permissions
FROM objects JOIN lists ON lists.id = list_id
WHERE list_id = $1 AND objects.last_modified > $2 AND objects.last_modified <= $9
"#;

/// What a publish has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Copied {
    /// Records that went, changed or came.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Of these, such that came.
    #[diesel(sql_type = BigInt)]
    pub created: i64,
    /// Size of the changes as clients get them: canonical JSON, tombstones too.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// The target's new clock; `None` where nothing has changed.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub clock: Option<Timestamp>,
}

/// Makes the live records of the list `to`, whose row is locked, those of `from`, or none at all.
/// Their new timestamps end at `now` or later, and follow each other without a gap. Records that
/// stay keep their permissions.
///
/// # Errors
/// The database's.
#[expect(clippy::disallowed_methods, reason = "the query builder has neither WITH nor FULL JOIN")]
pub fn copy(
    tx: &mut Tx,
    from: Option<i64>,
    to: i64,
    clock: Timestamp,
    now: Timestamp,
) -> Result<Copied> {
    // For the rest of the transaction: there is no limit to how much is published at once, and
    // lists are read in the order of their index, without statistics, too.
    tx.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_bitmapscan = off")?;
    let since = diesel::sql_query(SINCE)
        .bind::<Nullable<BigInt>, _>(from)
        .bind::<BigInt, _>(to)
        .get_result::<Since>(tx)
        .optional()?;
    let diff = if since.is_some() { NEWS } else { ALL };
    let copy = diesel::sql_query(format!("{diff}{APPLY}"))
        .bind::<Nullable<BigInt>, _>(from)
        .bind::<BigInt, _>(to)
        .bind::<BigInt, _>(clock)
        .bind::<BigInt, _>(now);
    let copied = match since {
        Some(Since { since }) => copy.bind::<BigInt, _>(since).get_result(tx)?,
        None => copy.get_result(tx)?,
    };
    let note = diesel::sql_query(NOTE).bind::<Nullable<BigInt>, _>(from).bind::<BigInt, _>(to);
    exactly(1, note.execute(tx)?)?;
    Ok(copied)
}

#[derive(QueryableByName)]
struct Since {
    #[diesel(sql_type = BigInt)]
    since: Timestamp,
}

/// Where the history of a publish goes, and what it says.
#[derive(Clone, Debug)]
pub struct Told {
    /// The list that was published to.
    pub list: i64,
    /// What was published.
    pub copied: Copied,
    /// The collection of the list.
    pub collection: CollectionUri,
    /// Whose doing.
    pub user: &'static str,
}

/// Writes the history of a publish, an entry for each of its changes. Their timestamps follow
/// `after`; `date` is in microseconds since the epoch.
///
/// # Errors
/// The database's.
#[expect(clippy::disallowed_methods, reason = "the query builder has no such INSERT … SELECT")]
pub fn tell(tx: &mut Tx, told: &Told, after: Timestamp, date: i64) -> Result<()> {
    let Copied { count, created, clock: Some(clock), .. } = told.copied else { return Ok(()) };
    let tell = diesel::sql_query(TELL)
        .bind::<BigInt, _>(told.list)
        .bind::<BigInt, _>(clock - count)
        .bind::<Text, _>(told.collection.bucket.as_str())
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(date)
        .bind::<Text, _>(told.user)
        .bind::<BigInt, _>(clock - created)
        .bind::<Text, _>(told.collection.id.as_str())
        .bind::<BigInt, _>(clock);
    tell.execute(tx)?;
    Ok(())
}

/// The canonical JSON of the records of a list that are signed, in the order of their ids' bytes.
/// Records that say of themselves that they are deleted are left out, as clients leave them out.
///
/// # Errors
/// The database's, also while the rows are read.
pub fn payload(tx: &mut Tx, list: i64) -> Result<impl Iterator<Item = Result<String>>> {
    let rows = objects
        .filter(list_id.eq(list).and(deleted.eq(false)))
        .filter(sql::<Bool>(
            "(NOT data ? 'deleted' OR data->'deleted' IN ('false','null','0','\"\"','[]','{}'))",
        ))
        .order(id)
        .select(sql::<Text>("head || objects.last_modified || tail"));
    let rows = rows.load_iter::<String, PgRowByRowLoadingMode>(tx)?;
    Ok(rows.map(|row| Ok(row?)))
}
