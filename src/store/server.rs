//! What the database tells about itself.

use super::{Tx, db::with_defaults, time::present};
use crate::{clock::Seconds, error::Result};
use chrono::{DateTime, Utc};
use diesel::{
    Connection, ConnectionError, PgConnection,
    dsl::sql,
    prelude::*,
    select,
    sql_types::{Integer, Text},
};

/// The oldest major version of PostgreSQL that the schema works with.
pub const OLDEST: i32 = 13;

/// Why no connection comes about; `None` where one does.
pub fn why_away(uri: &str) -> Option<&'static str> {
    PgConnection::establish(&with_defaults(uri)).err().map(|error| in_our_words(&error))
}

/// libpq's own text names hosts and users, and depends on the server's language: what is not
/// recognised stays general.
pub(super) fn in_our_words(error: &ConnectionError) -> &'static str {
    const WORDS: [(&str, &str); 6] = [
        ("Connection refused", "connection refused: is the server running, and is this its port?"),
        ("No such file", "there is no such socket: is the server running?"),
        ("translate host name", "the host's name is not known"),
        ("timeout expired", "no answer within two seconds"),
        ("authentication failed", "it refuses the user or the password"),
        ("does not exist", "it has no such database or user"),
    ];
    let error = error.to_string();
    let known = WORDS.iter().find(|(theirs, _)| error.contains(theirs));
    known.map_or("it refuses the connection: its log says why", |(_, ours)| ours)
}

/// PostgreSQL's major version.
pub fn version(tx: &mut Tx) -> Result<i32> {
    let number = sql::<Integer>("current_setting('server_version_num')::integer");
    let number: i32 = select(number).get_result(tx)?;
    Ok(number / 10_000)
}

/// The database's clock.
pub fn now(tx: &mut Tx) -> Result<Seconds> {
    let now: DateTime<Utc> = select(present()).get_result(tx)?;
    Ok(now.timestamp())
}

/// The locale of its messages (`lc_messages`): `C`, `en_US.UTF-8`, …
pub fn language(tx: &mut Tx) -> Result<String> {
    Ok(select(sql::<Text>("current_setting('lc_messages')")).get_result(tx)?)
}
