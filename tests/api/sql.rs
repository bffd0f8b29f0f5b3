//! What a test reads and changes in a database behind the service's back.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};
use std::time::Duration;

/// Runs statements that answer nothing.
pub fn execute(db: &str, statements: &str) {
    connect(db).batch_execute(statements).unwrap();
}

/// A connection, to hold locks with.
pub fn connect(db: &str) -> PgConnection {
    PgConnection::establish(db).unwrap()
}

/// The number that an expression has, for example `(SELECT count(*) FROM keys)`.
pub fn number(db: &str, expression: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        value: i64,
    }
    let rows: Vec<Row> = rows(db, &format!("SELECT coalesce(({expression})::bigint, 0) AS value"));
    rows[0].value
}

/// The text that an expression has.
pub fn text(db: &str, expression: &str) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let rows: Vec<Row> = rows(db, &format!("SELECT ({expression})::text AS value"));
    rows[0].value.clone()
}

#[expect(clippy::disallowed_methods, reason = "tests ask what no statement of the service asks")]
fn rows<R>(db: &str, query: &str) -> Vec<R>
where
    diesel::query_builder::SqlQuery: for<'q> diesel::query_dsl::LoadQuery<'q, PgConnection, R>,
{
    diesel::sql_query(query).load(&mut connect(db)).unwrap()
}

/// Waits until a condition holds; the database cannot tell us when it comes to.
pub async fn until(db: &str, condition: &str) {
    let holds = async {
        while number(db, &format!("({condition})::int")) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), holds).await;
    waited.unwrap_or_else(|_| panic!("it did not come to hold that {condition}"));
}
