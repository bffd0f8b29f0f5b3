//! A service of its own for every test.

use super::{PATIENCE, database, notary::notary, people::AUDIENCE};
use notary_signer::{app::Application, clock::Clock, config::Config, events::Subscriber};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::AUTHORIZATION};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, io, sync::Arc};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// Settings of a service, over those that every test has: Basic auth, so that a user is whoever a
/// test says, and Notary's JWTs.
pub struct Settings {
    settings: BTreeMap<String, String>,
    database: Option<String>,
    clock: Clock,
    subscribers: Vec<Arc<dyn Subscriber>>,
}

/// A running service, stopped when dropped.
pub struct Service {
    pub http: Client,
    /// Where it is, up to and with `/v1`.
    pub url: String,
    pub database: String,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<io::Result<()>>,
}

/// What a call was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Default for Settings {
    fn default() -> Self {
        let settings = [
            ("kinto.userid_hmac_secret", "b4c96a8692291d88fe5a97dd91846eb4"),
            ("kinto.storage_pool_size", "4"),
            ("multiauth.policies", "basicauth"),
            ("notary.admin_url", &notary().admin_uri),
            ("notary.admin_secret", &notary().admin_secret),
            ("notary.audience", AUDIENCE),
            ("signer.resources", "/buckets/stage -> /buckets/preview -> /buckets/prod"),
        ];
        let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Self { settings, database: None, clock: Clock::System, subscribers: Vec::new() }
    }
}

impl Settings {
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.to_owned(), value.to_owned());
        self
    }

    pub fn unset(mut self, key: &str) -> Self {
        self.settings.remove(key);
        self
    }

    /// Another node of the service with this database.
    pub fn on(mut self, database: &str) -> Self {
        self.database = Some(database.to_owned());
        self
    }

    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    pub fn subscriber(mut self, subscriber: Arc<dyn Subscriber>) -> Self {
        self.subscribers.push(subscriber);
        self
    }

    /// The same as a file: `[app:main]` and `[server:main]`.
    pub fn ini(&self, database: &str) -> String {
        let database = database.replace('%', "%%");
        let mut ini = format!("[app:main]\nkinto.storage_url = {database}\n");
        for (key, value) in &self.settings {
            ini.push_str(&format!("{key} = {}\n", value.replace('\n', "\n    ")));
        }
        ini + "[server:main]\nhost = 127.0.0.1\nport = 0\n"
    }

    pub async fn start(self) -> Service {
        let database = self.database.clone().unwrap_or_else(database::fresh);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("signer.ini");
        fs::write(&file, self.ini(&database)).unwrap();
        let config = Config::load(&file, std::iter::empty());
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let app =
            Application::with_subscribers(config, self.clock, self.subscribers).await.unwrap();
        let url = format!("http://127.0.0.1:{}/v1", app.port());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(app.run_until(async {
            let _ = stopped.await;
        }));
        let http = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        let http = http.build().unwrap();
        Service { http, url, database, folder, stop: Some(stop), running }
    }
}

impl Service {
    pub async fn start() -> Self {
        Settings::default().start().await
    }

    /// Stops it, and waits until it has.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.running).await.unwrap().unwrap();
    }

    /// A request of a user: a name for Basic auth, a whole `Authorization` header, or "" for
    /// nobody.
    pub fn request(&self, method: Method, path: &str, user: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match user {
            "" => request,
            user if user.contains(' ') => request.header(AUTHORIZATION, user),
            user => request.basic_auth(user, Some("secret")),
        }
    }

    /// Sends a request with a body, or without one for null.
    pub async fn call(&self, user: &str, method: Method, path: &str, body: Value) -> Reply {
        let request = self.request(method, path, user);
        reply(if body.is_null() { request } else { request.json(&body) }).await
    }

    pub async fn get(&self, user: &str, path: &str) -> Reply {
        self.call(user, Method::GET, path, Value::Null).await
    }

    pub async fn put(&self, user: &str, path: &str, data: Value) -> Reply {
        self.call(user, Method::PUT, path, json!({ "data": data })).await
    }

    pub async fn post(&self, user: &str, path: &str, data: Value) -> Reply {
        self.call(user, Method::POST, path, json!({ "data": data })).await
    }

    pub async fn patch(&self, user: &str, path: &str, data: Value) -> Reply {
        self.call(user, Method::PATCH, path, json!({ "data": data })).await
    }

    pub async fn delete(&self, user: &str, path: &str) -> Reply {
        self.call(user, Method::DELETE, path, Value::Null).await
    }

    /// The id of a Basic auth user.
    pub async fn user_id(&self, user: &str) -> String {
        let hello = self.get(user, "/").await;
        hello.body["user"]["id"].as_str().unwrap().to_owned()
    }
}

/// Sends a request.
pub async fn reply(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}")),
    };
    Reply { status, headers, body }
}

impl Reply {
    /// Itself, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }

    /// Itself, if it is this error.
    #[track_caller]
    pub fn expect_error(self, status: u16, errno: u16, message: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.body["errno"], errno, "{:#}", reply.body);
        let words = reply.body["message"].as_str().unwrap_or_default();
        assert!(words.starts_with(message), "{words:?} is not {message:?}");
        reply
    }

    /// A header as text.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// The timestamp of the `ETag`.
    #[track_caller]
    pub fn etag(&self) -> i64 {
        self.header("ETag").trim_matches('"').parse().unwrap()
    }
}
