//! The table, and its place in the documents.

use super::{
    costs::Measured,
    load::Outcome,
    oracle::Comparison,
    stats::{median, spread},
};
use std::{fmt::Write, fs};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
const BEGIN: &str = "<!-- made by make bench -->\n";
const END: &str = "<!-- end -->";

/// A goal, and what came of it.
struct Goal {
    what: &'static str,
    /// At most this, or at least this.
    bound: Bound,
    figure: f64,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Measured {
    /// The CPU times of two cases compared, which were measured within seconds of each other: the
    /// median over the rounds.
    fn compared(&self, one: &str, other: &str, how: impl Fn(f64, f64) -> f64) -> f64 {
        let pairs = self.outcomes(one).iter().zip(self.outcomes(other));
        median(pairs.map(|(one, other)| how(one.cpu(), other.cpu())))
    }

    fn ratio(&self, one: &str, other: &str) -> f64 {
        self.compared(one, other, |one, other| one / other)
    }

    fn goals(&self) -> Vec<Goal> {
        use Bound::{AtLeast, AtMost};
        const RAW: &str = "raw ES384 verification (aws-lc-rs)";
        const NEVER: &str = "`/verify`, never seen, 16 connections";
        const KNOWN: &str = "`/verify`, known, 16 connections";
        // As many requests over and over on either side: wrk's list is in the processor's caches, too.
        const STRANGERS: &str = "`/verify`, 1,000 unknown kids";
        let cpu = |name| self.of(name, Outcome::cpu);
        // The goals in microseconds are those of a machine on which a raw verification takes so long.
        let scaled = |name| cpu(name) * 152.0 / cpu(RAW);
        let per_second = |name| self.of(name, |outcome| outcome.per_second);
        let beside_hello = |connections: &str| {
            self.ratio(
                &format!("`/verify`, known, {connections}"),
                &format!("actix hello-world, {connections}"),
            )
        };
        let tail = |index: usize| {
            median(self.half_load[index].1.iter().map(|outcome| outcome.p99 / outcome.p50))
        };
        let health = median(self.health_in_flood.iter().map(|outcome| outcome.p99 / 1e3));
        let goal = |what, bound, figure| Goal { what, bound, figure };
        vec![
            goal("never seen ÷ raw verification", AtMost(1.25), self.ratio(NEVER, RAW)),
            goal(
                "never seen ÷ actix with one raw verification",
                AtMost(1.15),
                self.ratio(NEVER, "actix with one raw verification, 16 connections"),
            ),
            goal("known, µs where a raw verification takes 152", AtMost(25.0), scaled(KNOWN)),
            goal("known ÷ hello-world, 1 connection", AtMost(2.0), beside_hello("1 connection")),
            goal(
                "known ÷ hello-world, 16 connections",
                AtMost(2.0),
                beside_hello("16 connections"),
            ),
            goal(
                "known ÷ hello-world, 128 connections",
                AtMost(2.0),
                beside_hello("128 connections"),
            ),
            goal(
                "known: throughput ÷ oidc-provider's",
                AtLeast(5.0),
                per_second(KNOWN) / per_second("oidc-provider, introspection"),
            ),
            goal(
                "known: throughput ÷ better-auth's",
                AtLeast(25.0),
                per_second(KNOWN) / per_second("better-auth, get-session"),
            ),
            goal("malformed ÷ known", AtMost(1.0), self.ratio("`/verify`, malformed", KNOWN)),
            goal("unknown kid ÷ known", AtMost(1.0), self.ratio("`/verify`, unknown kid", KNOWN)),
            goal("1,000 unknown kids ÷ known", AtMost(1.0), self.ratio(STRANGERS, KNOWN)),
            goal(
                "never seen: 1,000,000 ÷ 1,000 accounts",
                AtMost(1.1),
                self.ratio("`/verify`, never seen, 1,000,000 accounts", NEVER),
            ),
            goal(
                "known: 1,000,000 ÷ 1,000 accounts",
                AtMost(1.1),
                self.ratio("`/verify`, known, 1,000,000 accounts", KNOWN),
            ),
            goal(
                "unknown kids, later: 1,000,000 ÷ 1,000 accounts",
                AtMost(1.1),
                self.ratio("`/verify`, unknown kids, 1,000,000 accounts, later", STRANGERS),
            ),
            goal("known: p99 ÷ p50 at half load", AtMost(10.0), tail(0)),
            goal("never seen: p99 ÷ p50 at half load", AtMost(10.0), tail(1)),
            goal("`/healthz` in a flood of forged tokens: p99, ms", AtMost(50.0), health),
            goal("a flood of forged tokens: MB more", AtMost(16.0), self.grown_in_flood),
            goal(
                "`/salt` ÷ (1.3 × raw evaluation + 60 µs)",
                AtMost(1.0),
                self.compared("`/salt` with OPRF", "raw OPRF evaluation (voprf)", |salt, raw| {
                    salt / (1.3 * raw + 60.0)
                }),
            ),
        ]
    }

    /// The limits, the cases and the goals, in Markdown.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        let mut row = |cells: &[String]| writeln!(text, "| {} |", cells.join(" | ")).unwrap();
        row(&["what", "CPU, µs", "of it PostgreSQL", "a second", "p50, ms", "p99, ms"]
            .map(str::to_owned));
        row(&["---", "---:", "---:", "---:", "---:", "---:"].map(str::to_owned));
        let half = self.half_load.iter().map(|(name, outcomes)| {
            (format!("{}, half load", name.trim_end_matches(", 16 connections")), outcomes)
        });
        let cases = self.outcomes.iter().map(|(name, outcomes)| ((*name).to_owned(), outcomes));
        for (name, outcomes) in cases.chain(half) {
            let of = |part: fn(&Outcome) -> f64| median(outcomes.iter().map(part));
            row(&[
                name,
                with_spread(outcomes.iter().map(Outcome::cpu)),
                format!("{:.1}", of(|outcome| outcome.postgres)),
                known(of(|outcome| outcome.per_second), 0),
                known(of(|outcome| outcome.p50 / 1e3), 2),
                known(of(|outcome| outcome.p99 / 1e3), 2),
            ]);
        }
        writeln!(
            text,
            "\nStart to ready on an existing database: {} ms. Resident memory: {:.0} MB idle, {:.0} MB \
             after all of this.\n\n| goal | at most or at least | figure | |\n|---|---:|---:|---|",
            self.started_in.as_millis(),
            self.resident_idle,
            self.resident_after,
        )
        .unwrap();
        for Goal { what, bound, figure } in self.goals() {
            let (bound, met) = match bound {
                Bound::AtMost(bound) => (format!("≤ {bound}"), figure <= bound),
                Bound::AtLeast(bound) => (format!("≥ {bound}"), figure >= bound),
            };
            let met = if met { "met" } else { "**missed**" };
            writeln!(text, "| {what} | {bound} | {figure:.2} | {met} |").unwrap();
        }
        text
    }
}

/// Whether times tell known from unknown addresses, in Markdown.
pub fn oracle_table(comparisons: &[(&str, Comparison)]) -> String {
    let mut text =
        "| known against unknown address | shift of the median | p |\n|---|---:|---:|\n".to_owned();
    for (state, Comparison { what, shift, p }) in comparisons {
        writeln!(text, "| {what}, {state} | {shift:+.0} µs | {p:.2} |").unwrap();
    }
    text
}

/// Puts a text where the document has the last one of this name: between two comments.
pub fn write_down(name: &str, text: &str) {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let heading = format!("## {name}\n");
    let at = document.find(&heading).unwrap_or_else(|| panic!("{DOCUMENT} has no {name}"));
    let begin = at + document[at..].find(BEGIN).unwrap() + BEGIN.len();
    let end = begin + document[begin..].find(END).unwrap();
    fs::write(DOCUMENT, format!("{}\n{text}\n{}", &document[..begin], &document[end..])).unwrap();
}

/// Empty where it was not measured.
fn known(figure: f64, digits: usize) -> String {
    if figure.is_nan() { String::new() } else { format!("{figure:.digits$}") }
}

fn with_spread(values: impl Iterator<Item = f64> + Clone) -> String {
    let (least, most) = spread(values.clone());
    format!("{:.1} ({least:.1} to {most:.1})", median(values))
}
