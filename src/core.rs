//! What both listeners and the workers share.

use crate::{
    clock::Clock,
    config::Config,
    domain::{address::Address, jwt::UserCall, key::PublicKey, secret::Secrets},
    error::{Error, Result},
    flow::{replay, verify::Verifier},
    journal::{Journal, JournalError},
    limits::{AdminFailures, Blocklist, CallLimits, Evaluations, MOST_BLOCKS},
    metrics::Metrics,
    random::Random,
    store::{Tx, blocks, db::Db, kdfs, keys::Ended, migrations},
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use notary_sdk::{Argon2id, Kdf};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tokio::sync::Notify;

/// With so many signups pending, new ones are turned away until some have expired.
pub const MOST_PENDING: i64 = 100_000;
/// The paths of the user side that a JWT can be made for.
const USER_SIDE: [&str; 3] = ["/signup", "/confirm", "/signature"];

/// The service's state, one for a process.
pub struct Core {
    /// The settings.
    pub config: Config,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub db: Db,
    /// What `/verify` remembers and waits for.
    pub verifier: Verifier,
    /// The keys that come from `NOTARY_SECRET_KEY`.
    pub secrets: Secrets,
    /// The way from password to key, as announced.
    pub kdf: Kdf,
    /// Calls by IP.
    pub calls: CallLimits,
    /// Blocked IPs.
    pub blocklist: Blocklist,
    /// OPRF evaluations by address.
    pub evaluations: Evaluations,
    /// Wrong admin secrets by IP.
    pub admin_failures: AdminFailures,
    /// What is counted.
    pub metrics: Metrics,
    /// A key that nobody has: signatures of unknown accounts are checked against it.
    pub decoy: PublicKey,
    /// `NOTARY_PUBLIC_URI`.
    pub audience: String,
    /// The `htu` of every call that a JWT of the user side can be made for.
    pub user_side: Vec<String>,
    journal: Option<Journal>,
    pending_signups: AtomicI64,
    mail_worker_seen: AtomicU64,
    mail_waits: Notify,
}

/// A call of the user side, as its JWT must name it.
pub struct Call<'a> {
    audience: &'a str,
    method: &'static str,
    uri: String,
}

impl Call<'_> {
    /// The form that the domain takes.
    pub fn as_call(&self) -> UserCall<'_> {
        UserCall { audience: self.audience, method: self.method, uri: &self.uri }
    }
}

impl Core {
    /// Connects, checks that this is the database of our secret, and registers the kdf.
    ///
    /// Errors: [`StartError`].
    pub async fn open(config: Config, clock: Clock) -> std::result::Result<Self, StartError> {
        Self::open_as(config, clock, true).await
    }

    /// The same for a command beside the service: only a start registers secret and kdf.
    ///
    /// Errors: [`StartError`].
    pub async fn open_beside(
        config: Config,
        clock: Clock,
    ) -> std::result::Result<Self, StartError> {
        Self::open_as(config, clock, false).await
    }

    async fn open_as(
        config: Config,
        clock: Clock,
        registers: bool,
    ) -> std::result::Result<Self, StartError> {
        let random = Random;
        let db = Db::new(config.db_uri.expose(), config.db_pool_size);
        let secrets = Secrets::derive(config.secret_key.expose());
        let check = *secrets.check_value();
        let is_same = move |tx: &mut Tx| match registers {
            true => migrations::same_secret(tx, &check),
            false => Ok(migrations::is_same_secret(tx, &check)? != Some(false)),
        };
        if !db.run("check secret", is_same).await? {
            return Err(StartError::OtherKey);
        }
        let metrics = Metrics::default();
        let verifier = Verifier::start(config.db_uri.expose(), config.verify_cache, &metrics)?;
        let journal = open_journal(&config, &db).await?;
        let kdf = kdf(&db, config.oprf, registers).await?;
        let calls =
            CallLimits::new(config.calls_per_second, config.calls_per_minute, clock.clone());
        let evaluations = Evaluations::new(config.max_evaluations_per_hour, clock.clone());
        let audience = config.public_uri.as_str().to_owned();
        let user_side = USER_SIDE.map(|path| config.public_uri.join(path)).to_vec();
        let now = clock.elapsed().as_secs();
        // Before the first call: a restart lets nobody in.
        let blocklist = Blocklist::new(clock.clone());
        let blocked = |tx: &mut _| blocks::changed(tx, None, MOST_BLOCKS as i64);
        blocklist.apply(&db.read("blocks", blocked).await?);
        Ok(Self {
            admin_failures: AdminFailures::new(clock.clone()),
            blocklist,
            decoy: PublicKey::decoy(random.bytes()),
            metrics,
            pending_signups: AtomicI64::new(0),
            mail_worker_seen: AtomicU64::new(now),
            mail_waits: Notify::new(),
            config,
            clock,
            random,
            verifier,
            db,
            secrets,
            kdf,
            journal,
            calls,
            evaluations,
            audience,
            user_side,
        })
    }

    /// The call that a JWT of the user side must be bound to.
    pub fn user_call(&self, method: &'static str, path: &str) -> Call<'_> {
        Call { audience: &self.audience, method, uri: self.config.public_uri.join(path) }
    }

    /// Stands for an address in logs: [`Core::address_key`] in hex.
    pub fn log_name(&self, address: &Address) -> String {
        HEXLOWER.encode(&self.address_key(address))
    }

    /// Stands for an address where the address itself must not appear: in logs and in memory.
    pub fn address_key(&self, address: &Address) -> [u8; 16] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
        let mut mac: Hmac<Sha256> =
            Hmac::new_from_slice(self.secrets.log_key()).expect("any length");
        mac.update(address.as_str().as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        key
    }

    /// Writes a key that has ended into the journal, if there is one, before anybody is told.
    pub async fn write_down(&self, ended: Option<Ended>) -> Result<()> {
        match (&self.journal, ended) {
            (Some(journal), Some(ended)) => journal.append(&[ended]).await,
            _ => Ok(()),
        }
    }

    /// How many signups were pending when they were last counted.
    pub fn pending_signups(&self) -> i64 {
        self.pending_signups.load(Ordering::Relaxed)
    }

    /// Remembers a count of the pending signups.
    pub fn set_pending_signups(&self, count: i64) {
        self.pending_signups.store(count, Ordering::Relaxed);
    }

    /// There may be mail to send.
    pub fn wake_mail(&self) {
        self.mail_waits.notify_one();
    }

    /// Waits for [`Core::wake_mail`].
    pub async fn mail_waits(&self) {
        self.mail_waits.notified().await;
    }

    /// The mail worker has finished a round.
    pub fn mail_worker_is_alive(&self) {
        self.mail_worker_seen.store(self.clock.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// Seconds since the mail worker last finished a round.
    pub fn mail_worker_silence(&self) -> u64 {
        let seen = self.mail_worker_seen.load(Ordering::Relaxed);
        self.clock.elapsed().as_secs().saturating_sub(seen)
    }
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database was set up under another `NOTARY_SECRET_KEY`.
    #[error("NOTARY_SECRET_KEY is not the key that this database was set up with")]
    OtherKey,
    /// The schema cannot be brought to this binary's version.
    #[error(transparent)]
    Schema(#[from] migrations::SchemaError),
    /// The database does not answer, or not as expected.
    #[error(transparent)]
    Store(#[from] Error),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database was restored from a backup that is older than the journal.
    #[error(
        "{0} keys are active that have ended, says the journal: the database was restored from an \
         older backup. End them again with `notary replay`"
    )]
    Revived(usize),
    /// The mail settings cannot be used.
    #[error("{0}")]
    Mail(String),
    /// A port cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(std::net::SocketAddr, std::io::ErrorKind),
}

/// The journal, if the settings name one, with everything in it that the database knows.
async fn open_journal(
    config: &Config,
    db: &Db,
) -> std::result::Result<Option<Journal>, StartError> {
    let Some(path) = &config.journal else { return Ok(None) };
    let (journal, ended) = Journal::open(path)?;
    match replay::revived(db, &ended).await?.len() {
        0 => replay::catch_up(db, &journal, &ended).await?,
        revived => return Err(StartError::Revived(revived)),
    }
    Ok(Some(journal))
}

/// The kdf that the settings ask for, with its number, and those announced before.
async fn kdf(db: &Db, oprf: bool, registers: bool) -> Result<Kdf> {
    let wanted = Kdf { oprf: Kdf::default().oprf.filter(|_| oprf), ..Kdf::default() };
    let params = params(&wanted);
    let number = if registers { kdfs::register } else { kdfs::number };
    let (v, previous) = db.run("number kdf", move |tx| number(tx, &params)).await?;
    let previous = previous.into_iter().map(|(v, params)| stored_kdf(v, &params));
    Ok(Kdf { v: v as u32, previous: previous.collect::<Result<_>>()?, ..wanted })
}

fn params(kdf: &Kdf) -> Value {
    json!({ "oprf": kdf.oprf, "argon2id": kdf.argon2id })
}

fn stored_kdf(v: i32, params: &Value) -> Result<Kdf> {
    let oprf = params.get("oprf").and_then(Value::as_str).map(str::to_owned);
    let argon2id: Option<Argon2id> =
        params.get("argon2id").and_then(|costs| serde_json::from_value(costs.clone()).ok());
    let argon2id = argon2id.ok_or(Error::Broken("a stored kdf is malformed"))?;
    Ok(Kdf { v: v as u32, oprf, argon2id, previous: Vec::new() })
}
