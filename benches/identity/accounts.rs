//! Databases with many accounts, of which some can sign.
#![expect(clippy::disallowed_methods, reason = "fills whole tables, which the store never does")]

use super::node::PUBLIC_URI;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use data_encoding::HEXLOWER;
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    sql_types::{Bytea, Integer, Text},
};
use notary::{demo::postgres::Cluster, random::Random, store::migrations};
use notary_sdk::{PublicKey, kid};
use serde_json::{Value, json};
use std::thread;

/// A filled database.
pub struct Accounts {
    pub uri: String,
    signers: Vec<Signer>,
}

struct Signer {
    address: String,
    kid: String,
    /// aws-lc signs in a tenth of the SDK's time.
    key: EcdsaKeyPair,
}

impl Signer {
    /// A token for an hour, whoever the kid says has signed it.
    fn token(&self, kid: &str, now: i64) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "alg": "ES384", "kid": kid, "typ": "JWT" }));
        let nonce = HEXLOWER.encode(&Random.bytes::<8>());
        let claims = json!({
            "sub": self.address, "aud": PUBLIC_URI, "iat": now, "exp": now + 3_600, "nonce": nonce,
        });
        let message = format!("{header}.{}", part(claims));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
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
            signer.token(&kid(signer), now)
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
    HEXLOWER.encode(&Random.bytes::<64>())
}

fn signer(db: &mut PgConnection, n: usize) -> Signer {
    let address = format!("signer{n}@example.org");
    let key = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let public = PublicKey::from_sec1(key.public_key().as_ref()).unwrap();
    let salt = Random.bytes();
    let kid = kid(&address, &salt);
    diesel::sql_query(
        "INSERT INTO keys (address, kid, salt, public_key, thumbprint, kdf_v)
         VALUES ($1, decode($2, 'hex'), $3, $4, $5, 1)",
    )
    .bind::<Text, _>(&address)
    .bind::<Text, _>(&kid)
    .bind::<Bytea, _>(salt.as_slice())
    .bind::<Bytea, _>(public.to_sec1_uncompressed().as_slice())
    .bind::<Bytea, _>(public.thumbprint().as_slice())
    .execute(db)
    .unwrap();
    Signer { address, kid, key }
}
