//! The database: missing, empty, shared, too new.

use crate::service::Site;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use notary::clock::Clock;
use std::time::Duration;

pub fn execute(database: &str, statements: &str) {
    PgConnection::establish(database).unwrap().batch_execute(statements).unwrap();
}

#[test]
fn commands_that_need_a_database_end_quickly_without_one() {
    let site = Site::new().with("NOTARY_DB_URI", "postgres://127.0.0.1:1/none");
    for args in [&["serve"][..], &["migrate"], &["account", "list"], &["blocks", "list"]] {
        let clock = Clock::system();
        let said = site.run(args).failed(69);
        assert!(said.contains("database does not answer"), "{said}");
        assert!(clock.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_database_that_does_not_exist_is_as_good_as_down() {
    let mut site = Site::new();
    let missing = site.database.replacen("test_", "no_such_", 1);
    assert_ne!(missing, site.database);
    site = site.with("NOTARY_DB_URI", missing);
    site.run(&["serve"]).failed(69);
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(69));
    assert!(doctor.out.contains("FAIL  database    it has no such database or user"), "{doctor:?}");
}

#[test]
fn migrating_again_changes_nothing() {
    let site = Site::new();
    assert!(site.run(&["account", "list"]).failed(1).contains("run `notary migrate` first"));
    assert!(site.run(&["migrate"]).ok().starts_with("Applied: 2"));
    assert_eq!(site.run(&["migrate"]).ok(), "The schema is up to date.\n");
    assert_eq!(site.run(&["account", "list"]).ok(), "ADDRESS  STATUS  SINCE  KID\n");
}

#[test]
fn of_several_that_migrate_together_one_does() {
    let site = Site::new();
    let said = std::thread::scope(|scope| {
        let runs = [(); 4].map(|()| scope.spawn(|| site.run(&["migrate"]).ok()));
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(said.iter().filter(|said| said.starts_with("Applied")).count(), 1, "{said:?}");
}

#[test]
fn two_nodes_can_be_started_together_on_an_empty_database() {
    let one = Site::new();
    let other = Site::new().with("NOTARY_DB_URI", one.database.clone());
    let nodes = [one.start(&["serve"]), other.start(&["serve"])];
    for node in &nodes {
        node.line("\"ready\"");
    }
    for node in nodes {
        node.signal("TERM");
        assert_eq!(node.end(), Some(0));
    }
}

#[test]
fn a_schema_from_the_future_is_left_alone() {
    let site = Site::new();
    site.run(&["migrate"]).ok();
    execute(
        &site.database,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
    );
    for args in [&["serve"][..], &["migrate"], &["account", "list"]] {
        assert!(site.run(args).failed(1).contains("newer notary"));
    }
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status, Some(1));
    assert!(doctor.out.contains("FAIL  schema      migrated by a newer notary"), "{doctor:?}");
}
