//! The database stops, hangs or is too busy: callers are told so in time, and nothing else changes.

use crate::{
    harness::{PUBLIC_URI, Person, Service, Settings},
    sql,
};
use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use notary::{
    demo::postgres::{Cluster, Durability},
    error::Error,
    http::problem::Problem,
    store::{Tx, blocks},
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use std::{
    env, fs,
    path::PathBuf,
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// A cluster that a test may stop.
struct OwnCluster {
    cluster: Cluster,
    folder: PathBuf,
}

impl OwnCluster {
    fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("notary-away-{}-{number}", process::id()));
        let cluster = Cluster::start(&folder, Durability::Throwaway).unwrap();
        cluster.create_database("notary", None).unwrap();
        Self { cluster, folder }
    }

    async fn service(&self) -> Service {
        Settings::default().on(self.cluster.uri("notary")).start().await
    }

    /// Sends a signal to every process of the server.
    fn signal(&self, signal: &str) {
        let status = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let postmaster = status.lines().next().unwrap();
        let children = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        let children = children.unwrap();
        let pids = children.split_whitespace().chain([postmaster]);
        assert!(Command::new("kill").arg("-s").arg(signal).args(pids).status().unwrap().success());
    }
}

/// A call of every kind that needs the database, none of which may succeed twice.
fn calls(service: &Service, member: &Person, stranger: &Person) -> Vec<RequestBuilder> {
    let mut calls = pooled_calls(service, member, stranger);
    calls.extend(verifications(service, member));
    calls
}

/// Those that have a connection of their own.
fn verifications(service: &Service, member: &Person) -> [RequestBuilder; 2] {
    let jwt = member.token(service, PUBLIC_URI);
    [service.verify(&jwt), service.admin(Method::GET, "/forward-auth").bearer_auth(&jwt)]
}

fn pooled_calls(service: &Service, member: &Person, stranger: &Person) -> Vec<RequestBuilder> {
    let user_side = |person: &Person, method: Method, path: &str| {
        let jwt = person.sign(person.claims(service, method.as_str(), path));
        let jwk = notary_sdk::Jwk::new(&person.key.public(), &person.kid);
        service.public(method, path).json(&match path {
            "/signature" => json!({ "jwt": jwt }),
            _ => json!({ "jwt": jwt, "publicKey": jwk }),
        })
    };
    let salt = json!({ "address": "anybody@example.org" });
    vec![
        service.public(Method::POST, "/salt").json(&salt),
        user_side(stranger, Method::POST, "/signup"),
        user_side(member, Method::POST, "/signature"),
        user_side(member, Method::DELETE, "/signature"),
        service.admin(Method::GET, "/accounts"),
        service.admin(Method::GET, "/blocks"),
        service.admin(Method::GET, "/events"),
    ]
}

/// Each is answered with 503 and a time to come back, within `limit`.
async fn all_are_told(calls: Vec<RequestBuilder>, limit: Duration) {
    let answers = calls.into_iter().map(|call| async move {
        let began = Instant::now();
        let answer = timeout(2 * limit, call.send()).await.unwrap().unwrap();
        let (url, took) = (answer.url().clone(), began.elapsed());
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{url}");
        let retry_after = answer.headers()["retry-after"].to_str().unwrap();
        assert!(retry_after.parse::<u32>().unwrap() >= 1, "{url}");
        assert!(took < limit, "{url} took {took:?}");
    });
    join_all(answers).await;
}

/// Waits until the service is ready again.
async fn recovered(service: &Service, limit: Duration) {
    let ready = async {
        while service.admin(Method::GET, "/readyz").send().await.unwrap().status() != 200 {}
    };
    timeout(limit, ready).await.unwrap();
}

async fn verifies(service: &Service, person: &Person) -> StatusCode {
    service.verify(&person.token(service, PUBLIC_URI)).send().await.unwrap().status()
}

#[tokio::test]
async fn while_the_database_is_stopped_callers_are_told_and_afterwards_all_is_well() {
    let mut own = OwnCluster::start();
    let service = own.service().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.person("bob@example.org").await;
    own.cluster.stop_server();

    // More calls than there are connections.
    let many = (0..5).flat_map(|_| calls(&service, &ada, &bob)).collect();
    all_are_told(many, Duration::from_secs(5)).await;
    for health in [Method::GET, Method::HEAD] {
        let answer = service.admin(health.clone(), "/readyz").send().await.unwrap();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers()["retry-after"], "1");
        assert_eq!(service.admin(health, "/healthz").send().await.unwrap().status(), 200);
    }
    assert_eq!(service.admin(Method::GET, "/metrics").send().await.unwrap().status(), 200);

    own.cluster.start_server().unwrap();
    recovered(&service, Duration::from_secs(5)).await;
    assert_eq!(verifies(&service, &ada).await, 200);
    service.client().sign_up(&bob).await.unwrap();
    let token = service.token_for("bob@example.org", 1).await;
    service.client().confirm(&bob, &token).await.unwrap();
    service.client().disable(&ada).await.unwrap();
    assert_eq!(verifies(&service, &ada).await, 404);
}

#[tokio::test]
async fn a_restart_of_the_database_costs_no_later_call() {
    let mut own = OwnCluster::start();
    let service = own.service().await;
    let ada = service.member("ada@example.org").await;
    // As many open connections as the pool takes, and a lease on what the node knows.
    let all_at_once = || join_all((0..8).map(|_| verifies(&service, &ada)));
    while sql::number(&service.db, "SELECT count(*) FROM verifiers") == 0 {
        assert_eq!(all_at_once().await, [StatusCode::OK; 8]);
    }
    own.cluster.stop_server();
    own.cluster.start_server().unwrap();
    assert_eq!(all_at_once().await, [StatusCode::OK; 8]);

    // The same for transactions.
    own.cluster.stop_server();
    own.cluster.start_server().unwrap();
    let statuses = join_all((0..8).map(|_| async { service.client().status(&ada).await }));
    assert!(statuses.await.iter().all(Result::is_ok));
    service.client().disable(&ada).await.unwrap();
    assert_eq!(all_at_once().await, [StatusCode::NOT_FOUND; 8]);
}

#[tokio::test]
async fn a_database_that_hangs_holds_up_nobody_and_what_was_given_up_is_not_done() {
    let own = OwnCluster::start();
    let service = own.service().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.person("bob@example.org").await;
    own.signal("STOP");
    let paused = Instant::now();
    let hour = Duration::from_secs(3_600);
    let write = service.core.db.run("write", move |tx| blocks::block(tx, "192.0.2.1/32", hour));
    let many = (0..3).flat_map(|_| calls(&service, &ada, &bob)).collect();
    let (written, ()) = tokio::join!(write, all_are_told(many, Duration::from_secs(7)));
    assert!(matches!(written, Err(Error::DatabaseAway)));
    all_are_told(calls(&service, &ada, &bob), Duration::from_secs(2)).await;
    assert_eq!(service.admin(Method::GET, "/healthz").send().await.unwrap().status(), 200);
    assert!(paused.elapsed() < Duration::from_secs(10));
    own.signal("CONT");
    recovered(&service, Duration::from_secs(5)).await;
    assert_eq!(verifies(&service, &ada).await, 200, "her DELETE was answered with 503");
    let idle = "NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'notary' \
                AND pid <> pg_backend_pid() AND state <> 'idle')";
    sql::until(&service.db, idle).await;
    assert_eq!(sql::number(&service.db, "SELECT count(*) FROM blocks"), 0);
    service.client().sign_up(&bob).await.unwrap();
    let token = service.token_for("bob@example.org", 1).await;
    service.client().confirm(&bob, &token).await.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_not_taken_for_a_database_that_is_away() {
    let service = Service::start().await;
    let sleep = |tx: &mut Tx| {
        Ok(tx.batch_execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(60)")?)
    };
    let error = service.core.db.run("sleep", sleep).await.unwrap_err();
    assert_eq!(error.to_string(), "the database took too long");
    assert_eq!(Problem::from(error).name(), "unavailable");
}

#[tokio::test]
async fn when_every_connection_is_taken_callers_are_told_and_verification_goes_on() {
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.person("bob@example.org").await;
    // Whoever signs up with this address waits for us.
    let mut ours = sql::connect(&service.db);
    ours.batch_execute("SELECT pg_advisory_lock(hashtextextended('bob@example.org', 0))").unwrap();
    let client = service.client();
    let began = Instant::now();
    let waiting = join_all((0..4).map(|_| async {
        let error = client.sign_up(&bob).await.unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
        error
    }));
    let others = async {
        let blocked = "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND wait_event = 'advisory') = 4";
        sql::until(&service.db, blocked).await;
        let told = all_are_told(pooled_calls(&service, &ada, &bob), Duration::from_secs(2));
        let verify = verifications(&service, &ada).map(|call| async {
            assert_eq!(call.send().await.unwrap().status(), 200);
        });
        tokio::join!(told, join_all(verify));
    };
    let (waited, ()) = tokio::join!(waiting, others);
    for error in waited {
        assert!(
            matches!(&error, notary_sdk::Error::Problem(problem) if problem.status == 503),
            "{error}"
        );
    }
    drop(ours);
    recovered(&service, Duration::from_secs(5)).await;
    assert_eq!(verifies(&service, &ada).await, 200);
    service.client().sign_up(&bob).await.unwrap();
}
