//! Who has to forget what, as the database keeps it.

use crate::{
    harness::{Service, fresh_database},
    sql,
};
use diesel::{Connection, PgConnection};
use notary::{
    domain::address::Address,
    random::Random,
    store::{
        sweep,
        verifiers::{
            Recall, acknowledge, are_awaited, join, leave, recalled, strike_out, unacknowledged,
        },
    },
};
use std::thread;
use uuid::Uuid;

/// Ada has a key, which is not hers alone to change.
async fn ada() -> (Service, [Address; 1]) {
    let service = Service::start().await;
    service.member("ada@example.org").await;
    (service, [Address::parse("ada@example.org").unwrap()])
}

const CHANGE: &str = "UPDATE keys SET kdf_v = kdf_v";

fn joined(db: &mut PgConnection) -> Uuid {
    let verifier = Random.uuid();
    assert!(join(db, verifier).unwrap());
    verifier
}

fn to_forget(db: &mut PgConnection, verifier: Uuid) -> Vec<Recall> {
    recalled(db, verifier).unwrap().unwrap()
}

#[tokio::test]
async fn whoever_has_joined_is_told_of_every_change_until_it_leaves() {
    let (service, ada) = ada().await;
    let mut db = sql::connect(&service.db);
    let [one, other] = [joined(&mut db), joined(&mut db)];
    assert!(to_forget(&mut db, one).is_empty());
    assert!(unacknowledged(&mut db, &ada).unwrap().is_empty());
    service.execute(CHANGE);
    let ids = unacknowledged(&mut db, &ada).unwrap();
    assert_eq!(ids.len(), 2);
    let recalls = to_forget(&mut db, one);
    assert_eq!(recalls.len(), 1);
    assert!(acknowledge(&mut db, &recalls).unwrap());
    assert!(are_awaited(&mut db, &ids).unwrap(), "the other has not");
    let bob = Address::parse("bob@example.org").unwrap();
    assert!(unacknowledged(&mut db, &[bob]).unwrap().is_empty());
    leave(&mut db, other).unwrap();
    assert!(!are_awaited(&mut db, &ids).unwrap());
    assert!(recalled(&mut db, other).unwrap().is_none());
    assert_eq!(service.count("recalls"), 0);
}

#[tokio::test]
async fn nobody_joins_while_a_change_is_under_way() {
    let (service, _) = ada().await;
    let (mut changer, mut db) = (sql::connect(&service.db), sql::connect(&service.db));
    let verifier = Random.uuid();
    changer.test_transaction::<_, diesel::result::Error, _>(|tx| {
        diesel::connection::SimpleConnection::batch_execute(tx, CHANGE)?;
        assert!(!join(&mut db, verifier).unwrap());
        assert!(recalled(&mut db, verifier).unwrap().is_none());
        Ok(())
    });
    assert!(join(&mut db, verifier).unwrap());
    assert!(join(&mut db, verifier).unwrap(), "asked once more, since the answer was lost");
    assert_eq!(service.count("verifiers"), 1);
}

#[tokio::test]
async fn whoever_is_late_is_struck_out_and_notices() {
    let (service, ada) = ada().await;
    let mut db = sql::connect(&service.db);
    let [late, swift] = [joined(&mut db), joined(&mut db)];
    service.execute(CHANGE);
    let [of_late, of_swift] = [late, swift].map(|verifier| to_forget(&mut db, verifier));
    assert!(acknowledge(&mut db, &of_swift).unwrap());
    let ids = unacknowledged(&mut db, &ada).unwrap();
    let struck = db.transaction(|tx| strike_out(tx, &ids)).unwrap();
    assert_eq!(struck, [late]);
    assert!(!acknowledge(&mut db, &of_late).unwrap());
    assert!(recalled(&mut db, late).unwrap().is_none());
    assert!(recalled(&mut db, swift).unwrap().is_some());
    assert!(!are_awaited(&mut db, &ids).unwrap());
}

/// Its lease may be as young as that change.
#[tokio::test]
async fn who_has_to_forget_a_later_change_is_not_struck_out_for_an_earlier_one() {
    let (service, ada) = ada().await;
    let mut db = sql::connect(&service.db);
    let [late, swift] = [joined(&mut db), joined(&mut db)];
    service.execute(CHANGE);
    let of_first = unacknowledged(&mut db, &ada).unwrap();
    let forgotten = to_forget(&mut db, swift);
    assert!(acknowledge(&mut db, &forgotten).unwrap());
    service.execute(CHANGE);
    let of_second = unacknowledged(&mut db, &ada).unwrap();
    assert_eq!(db.transaction(|tx| strike_out(tx, &of_first)).unwrap(), [late]);
    assert!(are_awaited(&mut db, &of_second).unwrap(), "the swift one has it before it");
    let forgotten = to_forget(&mut db, swift);
    assert!(acknowledge(&mut db, &forgotten).unwrap());
    assert!(!are_awaited(&mut db, &of_second).unwrap());
}

/// Whichever of the two comes first, the other one must know of it.
#[tokio::test]
async fn an_acknowledgement_that_meets_the_striking_out_waits_and_learns_of_it() {
    let (service, ada) = ada().await;
    let mut db = sql::connect(&service.db);
    let verifier = joined(&mut db);
    service.execute(CHANGE);
    let recalls = to_forget(&mut db, verifier);
    let ids = unacknowledged(&mut db, &ada).unwrap();
    let uri = service.db.clone();
    let acknowledging = db
        .transaction(|tx| {
            assert_eq!(strike_out(tx, &ids)?, [verifier]);
            Ok::<_, notary::error::Error>(thread::spawn(move || {
                acknowledge(&mut sql::connect(&uri), &recalls).unwrap()
            }))
        })
        .unwrap();
    assert!(!acknowledging.join().unwrap());
}

#[tokio::test]
async fn a_server_that_was_started_anew_knows_no_verifier() {
    let (service, _) = ada().await;
    let mut db = sql::connect(&service.db);
    let verifier = joined(&mut db);
    service.execute("UPDATE verifiers SET server_started_at = server_started_at - interval '1 s'");
    assert!(recalled(&mut db, verifier).unwrap().is_none());
}

#[tokio::test]
async fn recalls_for_nobody_are_swept_away() {
    let db = fresh_database();
    let mut conn = sql::connect(&db);
    let verifier = joined(&mut conn);
    sql::execute(
        &db,
        &format!(
            "INSERT INTO recalls (verifier, kid) VALUES \
             ('{verifier}', ''), (gen_random_uuid(), ''), (gen_random_uuid(), '')"
        ),
    );
    sweep::round(&mut conn).unwrap();
    assert_eq!(sql::number(&db, "SELECT count(*) FROM recalls"), 1);
}
