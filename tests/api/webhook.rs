//! `NOTARY_CONFIRMATION_URI`: confirmations leave through somebody else's mailer.

use crate::{
    harness::{PUBLIC_URI, Service, Settings},
    sql,
};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use notary_sdk::Confirmation;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;

/// A mailer that keeps what it is given and answers as it was told, then with 204.
struct Mailer {
    uri: String,
    calls: watch::Receiver<Vec<Call>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    server: ServerHandle,
}

#[derive(Clone)]
struct Call {
    signature: String,
    delivery: String,
    body: Vec<u8>,
}

impl Call {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Mailer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/confirmations", listener.local_addr().unwrap());
        let answers: Arc<Mutex<VecDeque<u16>>> = Arc::default();
        let (heard, calls) = watch::channel(Vec::new());
        let (heard, script) = (Arc::new(heard), answers.clone());
        let take = move |request: HttpRequest, body: web::Bytes| {
            let header =
                |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
            let (signature, delivery) = (header("notary-signature"), header("notary-delivery"));
            heard
                .send_modify(|calls| calls.push(Call { signature, delivery, body: body.to_vec() }));
            let status = script.lock().unwrap().pop_front().unwrap_or(204);
            let status = actix_web::http::StatusCode::from_u16(status).unwrap();
            async move { HttpResponse::new(status) }
        };
        let app = move || App::new().route("/confirmations", web::post().to(take.clone()));
        let server =
            HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { uri, calls, answers, server: handle }
    }

    async fn service(&self) -> Service {
        Settings::default()
            .set("NOTARY_CONFIRMATION_URI", &self.uri)
            .set("NOTARY_SMTP_URI", "")
            .set("NOTARY_MAIL_FROM", "")
            .start()
            .await
    }

    fn will_answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// Waits for the `count`th call.
    async fn call(&self, count: usize) -> Call {
        let mut calls = self.calls.clone();
        let heard = calls.wait_for(|calls| calls.len() >= count);
        let heard = tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap().unwrap();
        heard[count - 1].clone()
    }
}

/// What a receiver does with the header: HMAC-SHA-256 over the time, a dot and the body.
fn is_signed(service: &Service, call: &Call) -> bool {
    let (time, mac) = call.signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, service.core.secrets.hook_key());
    let mut signed = format!("{time}.").into_bytes();
    signed.extend_from_slice(&call.body);
    time == service.clock.now().to_string()
        && hmac::verify(&key, &signed, &HEXLOWER.decode(mac.as_bytes()).unwrap()).is_ok()
}

#[tokio::test]
async fn a_whole_account_goes_through_the_mailer() {
    let mailer = Mailer::start();
    let service = mailer.service().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    let call = mailer.call(1).await;
    assert!(is_signed(&service, &call));
    let body = call.json();
    assert_eq!((&body["address"], &body["purpose"]), (&json!("ada@example.org"), &json!("signup")));
    let expires =
        sql::number(&service.db, "SELECT extract(epoch FROM expires_at) - 0.5 FROM signups");
    assert_eq!(body["expires_at"], expires);
    let token = body["token"].as_str().unwrap();
    let confirmed = service.client().confirm(&ada, token).await.unwrap();
    assert!(matches!(confirmed, Confirmation::Active(_)));
    assert_eq!(
        service.verify(&ada.token(&service, PUBLIC_URI)).send().await.unwrap().status(),
        200
    );

    let moved = service.person("ada@example.net").await;
    service.client().change_address("ada@example.org", &moved).await.unwrap();
    let (one, two) = (mailer.call(2).await.json(), mailer.call(3).await.json());
    for body in [one, two] {
        let known = body["address"] == "ada@example.net" || body["account"] == "ada@example.net";
        assert!(known, "the link must name the new address: {body}");
        service.client().confirm(&moved, body["token"].as_str().unwrap()).await.unwrap();
    }
    let notice = mailer.call(4).await.json();
    assert_eq!(
        notice,
        json!({ "address": "ada@example.org", "purpose": "address_changed",
                "account": "ada@example.net" })
    );
    service.client().disable(&moved).await.unwrap();
    let notice = mailer.call(5).await.json();
    assert_eq!(notice, json!({ "address": "ada@example.net", "purpose": "disabled" }));
    assert!(service.sink.messages().is_empty());
    mailer.server.stop(false).await;
}

#[tokio::test]
async fn a_mailer_that_fails_for_now_is_called_again_with_the_same_delivery() {
    let mailer = Mailer::start();
    mailer.will_answer(&[500, 429]);
    let service = mailer.service().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    for (attempt, error) in [(1, "HTTP 500"), (2, "HTTP 429")] {
        mailer.call(attempt).await;
        let failed = format!("(SELECT last_error FROM outbox) = '{error}'");
        sql::until(&service.db, &failed).await;
        sql::execute(&service.db, "UPDATE outbox SET due_at = now()");
        service.core.wake_mail();
    }
    let (first, last) = (mailer.call(1).await, mailer.call(3).await);
    assert_eq!((&first.delivery, &first.body), (&last.delivery, &last.body));
    assert_eq!(first.delivery, sql::text(&service.db, "SELECT id FROM outbox"));
    assert!(is_signed(&service, &last));
    sql::until(&service.db, "(SELECT state FROM outbox) = 'sent'").await;
    service.client().confirm(&ada, last.json()["token"].as_str().unwrap()).await.unwrap();
    mailer.server.stop(false).await;
}

#[tokio::test]
async fn what_the_mailer_refuses_is_parked() {
    let mailer = Mailer::start();
    mailer.will_answer(&[410]);
    let service = mailer.service().await;
    let ada = service.person("ada@example.org").await;
    service.client().sign_up(&ada).await.unwrap();
    sql::until(&service.db, "(SELECT state FROM outbox) = 'failed'").await;
    assert_eq!(sql::text(&service.db, "SELECT last_error FROM outbox"), "HTTP 410");
    // Others are delivered as ever.
    let bob = service.person("bob@example.org").await;
    service.client().sign_up(&bob).await.unwrap();
    assert_eq!(mailer.call(2).await.json()["address"], "bob@example.org");
    mailer.server.stop(false).await;
}
