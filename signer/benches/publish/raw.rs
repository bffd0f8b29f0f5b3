//! What nobody can do without who signs a collection: reading its rows and hashing their bytes.

use diesel::{
    Connection, ExpressionMethods, JoinOnDsl, PgConnection, QueryDsl, RunQueryDsl, dsl::sql,
    pg::PgRowByRowLoadingMode, sql_types::Text,
};
use sha2::{Digest, Sha384};

diesel::table! {
    lists (id) {
        id -> Int8,
        uri -> Text,
    }
}

diesel::table! {
    objects (list_id, id) {
        list_id -> Int8,
        id -> Text,
        deleted -> Bool,
    }
}

diesel::joinable!(objects -> lists (list_id));
diesel::allow_tables_to_appear_in_same_query!(lists, objects);

/// Reads the records of a collection by id, as the service stores them, a row at a time; gives
/// their number.
pub fn read_and_hash(database: &str, collection: &str) -> usize {
    let mut connection = PgConnection::establish(database).unwrap();
    let rows = objects::table
        .inner_join(lists::table.on(lists::id.eq(objects::list_id)))
        .filter(lists::uri.eq(format!("{collection}/records")))
        .filter(objects::deleted.eq(false))
        .order(objects::id)
        .select(sql::<Text>("head || objects.last_modified || tail"))
        .load_iter::<String, PgRowByRowLoadingMode>(&mut connection)
        .unwrap();
    let mut hash = Sha384::new();
    let count = rows.map(|row| hash.update(row.unwrap())).count();
    assert_ne!(hash.finalize()[..], [0; 48]);
    count
}
