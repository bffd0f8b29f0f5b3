//! Databases with many accounts, of which some can sign.
#![expect(clippy::disallowed_methods, reason = "fills whole tables, which the store never does")]

use super::node::PUBLIC_URI;
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    sql_types::{Bytea, Integer, Text},
};
use notary::{demo::postgres::Cluster, random::Random, store::migrations};
use notary_sdk::{Claims, SigningKey, kid, sign};
use std::thread;

/// A filled database.
pub struct Accounts {
    pub uri: String,
    signers: Vec<Signer>,
}

struct Signer {
    address: String,
    kid: String,
    key: SigningKey,
}

impl Accounts {
    /// So many accounts that can sign, and others that only fill the table.
    pub fn fill(cluster: &Cluster, name: &str, signers: usize, others: usize) -> Self {
        cluster.create_database(name, None).unwrap();
        let uri = cluster.uri(name);
        migrations::migrate(&uri).unwrap();
        let mut db = PgConnection::establish(&uri).unwrap();
        diesel::sql_query(r#"INSERT INTO kdfs VALUES (1, '{"oprf":"P384-SHA384","argon2id":{"m":65536,"t":3,"p":1}}')"#)
            .execute(&mut db)
            .unwrap();
        diesel::sql_query(
            "INSERT INTO keys (address, kid, salt, public_key, thumbprint, kdf_v)
             SELECT 'filler' || n || '@example.org', sha512(n::text::bytea),
                    substr(sha256(n::text::bytea), 1, 16),
                    substr(sha512(n::text::bytea) || sha512(n::text::bytea), 1, 97),
                    sha256(('t' || n)::bytea), 1
             FROM generate_series(1, $1) AS n",
        )
        .bind::<Integer, _>(others as i32)
        .execute(&mut db)
        .unwrap();
        let signers = (0..signers).map(|n| signer(&mut db, n)).collect();
        diesel::sql_query("VACUUM ANALYZE").execute(&mut db).unwrap();
        Self { uri, signers }
    }

    /// The address of one that can sign.
    pub fn member(&self, n: usize) -> &str {
        &self.signers[n].address
    }

    /// Tokens that nobody has seen before.
    pub fn tokens(&self, count: usize) -> Vec<String> {
        self.tokens_by(count, |signer| signer.kid.clone())
    }

    /// Tokens of somebody who never signed up.
    pub fn tokens_of_a_stranger(&self, count: usize) -> Vec<String> {
        let kid = random_kid();
        self.tokens_by(count, |_| kid.clone())
    }

    /// Tokens of people who never signed up, each of another one.
    pub fn tokens_of_strangers(&self, count: usize) -> Vec<String> {
        self.tokens_by(count, |_| random_kid())
    }

    /// Tokens whose signature belongs to other claims.
    pub fn forged_tokens(&self, count: usize) -> Vec<String> {
        let tokens = self.tokens(count);
        let parts: Vec<_> = tokens.iter().map(|token| token.rsplit_once('.').unwrap()).collect();
        let next = parts.iter().cycle().skip(1);
        parts.iter().zip(next).map(|(one, other)| format!("{}.{}", one.0, other.1)).collect()
    }

    fn tokens_by(&self, count: usize, kid: impl Fn(&Signer) -> String + Sync) -> Vec<String> {
        let now = notary::clock::Clock::system().now();
        let token = |n: usize| {
            let signer = &self.signers[n % self.signers.len()];
            let claims = Claims::for_service(&signer.address, PUBLIC_URI, now, 3_600);
            let unique = hex::encode(Random.bytes::<8>());
            sign(&signer.key, &kid(signer), &claims.with("nonce", unique).unwrap())
        };
        let token = &token;
        let halves = [0..count / 2, count / 2..count];
        thread::scope(|scope| {
            let halves =
                halves.map(|half| scope.spawn(move || half.map(token).collect::<Vec<_>>()));
            halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
        })
    }
}

fn random_kid() -> String {
    hex::encode(Random.bytes::<64>())
}

fn signer(db: &mut PgConnection, n: usize) -> Signer {
    let address = format!("signer{n}@example.org");
    let key = SigningKey::from_uniform(&Random.bytes());
    let salt = Random.bytes();
    let kid = kid(&address, &salt);
    diesel::sql_query(
        "INSERT INTO keys (address, kid, salt, public_key, thumbprint, kdf_v)
         VALUES ($1, decode($2, 'hex'), $3, $4, $5, 1)",
    )
    .bind::<Text, _>(&address)
    .bind::<Text, _>(&kid)
    .bind::<Bytea, _>(salt.as_slice())
    .bind::<Bytea, _>(key.public().to_sec1_uncompressed().as_slice())
    .bind::<Bytea, _>(key.public().thumbprint().as_slice())
    .execute(db)
    .unwrap();
    Signer { address, kid, key }
}
