use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{Connection, PgConnection, RunQueryDsl};

use super::{Cluster, ClusterError, Durability, encoded, quoted};

/// A path of this test's own, removed at its end.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        Self(env::temp_dir().join(format!("notary-{test}-{}", process::id())))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn connect(cluster: &Cluster, database: &str) -> PgConnection {
    PgConnection::establish(&cluster.uri(database)).unwrap()
}

fn holds(cluster: &Cluster, database: &str, condition: &str) -> bool {
    diesel::select(sql::<Bool>(condition)).get_result(&mut connect(cluster, database)).unwrap()
}

#[test]
fn keeps_its_data_between_runs() {
    let place = Place::new("kept");
    let cluster = Cluster::start(&place.0, Durability::Kept).unwrap();
    cluster.ensure_database("a \"b\"").unwrap();
    connect(&cluster, "a \"b\"").batch_execute("CREATE TABLE kept AS SELECT 7 AS n").unwrap();
    cluster.stop();

    let cluster = Cluster::start(&place.0, Durability::Kept).unwrap();
    cluster.ensure_database("a \"b\"").unwrap();
    assert!(holds(&cluster, "a \"b\"", "(SELECT n FROM kept) = 7"));
    assert!(holds(&cluster, "postgres", "current_setting('fsync') = 'on'"));
    assert!(holds(&cluster, "postgres", "current_setting('listen_addresses') = ''"));
}

#[test]
fn copies_a_template_and_refuses_a_name_twice() {
    let place = Place::new("template");
    let cluster = Cluster::start(&place.0, Durability::Throwaway).unwrap();
    cluster.create_database("pattern", None).unwrap();
    connect(&cluster, "pattern").batch_execute("CREATE TABLE t AS SELECT 1 AS n").unwrap();
    cluster.create_database("copy", Some("pattern")).unwrap();
    assert!(holds(&cluster, "copy", "(SELECT n FROM t) = 1"));

    let twice = cluster.create_database("copy", None);
    assert!(matches!(twice, Err(ClusterError::Database(name)) if name == "copy"));
}

#[test]
fn a_throwaway_is_fast_and_leaves_nothing() {
    let place = Place::new("throwaway");
    let cluster = Cluster::start(&place.0, Durability::Throwaway).unwrap();
    assert!(holds(&cluster, "postgres", "current_setting('fsync') = 'off'"));
    assert!(holds(&cluster, "postgres", "current_setting('max_connections') = '300'"));
    cluster.stop();
    assert!(!place.0.exists());
}

#[test]
fn the_server_can_be_stopped_and_started_again() {
    let place = Place::new("restart");
    let mut cluster = Cluster::start(&place.0, Durability::Throwaway).unwrap();
    let mut client = connect(&cluster, "postgres");
    client.batch_execute("CREATE TABLE kept AS SELECT 7 AS n").unwrap();

    cluster.stop_server();
    assert!(client.batch_execute("SELECT 1").is_err());
    assert!(PgConnection::establish(&cluster.uri("postgres")).is_err());

    cluster.start_server().unwrap();
    assert!(holds(&cluster, "postgres", "(SELECT n FROM kept) = 7"));

    cluster.stop_server();
    drop(cluster);
    assert!(!place.0.exists());
}

#[test]
fn only_one_owner_at_a_time() {
    let place = Place::new("busy");
    let _owner = Cluster::start(&place.0, Durability::Kept).unwrap();
    let second = Cluster::start(&place.0, Durability::Kept);
    assert!(matches!(second, Err(ClusterError::Busy(folder)) if folder == place.0));
}

#[test]
fn leaves_a_folder_alone_that_is_not_its_own() {
    for durability in [Durability::Kept, Durability::Throwaway] {
        let place = Place::new("foreign");
        fs::create_dir(&place.0).unwrap();
        fs::write(place.0.join("thesis.tex"), "precious").unwrap();
        let refused = Cluster::start(&place.0, durability);
        assert!(matches!(refused, Err(ClusterError::NotOurs(folder)) if folder == place.0));
        assert_eq!(fs::read_dir(&place.0).unwrap().count(), 1);
    }
}

#[test]
fn asks_for_a_shorter_path() {
    let path = env::temp_dir().join("long/".repeat(20));
    assert!(matches!(Cluster::start(&path, Durability::Kept), Err(ClusterError::PathTooLong(_))));
    assert!(!env::temp_dir().join("long").exists());
}

#[test]
fn starts_in_spite_of_a_stale_lock_file_with_the_number_of_a_live_process() {
    let (other, place) = (Place::new("live"), Place::new("stale"));
    let other = Cluster::start(&other.0, Durability::Throwaway).unwrap();
    Cluster::start(&place.0, Durability::Kept).unwrap().stop();

    // Another server of the same user: the process that PostgreSQL takes for the folder's owner.
    let lock = fs::read_to_string(other.folder.data().join("postmaster.pid")).unwrap();
    fs::write(place.0.join("data/postmaster.pid"), lock).unwrap();
    let cluster = Cluster::start(&place.0, Durability::Kept).unwrap();
    assert!(holds(&cluster, "postgres", "current_setting('fsync') = 'on'"));
}

#[test]
fn a_killed_owner_takes_the_server_along_and_the_data_stays() {
    let place = Place::new("killed");
    let mut owner = owner(&place.0, "kept");
    owner.kill().unwrap();
    owner.wait().unwrap();

    let cluster = Cluster::start(&place.0, Durability::Kept).unwrap();
    assert!(holds(&cluster, "postgres", "(SELECT n FROM kept) = 7"));
}

#[test]
fn a_killed_owner_of_a_throwaway_leaves_nothing() {
    let place = Place::new("killed-throwaway");
    let mut owner = owner(&place.0, "throwaway");
    let log = File::open(place.0.join("postgres.log")).unwrap();
    assert!(log.try_lock().is_err());
    owner.kill().unwrap();
    owner.wait().unwrap();

    // Free once the last of the server's processes has ended, the supervisor among them.
    log.lock().unwrap();
    assert!(!place.0.exists());
}

/// Starts [`owner_process`] as a process of its own and waits until its cluster holds a table.
fn owner(folder: &Path, durability: &str) -> Child {
    let mut owner = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--nocapture", "owner_process"])
        .env("NOTARY_TEST_OWNER", folder)
        .env("NOTARY_TEST_DURABILITY", durability)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(owner.stdout.take().unwrap()).lines();
    assert!(said.map(Result::unwrap).any(|line| line.ends_with("cluster is up")));
    owner
}

#[test]
#[ignore = "the process that other tests start and kill"]
fn owner_process() {
    let Some(folder) = env::var_os("NOTARY_TEST_OWNER") else { return };
    let durability = match env::var("NOTARY_TEST_DURABILITY").unwrap().as_str() {
        "kept" => Durability::Kept,
        _ => Durability::Throwaway,
    };
    let cluster = Cluster::start(Path::new(&folder), durability).unwrap();
    connect(&cluster, "postgres").batch_execute("CREATE TABLE kept AS SELECT 7 AS n").unwrap();
    println!("cluster is up");
    // Until we are killed: the test holds the other end.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn quotes_names() {
    assert_eq!(encoded("/a b/ü~".as_bytes()), "%2Fa%20b%2F%C3%BC~");
    assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
}
