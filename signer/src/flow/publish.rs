//! Publishing: records and some metadata of one collection go to another, which is then signed.

use super::session::{By, PLUGIN_USER, Session};
use crate::{
    config::Resource,
    domain::{
        object::{Data, Permissions},
        uri::{CollectionUri, Uri},
    },
    error::{Error, Result},
    signing::{Signer, payload},
    store::publish::{self, Copied, Told},
};
use serde_json::Value;

/// What of a source's metadata goes with its records. What a source does not have stays as it is.
pub const PUBLISHED_FIELDS: [&str; 5] = ["schema", "sort", "displayFields", "attachment", "flags"];

const SIGNATURES: &str = "signatures";

/// Makes sure that a preview or destination exists, its bucket too: everybody reads the collection,
/// nobody writes it. `creator` may administer a bucket that is made for it.
///
/// # Errors
/// The database's.
pub fn ensure(session: &mut Session<'_>, target: &CollectionUri, creator: &str) -> Result<()> {
    let bucket = Uri::bucket(target.bucket.clone());
    if session.object(&bucket)?.is_none() {
        let mut permissions = Permissions::default();
        permissions.allow("write", creator);
        session.put(&bucket, Data::new(), permissions, None, By::Plugin)?;
    }
    if session.object(&target.uri())?.is_none() {
        let mut permissions = Permissions::default();
        permissions.allow("read", "system.Everyone");
        session.put(&target.uri(), Data::new(), permissions, None, By::Plugin)?;
    }
    Ok(())
}

/// Makes the records of `to` those of `from`, or none.
///
/// # Errors
/// The database's.
pub fn copy(
    session: &mut Session<'_>,
    from: Option<&CollectionUri>,
    to: &CollectionUri,
) -> Result<Copied> {
    session.flush()?;
    session.lock([to.records().to_string()])?;
    let from = from.map(|from| session.known_list(&from.records())).transpose()?;
    let target = session.known_list(&to.records())?;
    let now = session.now_ms();
    let copied = publish::copy(session.tx, from.map(|list| list.id), target.id, target.clock, now)?;
    if let Some(clock) = copied.clock {
        session.changed_by_statement(&to.records(), clock);
        let collection = to.clone();
        session.published.push(Told { list: target.id, copied, collection, user: PLUGIN_USER });
    }
    Ok(copied)
}

/// Whether a source has metadata to publish that its destination has not.
///
/// # Errors
/// The database's.
pub fn differs(
    session: &mut Session<'_>,
    metadata: &Data,
    destination: &CollectionUri,
) -> Result<bool> {
    let published = session.object(&destination.uri())?;
    let published = published.as_ref().map(|object| &object.data);
    Ok(PUBLISHED_FIELDS.iter().any(|field| {
        let ours = metadata.get(*field);
        ours.is_some() && ours != published.and_then(|data| data.get(*field))
    }))
}

/// Signs a preview or destination as it is, and gives it the metadata of its source. Where its
/// records have not `changed` since it was signed, the signature stays if a new one would be the
/// same.
///
/// # Errors
/// [`Error::Signing`], and the database's.
pub fn sign(
    session: &mut Session<'_>,
    resource: &Resource,
    target: &CollectionUri,
    metadata: &Data,
    changed: bool,
) -> Result<()> {
    let object = session.object(&target.uri())?;
    let object = object.ok_or(Error::Broken("a collection is gone while it is published"))?;
    let mut data = object.data.clone();
    for field in PUBLISHED_FIELDS {
        data.extend(metadata.get(field).map(|value| (field.to_owned(), value.clone())));
    }
    let signer = session.service.signers.get(&resource.backend)?;
    let keeps = |signatures| !changed && signer.repeats(signatures);
    if !data.get(SIGNATURES).is_some_and(keeps) {
        let signatures = signatures(session, signer, target)?;
        let first = signatures.first().ok_or(Error::Broken("a signer gave no signature"))?.clone();
        data.insert("signature".to_owned(), first);
        data.insert(SIGNATURES.to_owned(), signatures.into());
    }
    session.put(&target.uri(), data, object.permissions.clone(), None, By::Plugin)?;
    Ok(())
}

fn signatures(
    session: &mut Session<'_>,
    signer: &dyn Signer,
    target: &CollectionUri,
) -> Result<Vec<Value>> {
    session.flush()?;
    let list = session.known_list(&target.records())?;
    let mut signing = signer.begin()?;
    let records = publish::payload(session.tx, list.id)?;
    payload::write(&mut *signing, records, list.clock)?;
    let signatures: Vec<Value> = signing.finish()?.into_iter().map(Value::from).collect();
    session.service.metrics.signatures.inc_by(signatures.len() as u64);
    Ok(signatures)
}
