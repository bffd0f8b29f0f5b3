//! What requests cost: every case in every round, one after the other, so that a machine that is
//! busy for a while is busy for all of them.

use super::{
    accounts::Accounts,
    load::{
        Expected::{self, Any, Refusal, Success},
        Load, Outcome, Pace, Target,
    },
    node::Node,
    peers::{self, Peer},
    process::{self, Postgres},
    raw,
    signup::{self, Crowd},
    stats::median,
};
use notary::demo::{
    postgres::Cluster,
    smtp_sink::{SmtpSink, Verdict},
};
use std::{path::Path, thread, time::Duration};

const ROUNDS: usize = 5;
const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
/// More than two seconds can use.
const TOKENS: usize = 24_000;
const STRANGERS: usize = 120_000;
/// A million kids are read while fewer are asked for.
const FIRST_STRANGERS: usize = 40_000;
const SALTS: usize = 12_000;
const CROWD: usize = 600;
/// Tokens that are at hand at the same time when each is sent several times.
const AT_HAND: usize = 400;

/// A case, and what each round said.
pub type Named = (&'static str, Vec<Outcome>);

/// Everything that was measured.
pub struct Measured {
    /// By name of the case, one for each round.
    pub outcomes: Vec<Named>,
    /// Each load at half of what the service can do.
    pub half_load: Vec<Named>,
    /// `/healthz` while forged tokens come over 1,000 connections.
    pub health_in_flood: Vec<Outcome>,
    pub started_in: Duration,
    /// MB when nothing had been asked yet.
    pub resident_idle: f64,
    /// MB after all of this.
    pub resident_after: f64,
    /// MB more after the last of several floods of forged tokens than after the first.
    pub grown_in_flood: f64,
}

impl Measured {
    fn add(&mut self, name: &'static str, outcome: Outcome) {
        match self.outcomes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, outcomes)) => outcomes.push(outcome),
            None => self.outcomes.push((name, vec![outcome])),
        }
    }

    /// What each round said about a case.
    pub fn outcomes(&self, name: &str) -> &[Outcome] {
        &self.outcomes.iter().find(|(known, _)| *known == name).unwrap().1
    }

    /// The median over the rounds of something of one case.
    pub fn of(&self, name: &str, part: impl Fn(&Outcome) -> f64) -> f64 {
        median(self.outcomes(name).iter().map(part))
    }
}

struct World {
    postgres: Postgres,
    few: Accounts,
    many: Accounts,
    node: Node,
    node_of_many: Node,
    known: Vec<String>,
    known_of_many: Vec<String>,
    stranger: Vec<String>,
    strangers: Vec<String>,
    forged: Vec<String>,
    malformed: Vec<String>,
    hello: Peer,
    oidc_provider: Peer,
    better_auth: Peer,
    _mail: SmtpSink,
}

impl World {
    fn new(cluster: &Cluster, folder: &Path) -> Self {
        eprintln!("filling a database with {FEW} accounts and one with {MANY} …");
        let few = Accounts::fill(cluster, "few", FEW, 0);
        let many = Accounts::fill(cluster, "many", FEW, MANY - FEW);
        cluster.create_database("peer", None).unwrap();
        let mail = SmtpSink::start(|_| Verdict::Accept).unwrap();
        let forged = few.forged_tokens(FEW);
        Self {
            postgres: Postgres::of(folder),
            node: Node::with_mail(&few.uri, mail.port()),
            node_of_many: Node::start(&many.uri),
            known: few.tokens(FEW),
            known_of_many: many.tokens(FEW),
            stranger: few.tokens_of_a_stranger(FEW),
            strangers: few.tokens_of_strangers(FEW),
            malformed: forged.iter().map(|token| token.replace('.', "")).collect(),
            forged,
            hello: Peer::hello_world(),
            oidc_provider: Peer::oidc_provider(),
            better_auth: Peer::better_auth(&cluster.uri("peer")),
            few,
            many,
            _mail: mail,
        }
    }

    /// Sends these over and over.
    fn again(&self, target: &Target, lines: &[String], pace: Pace, expected: Expected) -> Outcome {
        Load::again(target, lines).run(pace, expected, &self.postgres)
    }

    /// The same, after the node has seen each once.
    fn known(&self, target: &Target, lines: &[String], pace: Pace) -> Outcome {
        Load::once(target, lines).run(Pace::full(16), Success, &self.postgres);
        self.again(target, lines, pace, Success)
    }

    /// Sends each once, after the node has learnt their signers' keys.
    fn unseen(&self, target: &Target, known: &[String], lines: &[String], pace: Pace) -> Outcome {
        let (keys, load) = (Load::once(target, known), Load::once(target, lines));
        keys.run(Pace::full(16), Success, &self.postgres);
        load.run(pace, Success, &self.postgres)
    }

    /// Sends each once.
    fn once(&self, target: &Target, lines: &[String], connections: usize) -> Outcome {
        Load::once(target, lines).run(Pace::full(connections), Success, &self.postgres)
    }

    /// Sends each of so many tokens so many times, before others come.
    fn several(&self, count: usize, times: usize) -> Outcome {
        let tokens = self.few.tokens(count);
        let repeat = |at_hand: &[String]| {
            at_hand.iter().cloned().cycle().take(times * at_hand.len()).collect::<Vec<_>>()
        };
        let lines: Vec<String> = tokens.chunks(AT_HAND).flat_map(repeat).collect();
        self.once(&self.verify(), &lines, 16)
    }

    fn verify(&self) -> Target {
        Target::token(&self.node, "/verify")
    }

    fn verify_of_many(&self) -> Target {
        Target::token(&self.node_of_many, "/verify")
    }
}

/// A line for requests that are all the same.
const NOTHING: &str = "-";

type Case = (&'static str, fn(&World) -> Outcome);

/// Names are rows of the table. What is compared stands side by side: the machine's pace changes
/// within seconds.
const CASES: &[Case] = &[
    ("raw ES384 verification (aws-lc-rs)", |_| raw::verification()),
    ("actix with one raw verification, 16 connections", |w| {
        let target = w.hello.target_at(peers::RAW);
        w.again(&target, &[NOTHING.to_owned()], Pace::full(16), Success)
    }),
    ("`/verify`, never seen, 16 connections", |w| never_seen(w, 16)),
    ("`/verify`, never seen, 1,000,000 accounts", |w| {
        w.unseen(&w.verify_of_many(), &w.known_of_many, &w.many.tokens(TOKENS), Pace::full(16))
    }),
    ("`/verify`, forged signature", |w| w.again(&w.verify(), &w.forged, Pace::full(16), Refusal)),
    ("`/verify`, never seen, 1 connection", |w| never_seen(w, 1)),
    ("`/verify`, never seen, 128 connections", |w| never_seen(w, 128)),
    ("`/verify`, each token 2 times", |w| w.several(16_000, 2)),
    ("`/verify`, each token 10 times", |w| w.several(8_000, 10)),
    ("`/verify`, each token 100 times", |w| w.several(1_200, 100)),
    ("actix hello-world, 16 connections", |w| hello(w, 16)),
    ("`/verify`, known, 16 connections", |w| known(w, 16)),
    ("`/verify`, known, 1,000,000 accounts", |w| {
        w.known(&w.verify_of_many(), &w.known_of_many, Pace::full(16))
    }),
    ("`/verify`, malformed", |w| w.again(&w.verify(), &w.malformed, Pace::full(16), Refusal)),
    ("`/verify`, unknown kid", |w| w.again(&w.verify(), &w.stranger, Pace::full(16), Refusal)),
    ("`/verify`, 1,000 unknown kids", |w| {
        w.again(&w.verify(), &w.strangers, Pace::full(16), Refusal)
    }),
    ("`/verify`, unknown kids, each another", |w| {
        strangers(w, &w.verify(), w.few.tokens_of_strangers(STRANGERS))
    }),
    ("`/verify`, unknown kids, 1,000,000 accounts, the first 40,000", |w| {
        strangers(w, &w.verify_of_many(), w.many.tokens_of_strangers(FIRST_STRANGERS))
    }),
    ("`/verify`, unknown kids, 1,000,000 accounts, later", |w| {
        strangers(w, &w.verify_of_many(), w.many.tokens_of_strangers(STRANGERS))
    }),
    ("`/forward-auth`, known", |w| {
        w.known(&Target::token(&w.node, "/forward-auth"), &w.known, Pace::full(16))
    }),
    ("`/introspect`, known", |w| w.known(&Target::introspect(&w.node), &w.known, Pace::full(16))),
    ("oidc-provider, introspection", |w| peer(w, &w.oidc_provider)),
    ("better-auth, get-session", |w| peer(w, &w.better_auth)),
    ("actix hello-world, 1 connection", |w| hello(w, 1)),
    ("`/verify`, known, 1 connection", |w| known(w, 1)),
    ("actix hello-world, 128 connections", |w| hello(w, 128)),
    ("`/verify`, known, 128 connections", |w| known(w, 128)),
    ("prepared select of a row by key (pgbench)", |w| raw::point_select(&w.postgres, &w.few.uri)),
    ("raw OPRF evaluation (voprf)", |_| raw::evaluation()),
    ("`/salt` with OPRF", |w| {
        w.once(&Target::user(&w.node, "/salt"), &raw::salt_requests(SALTS, true), 16)
    }),
    ("`/salt` without OPRF", |w| {
        w.once(&Target::user(&w.node, "/salt"), &raw::salt_requests(SALTS, false), 16)
    }),
];

fn hello(world: &World, connections: usize) -> Outcome {
    world.again(&world.hello.target(), &[NOTHING.to_owned()], Pace::full(connections), Success)
}

fn never_seen(world: &World, connections: usize) -> Outcome {
    let pace = Pace::full(connections);
    world.unseen(&world.verify(), &world.known, &world.few.tokens(TOKENS), pace)
}

fn known(world: &World, connections: usize) -> Outcome {
    world.known(&world.verify(), &world.known, Pace::full(connections))
}

fn strangers(world: &World, target: &Target, tokens: Vec<String>) -> Outcome {
    Load::once(target, &tokens).run(Pace::full(16), Refusal, &world.postgres)
}

fn peer(world: &World, peer: &Peer) -> Outcome {
    world.again(&peer.target(), &[NOTHING.to_owned()], Pace::full(16), Success)
}

/// Measures everything.
pub fn measure(cluster: &Cluster, folder: &Path) -> Measured {
    let world = World::new(cluster, folder);
    // Whatever a start has to do.
    thread::sleep(Duration::from_secs(2));
    let pid = world.node.pid();
    let mut measured = Measured {
        outcomes: Vec::new(),
        half_load: Vec::new(),
        health_in_flood: Vec::new(),
        started_in: world.node.started_in,
        resident_idle: process::resident_mb(pid),
        resident_after: 0.0,
        grown_in_flood: 0.0,
    };
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS} …");
        for (name, case) in CASES {
            measured.add(name, case(&world));
        }
        let (signup, confirm) = way_in(&world);
        measured.add("`/signup`, its mail included", signup);
        measured.add("`/confirm`", confirm);
    }
    eprintln!("half load, and a flood …");
    for name in ["`/verify`, known, 16 connections", "`/verify`, never seen, 16 connections"] {
        let most = measured.of(name, |outcome| outcome.per_second);
        let half = (0..ROUNDS).map(|_| half_load(&world, name, most)).collect();
        measured.half_load.push((name, half));
    }
    measured.resident_after = process::resident_mb(pid);
    let mut resident = Vec::new();
    for _ in 0..ROUNDS {
        measured.health_in_flood.push(health_in_flood(&world));
        resident.push(process::resident_mb(pid));
    }
    // The first one brings the connections' own buffers.
    measured.grown_in_flood = resident[ROUNDS - 1] - resident[0];
    measured
}

/// Signs a crowd up and confirms it.
fn way_in(world: &World) -> (Outcome, Outcome) {
    let crowd = Crowd::new(CROWD);
    let before = process::cpu(world.node.pid());
    let mut signup = world.once(&Target::user(&world.node, "/signup"), &crowd.signups(), 16);
    signup::until_mails_are_out(&world.few.uri);
    signup.server = (process::cpu(world.node.pid()) - before) * 1e6 / CROWD as f64;
    let bodies = crowd.confirmations(&world.few.uri);
    (signup, world.once(&Target::user(&world.node, "/confirm"), &bodies, 16))
}

/// Half of what 16 connections without a pause have brought about, over 64 that pause.
fn half_load(world: &World, name: &str, most: f64) -> Outcome {
    const CONNECTIONS: usize = 64;
    let pause = (CONNECTIONS as f64 * 1_000.0 / (most / 2.0)).round() as u32;
    let pace = Pace { connections: CONNECTIONS, seconds: 2, pause };
    if name.contains("known") {
        world.known(&world.verify(), &world.known, pace)
    } else {
        world.unseen(&world.verify(), &world.known, &world.few.tokens(TOKENS), pace)
    }
}

fn health_in_flood(world: &World) -> Outcome {
    thread::scope(|scope| {
        let flood = Pace { connections: 1_000, seconds: 5, pause: 0 };
        scope.spawn(move || world.again(&world.verify(), &world.forged, flood, Any));
        thread::sleep(Duration::from_secs(1));
        let target = Target::plain(world.node.admin(), world.node.pid(), "/healthz");
        let calm = Pace { connections: 1, seconds: 3, pause: 5 };
        world.again(&target, &[NOTHING.to_owned()], calm, Success)
    })
}
