//! `make bench-signer`: what people wait for, beside Kinto's own server with its signer, on the
//! same PostgreSQL. Rounds alternate, since machines are noisy; medians are shown with their
//! spread, and ratios are what to look at. Ends with an error when a goal is missed.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot go on stops")]

mod client;
mod cluster;
mod raw;
mod round;
mod server;
mod table;

use std::{path::Path, process::ExitCode};

use client::{Client, Person, seconds};
use cluster::Cluster;
use round::Round;
use server::{Keys, Server};
use table::Table;

const ROUNDS: usize = 3;
const RECORDS: usize = 5_000;
const MANY: usize = 100_000;
const RESIGNINGS: usize = 5;

fn main() -> ExitCode {
    // `cargo test --benches` and `cargo bench -- --test` only want to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    // Not within, where the database's user could not go.
    let cluster = std::env::temp_dir().join(format!("notary-signer-bench-{}", std::process::id()));
    let cluster = Cluster::start(cluster);
    let keys = Keys::make(folder.path());
    let database = cluster.database("ours");

    let mut table = Table::begin();
    compare(&cluster, folder.path(), &database, &keys, &mut table);
    resign(&cluster, folder.path(), &database, &keys, &mut table);
    if table.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Both servers, round by round.
fn compare(cluster: &Cluster, folder: &Path, database: &str, keys: &Keys, table: &mut Table) {
    let ours = Server::ours(folder, database, keys);
    let peer = Server::peer(folder, &cluster.database("peer"), keys);
    let clients = [Client::new(ours.url()), Client::new(peer.url())];
    let [ours, peer] = clients.each_ref().map(|client| {
        round::prepare(client);
        // What a server does only once is no part of a round.
        round::run(client, "warm-up", 100);
        Vec::<Round>::new()
    });
    let mut rounds = [ours, peer];
    for number in 1..=ROUNDS {
        for (client, rounds) in clients.iter().zip(&mut rounds) {
            eprintln!("round {number} of {ROUNDS} …");
            cluster.settle();
            rounds.push(round::run(client, &format!("round-{number}"), RECORDS));
        }
    }
    let [ours, peer] = rounds;
    let mut row = |what: &str, part: fn(&Round) -> f64, goal| {
        table.compare(what, ours.iter().map(part).collect(), peer.iter().map(part).collect(), goal);
    };
    row("create 5,000 records, 25 in a batch", |round| round.create, Some(10.0));
    row("ask for review of 5,000 new records", |round| round.review, None);
    row("approve 5,000 new records", |round| round.approval, None);
    row("publish them: both", |round| round.review + round.approval, Some(50.0));
    row("ask for review of one changed among 5,000", |round| round.one_review, None);
    row("approve one changed among 5,000", |round| round.one_approval, None);
    row("publish it: both", |round| round.one_review + round.one_approval, Some(20.0));
    row("read 5,000 records", |round| round.read, Some(5.0));
}

/// Ours alone: the time and the memory that many records take.
fn resign(cluster: &Cluster, folder: &Path, database: &str, keys: &Keys, table: &mut Table) {
    eprintln!("filling a collection with {MANY} records …");
    let source = "/buckets/drafts/collections/many";
    {
        let ours = Server::ours(folder, database, keys);
        let client = Client::new(ours.url());
        client.put("/buckets/drafts", &serde_json::json!({}));
        client.put(source, &serde_json::json!({}));
        client.fill(source, MANY);
    }
    cluster.settle();

    eprintln!("publishing and signing it …");
    let ours = Server::ours(folder, database, keys);
    let client = Client::new(ours.url());
    client.get(source);
    let idle = ours.resident_mb();
    ours.forget_peak();
    let publish = seconds(|| client.status(Person::Editor, source, "to-sign"));
    cluster.settle();
    let mut rows = raw::Rows::of(database, "/buckets/published/collections/many");
    let (mut resign, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..RESIGNINGS {
        raw.push(seconds(|| assert_eq!(rows.read_and_hash(), MANY)));
        resign.push(seconds(|| client.status(Person::Editor, source, "to-resign")));
    }
    table.alone("publish 100,000 new records", vec![publish]);
    table.alone("read 100,000 rows and hash their bytes", raw.clone());
    table.alone("sign 100,000 records again", resign.clone());
    table.at_most(
        "… ÷ reading and hashing",
        table::median(&resign) / table::median(&raw),
        3.0,
        "×",
    );
    let above = ours.peak_mb() - idle;
    let what = format!("memory above the idle {idle:.0} MB, publishing and signing 100,000");
    table.at_most(&what, above, 64.0, "MB");
}
