//! With a journal, a database restored from a backup revives no key.

use crate::{
    cluster,
    harness::{PUBLIC_URI, Person, Service, Settings},
    sql,
};
use notary::{
    core::StartError,
    flow::replay::replay,
    journal::{Journal, JournalError},
    store::db::Db,
};
use serde_json::json;
use std::{fs, num::NonZeroU32, path::PathBuf, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{sleep, timeout},
};

struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    fn settings(&self) -> Settings {
        Settings::default().set("NOTARY_JOURNAL", self.journal().to_str().unwrap())
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.journal()).unwrap().lines().map(str::to_owned).collect()
    }

    /// What `notary replay` does.
    async fn replay(&self, db: &str) -> usize {
        let (_, journalled) = Journal::open(&self.journal()).unwrap();
        replay(&Db::new(db, NonZeroU32::MIN), &journalled).await.unwrap()
    }
}

/// A copy of a database that nobody is connected to any more.
fn backup(db: &str) -> String {
    let name = db.split(['/', '?']).nth(3).unwrap();
    sql::execute(
        &db.replace(name, "postgres"),
        &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    );
    cluster::fresh_database(Some(name))
}

async fn verifies(service: &Service, person: &Person) -> bool {
    let jwt = person.token(service, PUBLIC_URI);
    match service.verify(&jwt).send().await.unwrap().status().as_u16() {
        200 => true,
        404 | 422 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_restored_backup_revives_nobody() {
    let disk = Disk::new();
    let service = disk.settings().start().await;
    let ada = service.member("ada@example.org").await;
    let bob = service.member("bob@example.org").await;
    let eve = service.member("eve@example.org").await;
    let db = service.db.clone();
    service.stop().await;
    let old = backup(&db);

    let service = disk.settings().on(db).start().await;
    assert_eq!(disk.lines().len(), 0);
    service.client().disable(&ada).await.unwrap();
    assert_eq!(disk.lines().len(), 1, "before the answer");
    let renewed = bob.with_new_key(&service);
    service.client().change_password(&renewed).await.unwrap();
    let token = service.token_for("bob@example.org", 1).await;
    service.client().confirm(&renewed, &token).await.unwrap();
    assert_eq!(disk.lines().len(), 2);
    for person in [&ada, &bob] {
        let thumbprint = person.key.public().thumbprint_base64url();
        assert!(disk.lines().iter().any(|line| line.contains(&thumbprint)));
    }
    assert!(!disk.lines().concat().contains("example.org"));
    service.stop().await;

    let refused = disk.settings().on(old.clone()).try_start().await.err().unwrap();
    assert!(matches!(refused, StartError::Revived(2)), "{refused}");
    assert!(refused.to_string().contains("notary replay"));
    assert_eq!(disk.replay(&old).await, 2);
    assert_eq!(disk.replay(&old).await, 0);
    let recorded = "SELECT count(*) FROM events \
                    WHERE kind = 'disabled_by_admin' AND detail @> '{\"replayed\": true}'";
    assert_eq!(sql::number(&old, recorded), 2);

    let service = disk.settings().on(old).start().await;
    assert!(!verifies(&service, &ada).await && !verifies(&service, &bob).await);
    assert!(verifies(&service, &eve).await);
}

#[tokio::test]
async fn a_caller_who_resets_the_connection_keeps_no_key_out_of_it() {
    let disk = Disk::new();
    let service = disk.settings().start().await;
    let mut people = Vec::new();
    for n in 0..40 {
        people.push(service.member(&format!("p{n}@example.org")).await);
    }
    for (n, person) in people.iter().enumerate() {
        let jwt = person.sign(person.claims(&service, "DELETE", "/signature"));
        let body = json!({ "jwt": jwt }).to_string();
        let head = format!(
            "DELETE /signature HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(service.public).await.unwrap();
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        // Anywhere between the commit and the answer.
        sleep(Duration::from_micros(3_000 + 250 * n as u64)).await;
        stream.set_zero_linger().unwrap();
    }
    let ended = "SELECT count(*) FROM keys WHERE ended_at IS NOT NULL";
    let settled = async {
        while disk.lines().len() as i64 != sql::number(&service.db, ended) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(Duration::from_secs(5), settled).await.is_ok(), "{}", disk.lines().len());
    assert!(disk.lines().len() > 10, "most were under way");
}

#[tokio::test]
async fn keys_that_ended_without_the_journal_are_added_at_the_start() {
    let disk = Disk::new();
    let service = Service::start().await;
    let ada = service.member("ada@example.org").await;
    service.client().disable(&ada).await.unwrap();
    let beside = disk.settings().beside(&service).start().await;
    assert_eq!(disk.lines().len(), 1);
    assert!(disk.lines()[0].contains(&ada.key.public().thumbprint_base64url()));
    beside.stop().await;
    disk.settings().beside(&service).start().await;
    assert_eq!(disk.lines().len(), 1, "once");
}

#[tokio::test]
async fn whoever_signs_up_again_with_the_same_key_has_not_been_revived() {
    let disk = Disk::new();
    let service = disk.settings().start().await;
    let ada = service.member("ada@example.org").await;
    service.client().disable(&ada).await.unwrap();
    service.mail_for("ada@example.org", 2).await;
    service.client().sign_up(&ada).await.unwrap();
    let token = service.token_for("ada@example.org", 3).await;
    service.client().confirm(&ada, &token).await.unwrap();
    let again = disk.settings().beside(&service).start().await;
    assert!(verifies(&again, &ada).await);
    assert_eq!(disk.replay(&service.db).await, 0);
    assert!(verifies(&again, &ada).await);
}

#[tokio::test]
async fn a_damaged_journal_ends_the_start() {
    let disk = Disk::new();
    fs::write(disk.journal(), "no line of ours\n").unwrap();
    let refused = disk.settings().try_start().await.err().unwrap();
    assert!(matches!(refused, StartError::Journal(JournalError::Malformed(1))), "{refused}");
}
