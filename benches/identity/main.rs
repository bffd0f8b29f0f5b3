//! `make bench`: what requests cost, in CPU time of notary and of PostgreSQL, beside the raw
//! cryptography, an empty actix-web and other services, all measured in the same run; and whether
//! the time of an answer tells known from unknown addresses. Writes `docs/performance.md` and its
//! plot. Rounds alternate and medians are shown, since machines are noisy; ratios are what to look
//! at.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

mod accounts;
mod costs;
mod load;
mod node;
mod oracle;
mod peers;
mod plot;
mod process;
mod raw;
mod report;
mod signup;
mod stats;

use accounts::Accounts;
use node::Node;
use notary::demo::{
    postgres::{Cluster, Durability},
    smtp_sink::{SmtpSink, Verdict},
};
use stats::median;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only want to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if wanted.as_deref() == Some("hello-world") {
        return peers::serve_hello_world();
    }
    let folder = std::env::temp_dir().join(format!("notary-bench-{}", std::process::id()));
    let cluster = Cluster::start(&folder, Durability::Throwaway).unwrap();
    if wanted.as_deref() != Some("oracle") {
        let measured = costs::measure(&cluster, &folder);
        publish("Requests", &measured.tables());
        plot::draw(&measured);
    }
    if wanted.as_deref() != Some("costs") {
        publish("Known and unknown addresses", &report::oracle_table(&compare(&cluster)));
    }
}

fn publish(name: &str, text: &str) {
    println!("{text}");
    report::write_down(name, text);
}

/// Nothing in the time of an answer may tell known from unknown addresses, whether or not mail
/// goes out.
fn compare(cluster: &Cluster) -> Vec<(&'static str, oracle::Comparison)> {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let servers = [("mail server up", sink.port()), ("mail server down", node::CLOSED_PORT)];
    let mut comparisons = Vec::new();
    for (name, (state, smtp_port)) in ["oracle_up", "oracle_down"].into_iter().zip(servers) {
        eprintln!("timing known and unknown addresses, {state} …");
        let accounts = Accounts::fill(cluster, name, oracle::SAMPLE, 0);
        let node = Node::with_mail(&accounts.uri, smtp_port);
        let compared = oracle::compare(&node, &accounts);
        comparisons.extend(compared.into_iter().map(|comparison| (state, comparison)));
    }
    comparisons
}
