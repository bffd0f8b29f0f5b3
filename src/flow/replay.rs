//! `notary replay`: keys that a restored backup has revived end again.

use super::recall;
use crate::{
    error::Result,
    journal::Journal,
    store::{
        db::Db,
        events,
        keys::{self, Ended, EndedBy},
        locks, signups,
    },
};
use serde_json::json;
use std::collections::HashSet;

/// How many keys one question to the database is about.
const PAGE: usize = 1_000;

/// Ends every key again that the journal names and that is active, with the pending signups of its
/// address. Returns how many.
pub async fn replay(db: &Db, journalled: &[Ended]) -> Result<usize> {
    let mut replayed = 0;
    for (address, key) in revived(db, journalled).await? {
        let holder = address.clone();
        replayed += db
            .run("replay", move |tx| {
                locks::hold(tx, &[&holder])?;
                if keys::still_active(tx, &[key])?.is_empty() {
                    return Ok(0);
                }
                keys::end(tx, &holder, EndedBy::Admin)?;
                signups::end_all(tx, &holder)?;
                let (kind, detail) = (events::Kind::DisabledByAdmin, json!({ "replayed": true }));
                events::record(tx, kind, &holder, Some(key.thumbprint), detail)?;
                Ok(1)
            })
            .await?;
        recall::everywhere(db, vec![address]).await;
    }
    Ok(replayed)
}

/// Keys that have ended and are active all the same, and whose they are.
pub async fn revived(
    db: &Db,
    journalled: &[Ended],
) -> Result<Vec<(crate::domain::address::Address, Ended)>> {
    let mut revived = Vec::new();
    for page in journalled.chunks(PAGE) {
        let page = page.to_vec();
        revived.extend(db.read("revived", move |tx| keys::still_active(tx, &page)).await?);
    }
    Ok(revived)
}

/// Adds to the journal what the database knows and it does not: keys that ended before there was a
/// journal, on another node, or just before a crash.
pub async fn catch_up(db: &Db, journal: &Journal, journalled: &[Ended]) -> Result<()> {
    let known: HashSet<&Ended> = journalled.iter().collect();
    let mut last = Some(0);
    while let Some(after) = last {
        let page = db.read("ended", move |tx| keys::ended(tx, after, PAGE as i64)).await?;
        let missing: Vec<Ended> = page.0.into_iter().filter(|key| !known.contains(key)).collect();
        if !missing.is_empty() {
            journal.append(&missing).await?;
        }
        last = page.1;
    }
    Ok(())
}
