//! `notary replay`.

use crate::{
    cluster,
    node::{Node, command, program, settings},
    people::{client, member, verifier, verifies},
    sql,
};
use notary::demo::smtp_sink::{SmtpSink, Verdict};

#[tokio::test]
async fn a_revived_key_ends_the_start_until_it_was_replayed() {
    let db = cluster::fresh_database(None);
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(&db, &format!("smtp://127.0.0.1:{}", sink.port()));
    let without = program("replay", &settings).output().unwrap();
    assert_eq!(without.status.code(), Some(78), "no journal is set");

    let journal = folder.path().join("journal").to_str().unwrap().to_owned();
    settings.insert("NOTARY_JOURNAL", journal);
    let node = Node::start(&settings);
    let client = client(&node);
    let ada = member(&client, &sink, "ada@example.org").await;
    client.disable(&ada).await.unwrap();
    node.kill();

    // What a restore does.
    sql::execute(&db, "UPDATE keys SET ended_at = NULL, ended_by = NULL");
    let refused = command(&settings).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("notary replay"), "{words}");

    let replayed = program("replay", &settings).output().unwrap();
    assert_eq!(replayed.status.code(), Some(0));
    let words = String::from_utf8(replayed.stdout).unwrap();
    assert_eq!(words, "Keys in the journal: 1; ended again: 1\n");
    let node = Node::start(&settings);
    assert!(!verifies(&verifier(&node), &ada).await);
}
