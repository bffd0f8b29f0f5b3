//! A key that has ended verifies nowhere from then on, whatever a node remembers.

use crate::harness::{PUBLIC_URI, Settings, fresh_database};
use notary::{
    core::Core,
    domain::{address::Address, key::PublicKey, salt::Kid, salt::Salt, signup::Candidate},
    error::Error,
    flow::{
        disable::{self, Target},
        verify::{self, Question},
    },
    store::keys,
};
use notary_sdk::{Claims, Jwk, SigningKey, sign};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const PEOPLE: u32 = 50;
const RACES: u32 = 10_000;

/// A node without listeners and without workers: the flows alone, which are what races.
async fn node(db: &str) -> Core {
    let settings = Settings::default().set("NOTARY_SMTP_URI", "smtp://127.0.0.1:9");
    settings.set("NOTARY_DB_POOL_SIZE", "8").on(db.to_owned()).open().await
}

/// A key to be made active, and a token of it.
fn racer(node: &Core, n: u32) -> (Candidate, String) {
    let address = Address::parse(&format!("racer{n}@example.org")).unwrap();
    let salt = Salt::derive(&node.secrets, &address);
    let kid = Kid::derive(&address, &salt);
    let key = SigningKey::from_uniform(&node.random.bytes());
    let jwk = Jwk::new(&key.public(), &kid.to_string());
    let claims = Claims::for_service(address.as_str(), PUBLIC_URI, node.clock.now(), 60);
    let jwt = sign(&key, &kid.to_string(), &claims);
    let key = PublicKey::from_jwk(&jwk, &kid).unwrap();
    (Candidate { address, kid, salt, key, kdf_v: 1 }, jwt)
}

async fn verifies(node: &Core, jwt: &str) -> bool {
    match verify::verify(node, jwt, &Question::default()).await {
        Ok(_) => true,
        Err(Error::NotActive) => false,
        Err(error) => panic!("{error}"),
    }
}

/// The same token and the same key, over and over, so that both nodes remember all they can.
#[tokio::test]
async fn of_ten_thousand_races_on_two_nodes_none_is_won_by_a_key_that_has_ended() {
    let db = fresh_database();
    let [one, other] = [node(&db).await, node(&db).await];
    let verified = [AtomicU32::new(0), AtomicU32::new(0)];
    let races = (0..PEOPLE).map(async |n| {
        let (candidate, jwt) = racer(&one, n);
        for race in 0..RACES / PEOPLE {
            let active = candidate.clone();
            one.db.run("activate", move |tx| keys::activate(tx, &active)).await.unwrap();
            let ended = AtomicBool::new(false);
            let disabling = async {
                // Each race begins a little later than the last one.
                for _ in 0..race % 8 {
                    tokio::task::yield_now().await;
                }
                let node = if race % 2 == 0 { &one } else { &other };
                let target = Target::Address(candidate.address.clone());
                disable::by_admin(node, target, false).await.unwrap();
                ended.store(true, Ordering::SeqCst);
            };
            let verifying = [(&one, &verified[0]), (&other, &verified[1])].map(|(node, count)| {
                let (ended, jwt) = (&ended, &jwt);
                async move {
                    loop {
                        let had_ended = ended.load(Ordering::SeqCst);
                        match (verifies(node, jwt).await, had_ended) {
                            (true, false) => _ = count.fetch_add(1, Ordering::Relaxed),
                            (false, false) => {}
                            (false, true) => break,
                            (true, true) => panic!("a key that has ended still verifies"),
                        }
                        // An answer from memory waits for nothing.
                        tokio::task::yield_now().await;
                    }
                }
            });
            tokio::join!(disabling, futures_util::future::join_all(verifying));
        }
    });
    futures_util::future::join_all(races).await;
    for count in verified {
        assert!(count.into_inner() > RACES / 10, "hardly any race");
    }
}
