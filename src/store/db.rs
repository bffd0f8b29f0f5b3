//! The one door to the database: bounded, timed, named.

use super::{Tx, server};
use crate::error::{Error, Result};
use diesel::{
    Connection, ConnectionError, ConnectionResult, PgConnection,
    connection::SimpleConnection,
    r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection, R2D2Connection},
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
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long a call waits for its turn, and then for a connection: together under two seconds.
const TURN: Duration = Duration::from_millis(900);
/// How long a call waits for the database's answer. The connection stays taken until the server's
/// own `statement_timeout` ends the statement, so a database that hangs uses up the connections
/// and no more.
const ANSWER: Duration = Duration::from_secs(5);
/// A transaction that lost against another is tried again this often.
const ATTEMPTS: u32 = 3;

/// The pool of connections.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Links>,
    turns: Arc<Semaphore>,
}

/// How many connections there are, and how many of them are in use.
pub struct Usage {
    /// Open connections.
    pub open: u32,
    /// Connections that a call holds.
    pub busy: u32,
}

impl Db {
    /// A pool of at most `size` connections. Does not connect yet.
    pub fn new(uri: &str, size: NonZeroU32) -> Self {
        let pool = Pool::builder()
            .max_size(size.get())
            .min_idle(Some(size.get().min(2)))
            .connection_timeout(TURN)
            .test_on_check_out(false)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(Links::new(uri));
        Self { pool, turns: Arc::new(Semaphore::new(size.get() as usize)) }
    }

    /// Runs `work` in a transaction of its own; what a deadlock or a serialization failure has undone
    /// is tried again. `name` appears in logs.
    ///
    /// Errors: [`Error::Busy`], [`Error::TooSlow`] and [`Error::DatabaseAway`] within seconds,
    /// whatever happens. Work that ends after that is undone, unless it was just being committed.
    pub async fn run<T, F>(&self, name: &'static str, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T> + Send + 'static,
    {
        let given_up = Arc::new(AtomicBool::new(false));
        let noticed = given_up.clone();
        let transaction = move |conn: &mut Tx| {
            let mut attempt = 1;
            loop {
                let mut committing = false;
                let result = conn.transaction(|tx| {
                    let done = work(tx)?;
                    committing = true;
                    if noticed.load(Ordering::SeqCst) { Err(Error::DatabaseAway) } else { Ok(done) }
                });
                match result {
                    Err(error) if has_lost(&error) && attempt < ATTEMPTS => attempt += 1,
                    Err(error) if committing => return Err(Fault::AtCommit(error)),
                    result => return result.map_err(Fault::Before),
                }
            }
        };
        self.with_link(name, given_up, transaction).await
    }

    /// Runs a single read, outside a transaction.
    ///
    /// Errors: as [`Db::run`].
    pub async fn read<T, F>(&self, name: &'static str, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> Result<T> + Send + 'static,
    {
        let read = move |conn: &mut Tx| work(conn).map_err(Fault::Before);
        self.with_link(name, Arc::default(), read).await
    }

    /// How the pool is used right now.
    pub fn usage(&self) -> Usage {
        let state = self.pool.state();
        Usage { open: state.connections, busy: state.connections - state.idle_connections }
    }

    async fn with_link<T, F>(
        &self,
        name: &'static str,
        given_up: Arc<AtomicBool>,
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx) -> std::result::Result<T, Fault> + Send + 'static,
    {
        let turn = timeout(TURN, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Broken("pool closed"))?;
        let pool = self.pool.clone();
        let answer = tokio::task::spawn_blocking(move || with_turn(turn, &pool, work));
        let result = if let Ok(result) = timeout(ANSWER, answer).await {
            result.unwrap_or(Err(Error::Broken("a database task died")))
        } else {
            given_up.store(true, Ordering::SeqCst);
            Err(Error::DatabaseAway)
        };
        use Error::{Busy, Database, DatabaseAway, TooSlow};
        if let Err(error @ (Busy | DatabaseAway | TooSlow | Database(_))) = &result {
            tracing::warn!(transaction = name, %error, "database");
        }
        result
    }
}

/// Where work has failed.
enum Fault {
    /// Nothing of it can be in the database.
    Before(Error),
    /// The commit was under way, and nobody knows how it ended.
    AtCommit(Error),
}

/// Does the work. Connections that broke while they were idle, because the server has started anew
/// or the network has forgotten them, cost a caller nothing: another one does the work. Of more
/// than there were at first, one is new.
fn with_turn<T>(
    _turn: OwnedSemaphorePermit,
    pool: &Pool<Links>,
    mut work: impl FnMut(&mut Tx) -> std::result::Result<T, Fault>,
) -> Result<T> {
    for _ in 0..=pool.max_size() {
        let mut link: PooledConnection<Links> = pool.get().map_err(|_| Error::DatabaseAway)?;
        let (error, repeatable) = match work(&mut link.conn) {
            Ok(done) => return Ok(done),
            Err(Fault::Before(error)) => (error, true),
            Err(Fault::AtCommit(error)) => (error, false),
        };
        if !matches!(error, Error::Database(_) | Error::DatabaseAway) {
            return Err(error);
        }
        // A connection that cannot even ping is thrown away, and its error is the network's.
        if link.conn.batch_execute("SELECT 1").is_ok() {
            return Err(if is_timeout(&error) { Error::TooSlow } else { error });
        }
        link.broken = true;
        if !repeatable {
            break;
        }
    }
    Err(Error::DatabaseAway)
}

/// Opens a connection with our timeouts.
pub(super) fn connect(uri: &str) -> ConnectionResult<PgConnection> {
    let mut conn = PgConnection::establish(uri)?;
    // A node that was paused in the middle must not hold its locks for ever; and what is read after
    // a lock was waited for must be as it is then, whatever the server's default is.
    conn.batch_execute(
        "SET statement_timeout = '4s'; SET lock_timeout = '3s'; \
         SET idle_in_transaction_session_timeout = '10s'; SET timezone = 'UTC'; \
         SET default_transaction_isolation = 'read committed'",
    )
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
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

/// `statement_timeout` and `lock_timeout` have no kind of their own in diesel.
pub(super) fn is_timeout(error: &Error) -> bool {
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

impl Links {
    fn new(uri: &str) -> Self {
        Self { uri: with_defaults(uri), away: AtomicBool::new(false) }
    }

    /// Said when it changes, since the pool tries many times a second.
    fn tell(&self, error: Option<&ConnectionError>) {
        if self.away.swap(error.is_some(), Ordering::SeqCst) == error.is_some() {
            return;
        }
        match error {
            Some(error) => {
                tracing::warn!(why = server::in_our_words(error), "the database is away")
            }
            None => tracing::info!("the database is back"),
        }
    }
}

impl ManageConnection for Links {
    type Connection = Link;
    type Error = ConnectionError;

    fn connect(&self) -> ConnectionResult<Link> {
        let conn = connect(&self.uri);
        self.tell(conn.as_ref().err());
        Ok(Link { conn: conn?, broken: false })
    }

    fn is_valid(&self, link: &mut Link) -> ConnectionResult<()> {
        link.conn.batch_execute("SELECT 1").map_err(ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || link.conn.is_broken() || std::thread::panicking()
    }
}

/// libpq waits for ever by default, when it connects and when the network goes away.
pub(super) fn with_defaults(uri: &str) -> String {
    const DEFAULTS: [(&str, &str); 4] = [
        ("connect_timeout", "2"),
        ("tcp_user_timeout", "5000"),
        ("keepalives_idle", "5"),
        ("application_name", "notary"),
    ];
    let mut out = uri.to_owned();
    let is_uri = uri.starts_with("postgres://") || uri.starts_with("postgresql://");
    for (name, value) in DEFAULTS.iter().filter(|(name, _)| !uri.contains(name)) {
        let separator = match (is_uri, has_parameters(&out)) {
            (true, true) => "&",
            (true, false) => "?",
            (false, _) => " ",
        };
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
    use super::*;
    use crate::demo::postgres::{Cluster, Durability};
    use std::{env, fs, process};
    use tracing::subscriber::with_default;

    #[test]
    fn that_the_database_is_away_and_is_back_is_logged_once_each() {
        let folder = env::temp_dir().join(format!("notary-links-{}", process::id()));
        let mut cluster = Cluster::start(&folder, Durability::Throwaway).unwrap();
        let links = Links::new(&cluster.uri("postgres"));
        let log = tempfile::NamedTempFile::new().unwrap();
        let writer = Arc::new(log.reopen().unwrap());
        let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(writer).finish();
        with_default(lines, || {
            links.connect().unwrap();
            for _ in 0..2 {
                cluster.stop_server();
                assert!([(); 3].iter().all(|()| links.connect().is_err()));
                cluster.start_server().unwrap();
                assert!([(); 3].iter().all(|()| links.connect().is_ok()));
            }
        });
        let log = fs::read_to_string(log.path()).unwrap();
        let away = r#"the database is away why="there is no such socket: is the server running?""#;
        let said: Vec<_> = log.lines().map(|line| line.split_once("db: ").unwrap().1).collect();
        assert_eq!(said, [away, "the database is back"].repeat(2));
    }

    #[test]
    fn defaults_are_added_to_either_form_and_never_twice() {
        assert_eq!(
            with_defaults("postgres://h/db?connect_timeout=9"),
            "postgres://h/db?connect_timeout=9&tcp_user_timeout=5000&keepalives_idle=5\
             &application_name=notary"
        );
        assert!(
            with_defaults("postgresql:///db").starts_with("postgresql:///db?connect_timeout=2&")
        );
        for (uri, separator) in [
            ("postgres://u:a?b@h/db", '?'),
            ("postgres://u:a?b@h/db?sslmode=require", '&'),
            ("postgres://h/db?options=a@b", '&'),
            ("postgres://h?host=/run/a@b", '&'),
        ] {
            let begun = format!("{uri}{separator}connect_timeout=2&tcp_user_timeout=5000&");
            assert!(with_defaults(uri).starts_with(&begun), "{uri}");
        }
        assert!(with_defaults("host=h dbname=d").starts_with("host=h dbname=d connect_timeout=2 "));
    }
}
