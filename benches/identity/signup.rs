//! People on their way in: from `POST /signup` over their mail to `POST /confirm`.
#![expect(clippy::disallowed_methods, reason = "looks into tables as nobody else does")]

use super::node::{PUBLIC_URI, SECRET_KEY};
use data_encoding::HEXLOWER;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{BigInt, Bytea, Text, Uuid as SqlUuid},
};
use notary::{
    clock::Clock,
    domain::{
        address::Address,
        salt::{Kid, Salt},
        secret::Secrets,
        token::PlainToken,
    },
    random::Random,
};
use notary_sdk::{Claims, Jwk, SigningKey, sign};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use serde_json::json;
use std::{collections::HashMap, thread, time::Duration};
use uuid::Uuid;

/// Somebody new.
struct Person {
    address: String,
    kid: String,
    key: SigningKey,
}

/// People who have asked for an account, or are about to.
pub struct Crowd {
    secrets: Secrets,
    people: Vec<Person>,
}

#[derive(QueryableByName)]
struct Mailed {
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Bytea)]
    nonce: Vec<u8>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Crowd {
    pub fn new(size: usize) -> Self {
        let secrets = Secrets::derive(SECRET_KEY);
        let name = HEXLOWER.encode(&Random.bytes::<6>());
        let person = |n: usize| {
            let address = Address::parse(&format!("{name}{n}@example.org")).unwrap();
            let kid = Kid::derive(&address, &Salt::derive(&secrets, &address)).to_string();
            let key = SigningKey::from_uniform(&Random.bytes());
            Person { address: address.as_str().to_owned(), kid, key }
        };
        Self { people: (0..size).map(person).collect(), secrets }
    }

    /// Bodies of `POST /signup`.
    pub fn signups(&self) -> Vec<String> {
        let body = |person: &Person| {
            let jwt = person.sign(person.claims("/signup"));
            let jwk = Jwk::new(&person.key.public(), &person.kid);
            json!({ "jwt": jwt, "publicKey": jwk }).to_string()
        };
        self.people.iter().map(body).collect()
    }

    /// Bodies of `POST /confirm`, with the tokens that the mails carry.
    pub fn confirmations(&self, db: &str) -> Vec<String> {
        let mut db = PgConnection::establish(db).unwrap();
        let mailed: Vec<Mailed> = diesel::sql_query(
            "SELECT address, s.id, nonce FROM signups AS s JOIN confirmations ON signup_id = s.id \
             WHERE s.state = 'pending'",
        )
        .load(&mut db)
        .unwrap();
        let mailed: HashMap<String, Mailed> =
            mailed.into_iter().map(|mail| (mail.address.clone(), mail)).collect();
        // Not everybody was sent on their way.
        let arrived =
            self.people.iter().filter_map(|person| Some((person, mailed.get(&person.address)?)));
        let body = |(person, mail): (&Person, &Mailed)| {
            let nonce = mail.nonce.as_slice().try_into().unwrap();
            let token = PlainToken::derive(&self.secrets, mail.id, nonce).reveal();
            let claims = person.claims("/confirm").token(&token);
            json!({ "jwt": person.sign(claims) }).to_string()
        };
        arrived.map(body).collect()
    }
}

impl Person {
    fn claims(&self, path: &str) -> Claims {
        let (now, rng) = (Clock::system().now(), &mut UnwrapErr(SysRng));
        Claims::for_notary(&self.address, PUBLIC_URI, "POST", path, now, rng)
    }

    fn sign(&self, claims: Claims) -> String {
        sign(&self.key, &self.kid, &claims)
    }
}

/// Waits until no mail waits.
pub fn until_mails_are_out(db: &str) {
    let mut db = PgConnection::establish(db).unwrap();
    let waiting = diesel::sql_query("SELECT count(*) FROM outbox WHERE state = 'waiting'");
    while waiting.clone().get_result::<Count>(&mut db).unwrap().count > 0 {
        thread::sleep(Duration::from_millis(5));
    }
}
