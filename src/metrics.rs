//! What is counted, in Prometheus' text format.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// A request, by its route's template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// `public` or `admin`.
    pub listener: &'static str,
    /// The request's method, `other` for ones that no route has.
    pub method: &'static str,
    /// The route's template, `unmatched` where no route was.
    pub route: String,
    /// The answer's status.
    pub status: u16,
}

/// The outcome of a verification: `ok`, or the problem's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Outcome {
    /// `ok`, `not_active`, `signature`, `expired`, …
    pub outcome: &'static str,
}

/// Where a node found a key, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Source {
    /// `memory` or `database`.
    pub source: &'static str,
}

/// Every counter, gauge and histogram of a process.
pub struct Metrics {
    registry: Registry,
    /// Requests answered.
    pub requests: Family<Request, Counter>,
    /// Seconds from head to answer.
    pub seconds: Histogram,
    /// Verifications, by outcome.
    pub verifications: Family<Outcome, Counter>,
    /// Keys that verifications have asked for.
    pub key_lookups: Family<Source, Counter>,
    /// 1 while this node may answer from memory.
    pub lease_held: Gauge,
    /// Nodes that did not forget a key in time, so that its change had to wait for their leases' end.
    pub nodes_struck_out: Counter,
    /// Mails taken by the mail server.
    pub mails_sent: Counter,
    /// Attempts that failed and are tried again.
    pub mails_delayed: Counter,
    /// Mails given up.
    pub mails_failed: Counter,
    /// Mails that wait.
    pub mail_queue: Gauge,
    /// Seconds that the oldest of them has waited.
    pub mail_queue_age: Gauge,
    /// Mails given up and still kept.
    pub mails_parked: Gauge,
    /// IPs blocked.
    pub blocked_ips: Gauge,
    /// Signups that wait for a confirmation.
    pub pending_signups: Gauge,
    /// Open database connections.
    pub db_open: Gauge,
    /// Database connections in use.
    pub db_busy: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds =
            Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0]);
        let mut metrics = Self {
            registry: Registry::with_prefix("notary"),
            requests: Family::default(),
            seconds,
            verifications: Family::default(),
            key_lookups: Family::default(),
            lease_held: Gauge::default(),
            nodes_struck_out: Counter::default(),
            mails_sent: Counter::default(),
            mails_delayed: Counter::default(),
            mails_failed: Counter::default(),
            mail_queue: Gauge::default(),
            mail_queue_age: Gauge::default(),
            mails_parked: Gauge::default(),
            blocked_ips: Gauge::default(),
            pending_signups: Gauge::default(),
            db_open: Gauge::default(),
            db_busy: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register("request_seconds", "Time to the answer", self.seconds.clone());
        registry.register("verifications", "Verifications by outcome", self.verifications.clone());
        registry.register("key_lookups", "Keys asked for, by source", self.key_lookups.clone());
        registry.register("lease_held", "Keys are known under a lease", self.lease_held.clone());
        registry.register(
            "nodes_struck_out",
            "Nodes that did not forget a key in time",
            self.nodes_struck_out.clone(),
        );
        registry.register("mails_sent", "Mails taken by the server", self.mails_sent.clone());
        registry.register("mails_delayed", "Attempts to be repeated", self.mails_delayed.clone());
        registry.register("mails_failed", "Mails given up", self.mails_failed.clone());
        registry.register("mail_queue", "Mails that wait", self.mail_queue.clone());
        registry.register(
            "mail_queue_age_seconds",
            "How long the oldest waiting mail has waited",
            self.mail_queue_age.clone(),
        );
        registry.register("mails_parked", "Mails given up and kept", self.mails_parked.clone());
        registry.register("blocked_ips", "IPs blocked", self.blocked_ips.clone());
        registry.register("pending_signups", "Signups that wait", self.pending_signups.clone());
        registry.register("db_connections_open", "Open connections", self.db_open.clone());
        registry.register("db_connections_busy", "Connections in use", self.db_busy.clone());
    }

    /// The text that `GET /metrics` answers (OpenMetrics 1.0).
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
