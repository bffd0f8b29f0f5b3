//! The one door to the database: bounded, named, tried again where that is safe.

use super::Tx;
use crate::error::{Error, Result};
use diesel::{
    Connection, ConnectionError, ConnectionResult, PgConnection,
    connection::SimpleConnection,
    r2d2::{ManageConnection, NopErrorHandler, Pool, R2D2Connection},
    result::{DatabaseErrorKind, Error as DieselError},
};
use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How long a call waits for its turn, and then for a connection.
const TURN: Duration = Duration::from_secs(2);
/// A transaction that lost against another is tried again this often.
const ATTEMPTS: u32 = 5;

/// The pool of connections.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Links>,
    turns: Arc<Semaphore>,
}

/// What a transaction sees and may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// One snapshot of everything, and no writes.
    Snapshot,
    /// Every statement sees what is committed.
    Write,
}

impl Db {
    /// A pool of at most `size` connections. Does not connect yet.
    pub fn new(uri: &str, size: NonZeroU32) -> Self {
        let pool = Pool::builder()
            .max_size(size.get())
            .min_idle(Some(1))
            .connection_timeout(TURN)
            .test_on_check_out(false)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(Links { uri: with_defaults(uri), away: AtomicBool::new(false) });
        Self { pool, turns: Arc::new(Semaphore::new(size.get() as usize)) }
    }

    /// Runs `work` in a transaction, in a thread of its own where it may block; what a deadlock has
    /// undone is tried again, so `work` has no effect but on the database. `name` appears in logs.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::DatabaseAway`], [`Error::Conflict`], and those of `work`.
    pub async fn run<T, F>(&self, name: &'static str, access: Access, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T> + Send + 'static,
    {
        let turn = timeout(TURN, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Broken("pool closed"))?;
        let pool = self.pool.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            on_a_good_link(&pool, access, work)
        });
        let result = done.await.unwrap_or(Err(Error::Broken("a database task died")));
        if let Err(error @ (Error::Busy | Error::DatabaseAway | Error::Database(_))) = &result {
            tracing::warn!(transaction = name, %error, "database");
        }
        result
    }

    /// Connections that are open, and those that a call holds.
    pub fn usage(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.connections - state.idle_connections)
    }
}

/// Connections that broke while they were idle, because the server has started anew, cost a caller
/// nothing: another one does the work. Of more than there were at first, one is new.
fn on_a_good_link<T>(
    pool: &Pool<Links>,
    access: Access,
    mut work: impl FnMut(&mut Tx) -> Result<T>,
) -> Result<T> {
    for _ in 0..=pool.max_size() {
        let mut link = pool.get().map_err(|_| Error::DatabaseAway)?;
        let mut committing = false;
        let error = match transaction(&mut link.conn, access, &mut work, &mut committing) {
            Err(error @ Error::Database(_)) => error,
            result => return result,
        };
        // A connection that cannot even ping is thrown away, and its error is the network's.
        if link.conn.batch_execute("SELECT 1").is_ok() {
            return Err(if is_timeout(&error) { Error::DatabaseAway } else { error });
        }
        link.broken = true;
        if committing {
            break;
        }
    }
    Err(Error::DatabaseAway)
}

fn transaction<T>(
    conn: &mut Tx,
    access: Access,
    work: &mut impl FnMut(&mut Tx) -> Result<T>,
    committing: &mut bool,
) -> Result<T> {
    let mut attempt = 1;
    loop {
        let mut once = |tx: &mut Tx| {
            let done = work(tx)?;
            *committing = true;
            Ok(done)
        };
        let result = match access {
            Access::Snapshot => conn.build_transaction().repeatable_read().read_only().run(once),
            Access::Write => conn.transaction(&mut once),
        };
        match result {
            Err(error) if has_lost(&error) && attempt < ATTEMPTS => attempt += 1,
            Err(error) if has_lost(&error) || is_taken(&error) => return Err(Error::Conflict),
            result => return result,
        }
        *committing = false;
    }
}

/// Whether a transaction was undone in favour of another. A deadlock has no kind of its own in
/// diesel.
fn has_lost(error: &Error) -> bool {
    match error {
        Error::Database(DieselError::DatabaseError(kind, info)) => {
            matches!(kind, DatabaseErrorKind::SerializationFailure)
                || info.message() == "deadlock detected"
        }
        _ => false,
    }
}

/// Whether two objects of a list would have the same timestamp.
fn is_taken(error: &Error) -> bool {
    matches!(
        error,
        Error::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
    )
}

/// `statement_timeout` and `lock_timeout` have no kind of their own in diesel.
fn is_timeout(error: &Error) -> bool {
    matches!(error, Error::Database(DieselError::DatabaseError(_, info))
        if info.message().starts_with("canceling statement"))
}

/// Opens connections and remembers which are broken, so that no query has to be spent on testing
/// the others.
struct Links {
    uri: String,
    away: AtomicBool,
}

struct Link {
    conn: PgConnection,
    broken: bool,
}

impl ManageConnection for Links {
    type Connection = Link;
    type Error = ConnectionError;

    fn connect(&self) -> ConnectionResult<Link> {
        let link = open(&self.uri);
        // Said when it changes, since the pool tries many times a second; libpq's own text names host
        // and user.
        match (self.away.swap(link.is_err(), Ordering::SeqCst), &link) {
            (false, Err(_)) => tracing::warn!("could not open a database connection"),
            (true, Ok(_)) => tracing::info!("the database is back"),
            _ => {}
        }
        link
    }

    fn is_valid(&self, link: &mut Link) -> ConnectionResult<()> {
        link.conn.batch_execute("SELECT 1").map_err(ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || link.conn.is_broken() || std::thread::panicking()
    }
}

fn open(uri: &str) -> ConnectionResult<Link> {
    let mut conn = PgConnection::establish(uri)?;
    // A node that was paused in the middle must not hold its locks for ever; a signature over
    // the network may take its time, and so may a large collection. Compiling a statement takes
    // longer than any of ours gains by it. Lists grow by thousands at once: a plan that was
    // made when they were small, or without statistics, must not read everything.
    conn.batch_execute(
        "SET jit = off; SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; \
         SET statement_timeout = '60s'; SET lock_timeout = '15s'; \
         SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'",
    )
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(Link { conn, broken: false })
}

/// libpq waits for ever by default, when it connects and when the network goes away.
pub(super) fn with_defaults(uri: &str) -> String {
    const DEFAULTS: [(&str, &str); 4] = [
        ("connect_timeout", "2"),
        ("tcp_user_timeout", "5000"),
        ("keepalives_idle", "5"),
        ("application_name", "notary-signer"),
    ];
    let mut out = uri.to_owned();
    for (name, value) in DEFAULTS.iter().filter(|(name, _)| !uri.contains(name)) {
        let separator = if has_parameters(&out) { '&' } else { '?' };
        out.push_str(&format!("{separator}{name}={value}"));
    }
    out
}

/// As libpq reads a URI, an `@` before any `/` ends user and password, which may have a `?`.
fn has_parameters(uri: &str) -> bool {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let credentials = rest.find(['@', '/']).filter(|at| rest[*at..].starts_with('@'));
    rest[credentials.unwrap_or(0)..].contains('?')
}

#[cfg(test)]
mod tests {
    use super::with_defaults;

    #[test]
    fn defaults_are_added_and_never_twice() {
        assert_eq!(
            with_defaults("postgres://h/db?connect_timeout=9"),
            "postgres://h/db?connect_timeout=9&tcp_user_timeout=5000&keepalives_idle=5\
             &application_name=notary-signer"
        );
        assert!(with_defaults("postgres://u:a?b@h/db").starts_with("postgres://u:a?b@h/db?conn"));
    }
}
