//! The schema's versions, embedded in the binary.

use super::{Tx, db::with_defaults, schema::key_checks};
use crate::error::{Error, Result};
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::{Connection, PgConnection, connection::SimpleConnection, prelude::*};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
/// Any number will do that no other program on this database uses.
const MIGRATION_LOCK: i64 = 0x6e6f_7461_7279;

/// Why the schema is not as this binary needs it.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database does not answer.
    #[error("the database is away")]
    Away,
    /// A newer binary has changed the schema.
    #[error("the database was migrated by a newer notary: start that version, or restore a backup")]
    TooNew,
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Failed(String),
}

/// Brings the schema to this binary's version, under an advisory lock: of several nodes that
/// start together one migrates, and the others wait. Returns the versions that were applied.
pub fn migrate(uri: &str) -> std::result::Result<Vec<String>, SchemaError> {
    let uri = with_defaults(uri);
    let mut conn = PgConnection::establish(&uri).map_err(|_| SchemaError::Away)?;
    let failed = |error: &dyn std::fmt::Display| SchemaError::Failed(error.to_string());
    conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .map_err(|_| SchemaError::Away)?;
    let known = known().map_err(|e| failed(&e))?;
    let applied = conn.applied_migrations().map_err(|e| failed(&e))?;
    if applied.iter().any(|version| !known.contains(version)) {
        return Err(SchemaError::TooNew);
    }
    let done = conn.run_pending_migrations(MIGRATIONS).map_err(|e| failed(&e))?;
    Ok(done.iter().map(ToString::to_string).collect())
    // The session ends here, and the lock with it.
}

/// How a database's schema stands to this binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// As this binary needs it.
    Current,
    /// So many of this binary's migrations wait to be applied.
    Pending(usize),
    /// A newer binary has changed it.
    TooNew,
}

/// Compares the versions that were applied with those that this binary knows.
pub fn state(tx: &mut Tx) -> Result<SchemaState> {
    let broken = |_| Error::Broken("the versions of the schema cannot be read");
    let applied = tx.applied_migrations().map_err(broken)?;
    let known = known().map_err(broken)?;
    Ok(if applied.iter().any(|version| !known.contains(version)) {
        SchemaState::TooNew
    } else {
        match known.len() - applied.len() {
            0 => SchemaState::Current,
            waiting => SchemaState::Pending(waiting),
        }
    })
}

fn known() -> diesel::migration::Result<Vec<MigrationVersion<'static>>> {
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS)?;
    Ok(known.iter().map(|migration| migration.name().version().as_owned()).collect())
}

/// Remembers the secret's check value at the first start, and compares it ever after.
/// Returns whether it is the same.
pub fn same_secret(tx: &mut Tx, check: &[u8; 32]) -> Result<bool> {
    let row = (key_checks::id.eq(1), key_checks::value.eq(check.as_slice()));
    let inserted = diesel::insert_into(key_checks::table).values(row).on_conflict_do_nothing();
    if inserted.execute(tx)? == 1 {
        return Ok(true);
    }
    let stored: Vec<u8> = key_checks::table.find(1).select(key_checks::value).first(tx)?;
    Ok(stored == check)
}

/// The same without remembering anything: `None` where there was no start yet.
pub fn is_same_secret(tx: &mut Tx, check: &[u8; 32]) -> Result<Option<bool>> {
    let stored = key_checks::table.find(1).select(key_checks::value);
    let stored: Option<Vec<u8>> = stored.first(tx).optional()?;
    Ok(stored.map(|stored| stored == check))
}
