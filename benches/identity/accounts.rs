//! Databases with many accounts, of which some can sign.
#![expect(clippy::disallowed_methods, reason = "fills whole tables, which the store never does")]

use diesel::{
    Connection, PgConnection, RunQueryDsl,
    sql_types::{Bytea, Integer, Text},
};
use notary::{demo::postgres::Cluster, random::Random, store::migrations};
use notary_sdk::{Claims, SigningKey, kid, sign};

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

    /// Fresh tokens, each signed once.
    pub fn tokens(&self, count: usize) -> Vec<String> {
        let now = notary::clock::Clock::system().now();
        let token = |n: usize| {
            let Signer { address, kid, key, .. } = &self.signers[n % self.signers.len()];
            let claims = Claims::for_service(address, super::node::PUBLIC_URI, now, 3_600);
            let claims = claims.with("n", n as u64).unwrap();
            sign(key, kid, &claims)
        };
        (0..count).map(token).collect()
    }
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
