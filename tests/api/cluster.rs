//! One PostgreSQL cluster for the whole test process, and a database of its own for every test.

use std::env;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use notary::demo::postgres::{Cluster, Durability};

/// The URI of a new database: a copy of the database `template` of this cluster, or an empty one.
/// Nobody may be connected to the template meanwhile.
pub fn fresh_database(template: Option<&str>) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    create_database(&name, template)
}

/// The URI of a new database with this name, for example a template for [`fresh_database`].
pub fn create_database(name: &str, template: Option<&str>) -> String {
    let cluster = cluster();
    cluster.create_database(name, template).unwrap_or_else(|error| panic!("{error}"));
    cluster.uri(name)
}

/// The process's cluster, started by the first test that asks. Nobody drops it: it is removed when
/// the process ends.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let folder = env::temp_dir().join(format!("notary-tests-{}", process::id()));
        Cluster::start(&folder, Durability::Throwaway).unwrap_or_else(|error| panic!("{error}"))
    })
}
