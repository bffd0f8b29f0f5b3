//! The schema's versions, embedded in the binary.

use super::{Tx, db::with_defaults};
use crate::error::{Error, Result};
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::{Connection, PgConnection, connection::SimpleConnection, prelude::*};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

diesel::table! {
    /// Diesel's own, which `applied_migrations` tries to create first: not where we only read.
    __diesel_schema_migrations (version) {
        /// One that was applied.
        version -> Text,
    }
}

/// Any number will do that no other program on this database uses.
const MIGRATION_LOCK: i64 = 0x7369_676e_6572;

/// Why the schema is not as this binary needs it.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database does not answer.
    #[error("the database is away")]
    Away,
    /// A newer binary has changed the schema.
    #[error("the database was migrated by a newer version: start that one, or restore a backup")]
    TooNew,
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Failed(String),
}

/// Brings the schema to this binary's version, under an advisory lock: of several nodes that
/// start together one migrates, and the others wait. Returns the versions that were applied.
///
/// # Errors
/// [`SchemaError`]; every migration is applied whole or not at all.
pub fn migrate(uri: &str) -> std::result::Result<Vec<String>, SchemaError> {
    let mut conn = PgConnection::establish(&with_defaults(uri)).map_err(|_| SchemaError::Away)?;
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

/// Whether the database's schema is the one that this binary needs.
///
/// # Errors
/// The database's.
pub fn is_current(tx: &mut Tx) -> Result<bool> {
    let applied: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .order(__diesel_schema_migrations::version)
        .load(tx)?;
    let known = known().map_err(|_| Error::Broken("the versions of the schema are malformed"))?;
    let mut known: Vec<_> = known.iter().map(ToString::to_string).collect();
    known.sort();
    Ok(applied == known)
}

fn known() -> diesel::migration::Result<Vec<MigrationVersion<'static>>> {
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS)?;
    Ok(known.iter().map(|migration| migration.name().version().as_owned()).collect())
}
