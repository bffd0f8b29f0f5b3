//! A database of its own for every test.

use super::notary::notary;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use notary_signer::store::migrations;
use std::sync::{
    Mutex, Once,
    atomic::{AtomicU32, Ordering},
};

const TEMPLATE: &str = "signer_migrated";

/// The URI of a new database with the schema in it: a copy of one template.
pub fn fresh() -> String {
    static MIGRATED: Once = Once::new();
    MIGRATED.call_once(|| {
        forget_durability();
        create(TEMPLATE, None);
        migrations::migrate(&uri(TEMPLATE)).unwrap();
    });
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("signer_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    create(&name, Some(TEMPLATE));
    uri(&name)
}

/// No test survives the machine, and none has to wait for its disk.
fn forget_durability() {
    let mut cluster = connect(&notary().postgres_uri);
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        cluster.batch_execute(&format!("ALTER SYSTEM SET {setting} = off")).unwrap();
    }
    cluster.batch_execute("SELECT pg_reload_conf()").unwrap();
}

/// The URI of a new database with nothing in it.
pub fn empty(name: &str) -> String {
    create(name, None);
    uri(name)
}

fn create(name: &str, template: Option<&str>) {
    // A template is copied for one at a time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock();
    let template = template.map(|name| format!(" TEMPLATE {name}")).unwrap_or_default();
    connect(&notary().postgres_uri)
        .batch_execute(&format!("CREATE DATABASE {name}{template}"))
        .unwrap();
}

fn uri(database: &str) -> String {
    notary().postgres_uri.replace("/postgres?", &format!("/{database}?"))
}

/// A connection of the test's own.
pub fn connect(uri: &str) -> PgConnection {
    PgConnection::establish(uri).unwrap()
}
