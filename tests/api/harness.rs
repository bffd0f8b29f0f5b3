//! A service of its own for every test: both listeners on free ports, a fresh database, a mail
//! server that remembers, and a clock to turn.

use crate::cluster;
use notary::{
    app::Application,
    clock::Clock,
    config::Config,
    core::{Core, StartError},
    demo::smtp_sink::{Mail, SmtpSink, Verdict},
};
use notary_sdk::{Ambient, Claims, Kdf, Notary, SigningKey, Unlocked, VerifyClient, kid, sign};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Once},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle};
use url::Url;

/// What users see, wherever the test's listener really is.
pub const PUBLIC_URI: &str = "https://notary.example";
pub const ADMIN_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// 2027-01-15: when every test begins.
pub const NOW: i64 = 1_800_000_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// A running service.
pub struct Service {
    pub core: Arc<Core>,
    pub clock: Clock,
    pub sink: SmtpSink,
    pub http: Client,
    pub public: SocketAddr,
    pub admin: SocketAddr,
    pub db: String,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

/// A service with settings of its own.
pub struct Settings {
    vars: BTreeMap<String, String>,
    db: Option<String>,
    clock: Clock,
    mail_policy: MailPolicy,
}

type MailPolicy = Box<dyn Fn(&str) -> Verdict + Send + Sync>;

impl Default for Settings {
    fn default() -> Self {
        // Limits are tested where they are the subject.
        let vars = [
            ("NOTARY_PUBLIC_URI", PUBLIC_URI),
            ("NOTARY_PUBLIC_PORT", "0"),
            ("NOTARY_ADMIN_INTERFACE", "127.0.0.1:0"),
            ("NOTARY_ADMIN_SECRET", ADMIN_SECRET),
            ("NOTARY_SECRET_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            ("NOTARY_MAIL_FROM", "notary@notary.example"),
            ("NOTARY_MAX_CALLS_PER_SECOND", "100000"),
            ("NOTARY_MAX_CALLS_PER_MINUTE", "1000000"),
            ("NOTARY_DB_POOL_SIZE", "4"),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self {
            vars,
            db: None,
            clock: Clock::manual(NOW),
            mail_policy: Box::new(|_| Verdict::Accept),
        }
    }
}

impl Settings {
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another node of the service with this database.
    pub fn beside(mut self, service: &Service) -> Self {
        self.db = Some(service.db.clone());
        self.clock = service.clock.clone();
        self
    }

    /// On this database.
    pub fn on(mut self, db: String) -> Self {
        self.db = Some(db);
        self
    }

    /// What the mail server says about each recipient.
    pub fn mail_policy(mut self, policy: impl Fn(&str) -> Verdict + Send + Sync + 'static) -> Self {
        self.mail_policy = Box::new(policy);
        self
    }

    pub async fn start(self) -> Service {
        self.try_start().await.unwrap()
    }

    /// Its state alone, without listeners and workers. Needs a mail server that is named.
    pub async fn open(self) -> Core {
        let db = self.db.unwrap_or_else(fresh_database);
        Core::open(config(self.vars, &db), self.clock).await.unwrap()
    }

    /// Starts it, where the start itself may fail.
    pub async fn try_start(self) -> Result<Service, StartError> {
        let Self { mut vars, db, clock, mail_policy } = self;
        let db = db.unwrap_or_else(fresh_database);
        let sink = SmtpSink::start(mail_policy).unwrap();
        vars.entry("NOTARY_SMTP_URI".to_owned())
            .or_insert_with(|| format!("smtp://127.0.0.1:{}", sink.port()));
        let config = config(vars, &db);
        let app = Application::build(config, clock.clone()).await?;
        let (stop, stopped) = oneshot::channel();
        let loopback = |address: SocketAddr| SocketAddr::from(([127, 0, 0, 1], address.port()));
        Ok(Service {
            core: app.core().clone(),
            public: loopback(app.public_address()),
            admin: loopback(app.admin_address()),
            running: tokio::spawn(app.run_until(async {
                let _ = stopped.await;
            })),
            http: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            clock,
            sink,
            db,
            stop,
        })
    }
}

fn config(mut vars: BTreeMap<String, String>, db: &str) -> Config {
    vars.insert("NOTARY_DB_URI".to_owned(), db.to_owned());
    Config::from_vars(vars).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// A database with the schema already in it: each test's is a copy of one template.
pub fn fresh_database() -> String {
    const TEMPLATE: &str = "migrated";
    static MIGRATED: Once = Once::new();
    MIGRATED.call_once(|| {
        let template = cluster::create_database(TEMPLATE, None);
        notary::store::migrations::migrate(&template).unwrap();
    });
    cluster::fresh_database(Some(TEMPLATE))
}

impl Service {
    pub async fn start() -> Self {
        Settings::default().start().await
    }

    /// Stops as SIGTERM does, and waits.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        self.running.await.unwrap().unwrap();
    }

    /// A request to the public listener.
    pub fn public(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.public))
    }

    /// A request to the admin listener, with the secret.
    pub fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("http://{}{path}", self.admin))
            .header("Notary-Admin-Secret", ADMIN_SECRET)
    }

    /// `GET /verify` for this JWT.
    pub fn verify(&self, jwt: &str) -> RequestBuilder {
        self.admin(Method::GET, "/verify").bearer_auth(jwt)
    }

    /// The SDK's client of the public side, by the test's clock.
    pub fn client(&self) -> Notary {
        let clock = self.clock.clone();
        let base = Url::parse(&format!("http://{}", self.public)).unwrap();
        let ambient = Ambient::new(move || clock.now(), UnwrapErr(SysRng));
        Notary::with(base, Url::parse(PUBLIC_URI).unwrap(), ambient).unwrap()
    }

    /// The SDK's verify client.
    pub fn verifier(&self) -> VerifyClient {
        let base = Url::parse(&format!("http://{}", self.admin)).unwrap();
        VerifyClient::new(base, ADMIN_SECRET, PATIENCE).unwrap()
    }

    /// A person with a new key for this address, known to nobody yet. The key is random: that
    /// passwords make keys is the SDK's to prove.
    pub async fn person(&self, address: &str) -> Person {
        let answer = self.public(Method::POST, "/salt").json(&json!({ "address": address }));
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        let address = answer["address"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        let salt = base64_decode(answer["salt"].as_str().unwrap());
        Person(Unlocked {
            kid: kid(&address, &salt),
            address,
            salt,
            kdf: Kdf::default(),
            key: SigningKey::from_uniform(&self.core.random.bytes()),
            clock_offset: 0,
        })
    }

    /// A person who has signed up and confirmed.
    pub async fn member(&self, address: &str) -> Person {
        let person = self.person(address).await;
        let before = self.mails_to(&person.address);
        self.client().sign_up(&person).await.unwrap();
        let token = self.token_for(&person.address, before + 1).await;
        self.client().confirm(&person, &token).await.unwrap();
        person
    }

    /// How many mails have come for this address.
    pub fn mails_to(&self, address: &str) -> usize {
        self.sink.messages().iter().filter(|mail| mail.to.iter().any(|to| to == address)).count()
    }

    /// Waits for the `count`th mail to this address.
    pub async fn mail_for(&self, address: &str, count: usize) -> Mail {
        let mails = self.sink.wait_for_recipient(address, count, PATIENCE).await.unwrap();
        let mine = |mail: &&Mail| mail.to.iter().any(|to| to == address);
        mails.iter().filter(mine).nth(count - 1).unwrap().clone()
    }

    /// The token in the `count`th mail to this address.
    pub async fn token_for(&self, address: &str, count: usize) -> String {
        token_in(&self.mail_for(address, count).await)
    }
}

/// The token in a mail's link.
pub fn token_in(mail: &Mail) -> String {
    let text = mail.text.as_deref().unwrap();
    let after = text.split("#token=").nth(1).unwrap_or_else(|| panic!("no link in {text}"));
    after.split('&').next().unwrap().to_owned()
}

/// Somebody with a key.
#[derive(Clone)]
pub struct Person(pub Unlocked);

impl std::ops::Deref for Person {
    type Target = Unlocked;
    fn deref(&self) -> &Unlocked {
        &self.0
    }
}

impl Person {
    /// The same person with another key, as another password makes it.
    pub fn with_new_key(&self, service: &Service) -> Self {
        let key = SigningKey::from_uniform(&service.core.random.bytes());
        Self(Unlocked { key, ..self.0.clone() })
    }

    /// A JWT for another service, valid for a minute.
    pub fn token(&self, service: &Service, audience: &str) -> String {
        let claims = Claims::for_service(&self.address, audience, service.clock.now(), 60);
        sign(&self.key, &self.kid, &claims)
    }

    /// A JWT with any claims at all.
    pub fn sign(&self, claims: Value) -> String {
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        sign(&self.key, &self.kid, &Claims::from(claims))
    }

    /// Claims that the user side takes for this call, to be bent by the test.
    pub fn claims(&self, service: &Service, method: &str, path: &str) -> Value {
        let now = service.clock.now();
        json!({
            "sub": self.address, "aud": PUBLIC_URI, "iat": now, "exp": now + 120,
            "jti": service.core.random.uuid(), "htm": method, "htu": format!("{PUBLIC_URI}{path}"),
        })
    }
}

fn base64_decode(text: &str) -> [u8; 16] {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(text).unwrap().try_into().unwrap()
}
