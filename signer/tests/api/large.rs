//! Publishing much at once, before the database has looked at how much it is.

use crate::harness::database;
use chrono::TimeDelta;
use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, sql_types::BigInt};
use notary_signer::{clock::Clock, store::publish};

const FILL: &str = "
    ALTER TABLE objects SET (autovacuum_enabled = false);
    INSERT INTO lists (uri, last_modified) VALUES ('/source', 40000), ('/target', 1);
    INSERT INTO objects
    SELECT lists.id, 'r' || n, n, false, '{}', '{\"id\":\"r' || n || '\",\"last_modified\":', '}',
        sha256(n::text::bytea), '{}', '{}', NULL
    FROM lists, generate_series(1, 40000) n WHERE uri = '/source';
";

#[test]
fn takes_time_in_proportion() {
    let mut tx = database::connect(&database::fresh());
    tx.batch_execute(FILL).unwrap();
    let mut list = |uri: &str| {
        let id = sql::<BigInt>(&format!("(SELECT id FROM lists WHERE uri = '{uri}')"));
        diesel::select(id).get_result::<i64>(&mut tx).unwrap()
    };
    let (source, target) = (list("/source"), list("/target"));

    let started = Clock::System.now();
    let copied = publish::copy(&mut tx, Some(source), target, 1, 1_000_000).unwrap();
    assert_eq!((copied.count, copied.created), (40_000, 40_000));
    // Looking up row after row takes minutes.
    assert!(Clock::System.now() - started < TimeDelta::seconds(30));
    assert_eq!(copied.clock, Some(1_000_000), "no timestamp is in the future");
    // Unless the clock of the list is.
    tx.batch_execute("UPDATE objects SET digest = 'x' WHERE id IN ('r1', 'r2')").unwrap();
    tx.batch_execute(&format!("DELETE FROM objects WHERE list_id = {source} AND id = 'r9'"))
        .unwrap();
    tx.batch_execute(&format!(
        "UPDATE objects SET digest = 'y' WHERE list_id = {target} AND id = 'r1'"
    ))
    .unwrap();
    // What the clocks do not tell, the lists say.
    tx.batch_execute(&format!("UPDATE lists SET rewritten = rewritten + 1 WHERE id = {source}"))
        .unwrap();
    let copied = publish::copy(&mut tx, Some(source), target, 1_000_000, 5).unwrap();
    assert_eq!((copied.count, copied.created, copied.clock), (2, 0, Some(1_000_002)));
    let again = publish::copy(&mut tx, Some(source), target, 1_000_002, 2_000_000).unwrap();
    assert_eq!(again, publish::Copied::default());

    let payload = publish::payload(&mut tx, target).unwrap();
    let ids: Vec<String> = payload
        .map(|json| {
            let json: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
            json["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 39_999);
    assert!(ids.is_sorted());

    let emptied = publish::copy(&mut tx, None, target, 1_000_002, 2_000_000).unwrap();
    assert_eq!((emptied.count, emptied.created, emptied.clock), (39_999, 0, Some(2_000_000)));
    assert_eq!(publish::payload(&mut tx, target).unwrap().count(), 0);
}
