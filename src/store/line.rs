//! A connection that one thread keeps to itself.

use super::{
    Tx,
    db::{connect, is_timeout, with_defaults},
};
use crate::error::{Error, Result};
use diesel::{PgConnection, connection::SimpleConnection};

/// For point lookups by an index, over and over. Connects when it is first used.
pub(super) struct Line {
    uri: String,
    conn: Option<PgConnection>,
}

impl Line {
    pub(super) fn new(uri: &str) -> Self {
        Self { uri: with_defaults(uri), conn: None }
    }

    /// Runs what may be run again, statement by statement: a connection that broke while it was idle
    /// costs nobody anything, a new one does the work.
    ///
    /// Errors: [`Error::DatabaseAway`], [`Error::TooSlow`] and the work's own.
    pub(super) fn run<T>(&mut self, mut work: impl FnMut(&mut Tx) -> Result<T>) -> Result<T> {
        for _ in 0..2 {
            let conn = match &mut self.conn {
                Some(conn) => conn,
                None => self.conn.insert(open(&self.uri)?),
            };
            let error = match work(conn) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            // A connection that cannot even ping is thrown away, and its error is the network's.
            if conn.batch_execute("SELECT 1").is_ok() {
                return Err(if is_timeout(&error) { Error::TooSlow } else { error });
            }
            self.conn = None;
        }
        Err(Error::DatabaseAway)
    }
}

/// Left to itself, PostgreSQL plans a query with an array anew each time, which costs more than the
/// query, and reads the whole table while that is small.
fn open(uri: &str) -> Result<PgConnection> {
    let planned = |mut conn: PgConnection| {
        conn.batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")?;
        Ok(conn)
    };
    connect(uri).map_err(|_| Error::DatabaseAway).and_then(planned)
}
