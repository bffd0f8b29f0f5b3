//! The schema's version decides whether a node may start.

use crate::{
    cluster,
    harness::{Settings, fresh_database},
    sql,
};
use notary::store::migrations::{SchemaError, migrate};

#[tokio::test]
async fn a_schema_of_a_newer_binary_is_refused_and_left_alone() {
    let db = fresh_database();
    sql::execute(&db, "INSERT INTO __diesel_schema_migrations VALUES ('99991231000000')");
    let versions =
        "SELECT string_agg(version, ' ' ORDER BY version) FROM __diesel_schema_migrations";
    let before = sql::text(&db, versions);
    let refused = Settings::default().on(db.clone()).try_start().await.err().unwrap();
    assert!(refused.to_string().contains("newer notary"), "{refused}");
    assert!(matches!(migrate(&db), Err(SchemaError::TooNew)));
    assert_eq!(sql::text(&db, versions), before);
}

#[test]
fn migrating_twice_changes_nothing() {
    let db = cluster::fresh_database(None);
    assert!(!migrate(&db).unwrap().is_empty());
    assert!(migrate(&db).unwrap().is_empty());
}
