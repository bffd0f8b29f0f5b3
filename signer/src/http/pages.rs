//! Pages about the service itself.

use super::{heartbeat, openapi, routes::Page, site::Site};
use crate::{
    error::{Error, Result},
    flow::{
        call::{Answer, BodyKind, Call, Caller, Method, Target},
        execute::execute,
    },
    store::{db::Access, flush},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Nobody is woken more often than this by changes (KINTO 1.12).
const DEBOUNCE: TimeDelta = TimeDelta::seconds(300);

/// Serves a page.
///
/// # Errors
/// [`Error::NoPath`] for one that is switched off; the database's.
pub async fn answer(site: &Site, page: Page, host: &str) -> Result<Answer> {
    Ok(match page {
        Page::Heartbeat => heartbeat::answer(site).await,
        Page::LbHeartbeat => json_page(200, &json!({})),
        Page::Version => json_page(200, &version()),
        Page::Contribute => json_page(200, &contribute()),
        Page::Flush => flush(site).await?,
        Page::Broadcasts => broadcasts(site, host).await?,
        Page::Api => json_page(200, &openapi::document(&site.base(host))),
        Page::Metrics => metrics(site),
    })
}

/// An answer of JSON.
pub fn json_page(status: u16, body: &Value) -> Answer {
    Answer { status, headers: Vec::new(), body: body.to_string() }
}

fn version() -> Value {
    json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") })
}

fn contribute() -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "description": env!("CARGO_PKG_DESCRIPTION"),
        "repository": { "license": env!("CARGO_PKG_LICENSE") },
        "keywords": ["Rust", "JSON", "Kinto", "content signature", "P-384"],
    })
}

async fn flush(site: &Site) -> Result<Answer> {
    let service = &site.service;
    if !service.config.api.flush_endpoint {
        return Err(Error::NoPath);
    }
    if service.config.api.readonly {
        return Err(Error::ReadOnly);
    }
    let now = service.clock.now().timestamp_millis();
    service.db.run("flush", Access::Write, move |tx| flush::everything(tx, now)).await?;
    tracing::warn!("everything was deleted, as /__flush__ is for");
    Ok(json_page(202, &json!({})))
}

fn metrics(site: &Site) -> Answer {
    let service = &site.service;
    let (open, busy) = service.db.usage();
    service.metrics.db_open.set(open.into());
    service.metrics.db_busy.set(busy.into());
    let headers = vec![("Content-Type", OPEN_METRICS.to_owned())];
    Answer { status: 200, headers, body: service.metrics.text() }
}

/// What was told last, and when.
#[derive(Debug, Default)]
pub struct Broadcasts(Mutex<Option<(String, DateTime<Utc>)>>);

impl Broadcasts {
    /// What is told now, where `newest` is the timestamp of the monitor.
    fn tell(&self, newest: String, now: DateTime<Utc>) -> String {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*told {
            Some((version, since)) if *version == newest || now - since < DEBOUNCE => {
                version.clone()
            }
            _ => {
                *told = Some((newest.clone(), now));
                newest
            }
        }
    }
}

async fn broadcasts(site: &Site, host: &str) -> Result<Answer> {
    let anonymous = Arc::new(Caller::default());
    let monitor = Call {
        method: Method::Head,
        target: Target::MonitorRecords,
        path: "/v1/buckets/monitor/collections/changes/records".to_owned(),
        query: Vec::new(),
        if_match: None,
        if_none_match: None,
        body: None,
        body_kind: BodyKind::Json,
        base: site.base(host),
        caller: anonymous.clone(),
    };
    let mut answers = execute(&site.service, anonymous, vec![monitor]).await?;
    let monitor = answers.pop().unwrap_or(Err(Error::NoPath))?;
    let etag = monitor.headers.into_iter().find(|(name, _)| *name == "ETag");
    let (_, etag) = etag.ok_or(Error::Broken("a monitor without a timestamp"))?;
    let version = site.broadcasts.tell(etag, site.service.clock.now());
    let broadcasts = json!({ "remote-settings/monitor_changes": version });
    Ok(json_page(200, &json!({ "broadcasts": broadcasts, "code": 200 })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcasts_change_every_five_minutes_at_most() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let at = |seconds| start + TimeDelta::seconds(seconds);
        let broadcasts = Broadcasts::default();
        assert_eq!(broadcasts.tell("1".into(), at(0)), "1");
        assert_eq!(broadcasts.tell("2".into(), at(299)), "1");
        assert_eq!(broadcasts.tell("3".into(), at(300)), "3");
        assert_eq!(broadcasts.tell("4".into(), at(301)), "3");
    }
}
