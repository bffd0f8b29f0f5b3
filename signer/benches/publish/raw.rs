//! What nobody can do without who signs a collection: reading its rows and hashing their bytes.

use diesel::{
    Connection, ExpressionMethods, PgConnection, QueryDsl, RunQueryDsl, dsl::sql,
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

/// The records of a collection, on a connection that is open.
pub struct Rows {
    connection: PgConnection,
    list: i64,
}

impl Rows {
    pub fn of(database: &str, collection: &str) -> Self {
        let mut connection = PgConnection::establish(database).unwrap();
        let list = lists::table.filter(lists::uri.eq(format!("{collection}/records")));
        let list = list.select(lists::id).first(&mut connection).unwrap();
        Self { connection, list }
    }

    /// Reads them by id, as the service stores them, a row at a time; gives their number.
    pub fn read_and_hash(&mut self) -> usize {
        let rows = objects::table
            .filter(objects::list_id.eq(self.list))
            .filter(objects::deleted.eq(false))
            .order(objects::id)
            .select(sql::<Text>("head || objects.last_modified || tail"))
            .load_iter::<String, PgRowByRowLoadingMode>(&mut self.connection)
            .unwrap();
        let mut hash = Sha384::new();
        let count = rows.map(|row| hash.update(row.unwrap())).count();
        assert_ne!(hash.finalize()[..], [0; 48]);
        count
    }
}
