//! `make bench`: what a request costs, in CPU time of notary and of PostgreSQL, beside the raw
//! cryptography measured in the same run. Rounds alternate and medians are shown, since machines
//! are noisy; ratios are what to look at.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

mod accounts;
mod load;
mod node;
mod oracle;
mod raw;

use accounts::Accounts;
use load::{Load, Target};
use node::Node;
use notary::demo::{
    postgres::{Cluster, Durability},
    smtp_sink::{SmtpSink, Verdict},
};

const ROUNDS: usize = 5;
const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
// More than four seconds can use.
const TOKENS: usize = 30_000;
const SALTS: usize = 10_000;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only want to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("notary-bench-{}", std::process::id()));
    let cluster = Cluster::start(&folder, Durability::Throwaway).unwrap();
    println!("| what | figure |\n|---|---|");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if wanted.as_deref() != Some("oracle") {
        print_costs(&cluster);
    }
    if wanted.as_deref() != Some("costs") {
        print_oracle(&cluster);
    }
}

/// CPU time, memory and the time to start.
fn print_costs(cluster: &Cluster) {
    eprintln!("filling a database with {FEW} accounts and one with {MANY} …");
    let few = Accounts::fill(cluster, "few", FEW, 0);
    let many = Accounts::fill(cluster, "many", FEW, MANY - FEW);
    let nodes = [Node::start(&few.uri), Node::start(&many.uri)];

    println!(
        "| start to ready, on an existing database | {} ms |",
        nodes[0].started_in.as_millis()
    );
    println!("| resident, idle | {:.1} MB |", nodes[0].resident_mb());

    let mut rounds = Rounds::default();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS} …");
        rounds.raw_verify.push(raw::verification());
        rounds.raw_evaluate.push(raw::evaluation());
        for (node, accounts, results) in
            [(&nodes[0], &few, &mut rounds.few), (&nodes[1], &many, &mut rounds.many)]
        {
            let tokens = accounts.tokens(TOKENS);
            let load = Load::new(&Target::verify(node), &tokens);
            results.push(load.run(node));
        }
        let salts = Load::new(&Target::salt(&nodes[0]), &raw::salt_requests(SALTS));
        rounds.salt.push(salts.run(&nodes[0]));
    }
    rounds.print();
}

/// Nothing in the time of an answer may tell known from unknown addresses, whether or not mail
/// goes out.
fn print_oracle(cluster: &Cluster) {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let servers = [("mail server up", sink.port()), ("mail server down", node::CLOSED_PORT)];
    for (name, (state, smtp_port)) in ["oracle_up", "oracle_down"].into_iter().zip(servers) {
        eprintln!("timing known and unknown addresses, {state} …");
        let accounts = Accounts::fill(cluster, name, oracle::SAMPLE, 0);
        let node = Node::with_mail(&accounts.uri, smtp_port);
        for oracle::Comparison { what, shift, p } in oracle::compare(&node, &accounts) {
            println!(
                "| {what}: known against unknown, {state} (goal: shift within 300 µs, p > 0.01) \
                 | {shift:+.0} µs, p = {p:.2} |"
            );
        }
    }
}

#[derive(Default)]
struct Rounds {
    raw_verify: Vec<f64>,
    raw_evaluate: Vec<f64>,
    few: Vec<load::Cost>,
    many: Vec<load::Cost>,
    salt: Vec<load::Cost>,
}

impl Rounds {
    fn print(&self) {
        let verify = median(self.raw_verify.iter().copied());
        let evaluate = median(self.raw_evaluate.iter().copied());
        println!("| raw ES384 verification (aws-lc-rs) | {verify:.0} µs |");
        println!("| raw OPRF evaluation (voprf) | {evaluate:.0} µs |");
        let few = print_cost("`/verify`, token never seen, 1,000 accounts", &self.few);
        let many = print_cost("`/verify`, token never seen, 1,000,000 accounts", &self.many);
        let salt = print_cost("`/salt` with OPRF", &self.salt);
        println!("| **`/verify` ÷ raw verification** (goal 1.6) | {:.2} |", few / verify);
        println!("| **1,000,000 ÷ 1,000 accounts** (goal 1.15) | {:.2} |", many / few);
        let goal = 1.3 * evaluate + 60.0;
        println!("| **`/salt` ÷ (1.3 × raw evaluation + 60 µs)** (goal 1) | {:.2} |", salt / goal);
    }
}

/// Prints a row and returns the median of the whole cost.
fn print_cost(what: &str, costs: &[load::Cost]) -> f64 {
    let of = |part: fn(&load::Cost) -> f64| median(costs.iter().map(part));
    let total = of(|cost| cost.notary + cost.postgres);
    let (least, most) = spread(costs.iter().map(|cost| cost.notary + cost.postgres));
    println!(
        "| {what} | {total:.0} µs CPU ({least:.0} to {most:.0}): notary {:.0}, PostgreSQL {:.0}; {:.0}/s |",
        of(|cost| cost.notary),
        of(|cost| cost.postgres),
        of(|cost| cost.per_second),
    );
    total
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn spread(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    (least, values.fold(0.0, f64::max))
}
