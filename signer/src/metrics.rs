//! What is counted, in Prometheus' text format.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// A request, by its route's template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The request's method, `other` for ones that no route has.
    pub method: &'static str,
    /// The route's template, `unmatched` where no route was.
    pub route: &'static str,
    /// The answer's status.
    pub status: u16,
}

/// A source collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Source {
    /// Its bucket's id.
    pub bucket: String,
    /// Its id.
    pub collection: String,
}

/// Every counter, gauge and histogram of a process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests answered.
    pub requests: Family<Request, Counter>,
    /// Seconds from head to answer.
    pub seconds: Histogram,
    /// Seconds that requests took which took a step of a review: published, signed, rolled back.
    pub review_seconds: Histogram,
    /// Records that approvals changed (KINTO 1.11).
    pub approved_changes: Family<Source, Counter>,
    /// Signatures made.
    pub signatures: Counter,
    /// Webhooks taken by their receiver.
    pub webhooks_sent: Counter,
    /// Attempts that failed and are made again.
    pub webhooks_delayed: Counter,
    /// Webhooks given up.
    pub webhooks_dropped: Counter,
    /// Webhooks that wait.
    pub outbox: Gauge,
    /// Open database connections.
    pub db_open: Gauge,
    /// Database connections in use.
    pub db_busy: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds =
            Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 25.0]);
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds,
            review_seconds: Histogram::new([
                0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0,
            ]),
            approved_changes: Family::default(),
            signatures: Counter::default(),
            webhooks_sent: Counter::default(),
            webhooks_delayed: Counter::default(),
            webhooks_dropped: Counter::default(),
            outbox: Gauge::default(),
            db_open: Gauge::default(),
            db_busy: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        // The name that kinto-signer gives it.
        let changes = self.approved_changes.clone();
        self.registry.register("plugins_signer_approved_changes", "Changes approved", changes);
        let registry = self.registry.sub_registry_with_prefix("signer");
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register("request_seconds", "Time to the answer", self.seconds.clone());
        registry.register("review_seconds", "Steps of reviews", self.review_seconds.clone());
        registry.register("signatures", "Signatures made", self.signatures.clone());
        registry.register("webhooks_sent", "Webhooks taken", self.webhooks_sent.clone());
        registry.register("webhooks_delayed", "Attempts made again", self.webhooks_delayed.clone());
        registry.register("webhooks_dropped", "Webhooks given up", self.webhooks_dropped.clone());
        registry.register("outbox", "Webhooks that wait", self.outbox.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_dashboards_ask_for() {
        let metrics = Metrics::default();
        let source = Source { bucket: "b".into(), collection: "c".into() };
        metrics.approved_changes.get_or_create(&source).inc_by(3);
        let request = Request { method: "GET", route: "/buckets/{bucket}", status: 200 };
        metrics.requests.get_or_create(&request).inc();
        metrics.outbox.set(2);
        let text = metrics.text();
        for line in [
            "plugins_signer_approved_changes_total{bucket=\"b\",collection=\"c\"} 3",
            "signer_requests_total{method=\"GET\",route=\"/buckets/{bucket}\",status=\"200\"} 1",
            "signer_outbox 2",
            "signer_review_seconds_count 0",
            "signer_signatures_total 0",
            "signer_request_seconds_count 0",
            "signer_db_connections_open 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
    }
}
