//! What follows from the calls of a request for the review of collections (KINTO 1.3): after all
//! of them, in their order, before the commit. Whatever is refused here undoes all of them.

use super::{
    call::Call,
    in_use,
    review::Review,
    service::Service,
    session::{Change, PLUGIN_USER, Session},
};
use crate::{
    config::Resource,
    domain::{
        floats,
        uri::{CollectionUri, Kind},
    },
    error::{Error, Result},
    events::{self, ReviewEvent},
    metrics::Source,
    store::editors,
};
use chrono::{DateTime, Utc};
use indexmap::{IndexMap, map::Entry};

/// Runs the review workflow over what the session has done for `calls`. Gives the steps that were
/// taken, which are for the metrics once they are committed.
///
/// # Errors
/// The refusals of the workflow, [`Error::Signing`], subscribers' errors, and the database's.
pub fn settle(session: &mut Session<'_>, calls: &[Call]) -> Result<Vec<ReviewEvent>> {
    let mut reviews = IndexMap::new();
    let mut steps = Vec::new();
    for change in session.changes.clone() {
        if change.by == PLUGIN_USER {
            continue;
        }
        let call = calls.get(change.call).ok_or(Error::Broken("a change of no call"))?;
        (session.call, session.caller) = (change.call, call.caller.clone());
        match (change.uri.kind(), change.uri.collection()) {
            (Kind::Bucket, _) if change.new.is_none() => {
                editors::forget_bucket(session.tx, change.uri.id.as_str())?;
            }
            (Kind::Record, Some(collection)) => {
                let Some(review) = find(session, &mut reviews, collection)? else { continue };
                if let Some(new) =
                    change.new.as_ref().filter(|_| !session.service.config.allow_floats)
                {
                    floats::refuse(&new.data)?;
                }
                review.record_changed(session, &change);
            }
            (_, Some(collection)) => {
                in_use::check(session, &change, &collection)?;
                let Some(review) = find(session, &mut reviews, collection)? else { continue };
                steps.extend(settle_collection(session, review, &change, call)?);
            }
            (_, None) => {}
        }
    }
    for (_, review) in reviews {
        review.finish(session)?;
    }
    events::deliver(session, &steps)?;
    Ok(steps)
}

/// Notes steps that are committed, of a request that came at `start`, and has their webhooks sent.
pub fn committed(service: &Service, steps: &[ReviewEvent], start: DateTime<Utc>) {
    if steps.is_empty() {
        return;
    }
    for step in steps {
        if let events::Kind::ReviewApproved { changes_count, .. } = step.kind {
            let CollectionUri { bucket, id } = &step.resource.source;
            let source = Source { bucket: bucket.to_string(), collection: id.to_string() };
            let approved = service.metrics.approved_changes.get_or_create(&source);
            approved.inc_by(changes_count.unsigned_abs());
        }
    }
    service.metrics.review_seconds.observe((service.clock.now() - start).as_seconds_f64());
    service.webhooks.notify_one();
}

fn settle_collection(
    session: &mut Session<'_>,
    review: &mut Review,
    change: &Change,
    call: &Call,
) -> Result<Option<ReviewEvent>> {
    let Some(new) = &change.new else {
        review.collection_deleted(session)?;
        return Ok(None);
    };
    review.collection_changed(session, change, new, call)
}

/// The review of a collection, if it is a source.
fn find<'r>(
    session: &mut Session<'_>,
    reviews: &'r mut IndexMap<CollectionUri, Review>,
    collection: CollectionUri,
) -> Result<Option<&'r mut Review>> {
    match reviews.entry(collection) {
        Entry::Occupied(known) => Ok(Some(known.into_mut())),
        Entry::Vacant(vacant) => {
            let resource: Option<Resource> =
                session.service.config.resources.of_source(vacant.key());
            let review = resource.map(|resource| Review::begin(session, resource)).transpose()?;
            Ok(review.map(|review| vacant.insert(review)))
        }
    }
}
