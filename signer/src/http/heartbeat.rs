//! `GET /__heartbeat__`: everything that the service needs is tried.

use super::{pages::json_page, site::Site};
use crate::{
    error::{Error, Result},
    flow::call::Answer,
    store::{db::Access, migrations},
};
use serde_json::json;
use std::time::Duration;
use tokio::{task::spawn_blocking, time::timeout};

/// What has not answered by then has failed; Kinto's is 10 s.
const PATIENCE: Duration = Duration::from_secs(10);

/// 200 if all is well, else 503. Objects, permissions and what Kinto caches are in one database.
pub async fn answer(site: &Site) -> Answer {
    let (database, signer, notary) = tokio::join!(
        tried("storage", database(site)),
        tried("signer", signer(site)),
        tried("notary", notary(site)),
    );
    let mut body = json!({
        "storage": database,
        "cache": database,
        "permission": database,
        "signer": signer,
    });
    if site.callers.notary.is_some() {
        body["notary"] = notary.into();
    }
    json_page(if database && signer && notary { 200 } else { 503 }, &body)
}

async fn tried(name: &str, work: impl Future<Output = Result<()>>) -> bool {
    let failure = match timeout(PATIENCE, work).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::error!(name, failure, "heartbeat");
    false
}

async fn database(site: &Site) -> Result<()> {
    let current = site.service.db.run("heartbeat", Access::Snapshot, migrations::is_current);
    if current.await? { Ok(()) } else { Err(Error::Broken("the schema is of another version")) }
}

async fn signer(site: &Site) -> Result<()> {
    let service = site.service.clone();
    let signed = spawn_blocking(move || service.signers.heartbeat()).await;
    signed.unwrap_or(Err(Error::Broken("a signer died")))
}

async fn notary(site: &Site) -> Result<()> {
    match &site.callers.notary {
        None => Ok(()),
        Some((client, _)) => {
            client.ready().await.map_err(|_| Error::NotaryAway { retry_after: None })
        }
    }
}
