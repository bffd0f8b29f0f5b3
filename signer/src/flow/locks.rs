//! Which lists a request will write, so that they are locked together before anything is read.

use super::{
    call::{Call, Target},
    service::Service,
};
use crate::domain::uri::{CollectionUri, List};
use std::collections::BTreeSet;

/// The lists of a request's writes. What is missing here is locked when it is written, at the risk
/// of a deadlock, after which the request is tried again.
pub fn of(service: &Service, calls: &[Call]) -> BTreeSet<String> {
    let mut locks = BTreeSet::new();
    for call in calls.iter().filter(|call| !call.method.is_safe()) {
        let (list, collection) = match &call.target {
            Target::List(list) => (list, None),
            Target::Object(uri) => (&uri.list, uri.collection()),
            _ => continue,
        };
        locks.insert(list.to_string());
        if let Some(bucket) = list.bucket() {
            locks.insert(format!("/buckets/{bucket}/history"));
        }
        match list {
            List::Records(collection)
                if service.config.resources.of_source(collection).is_some() =>
            {
                // The change makes it work in progress.
                locks.insert(List::Collections(collection.bucket.clone()).to_string());
            }
            _ => {}
        }
        if let (List::Collections(_), Some(collection)) = (list, collection) {
            publication(service, &collection, &mut locks);
        }
    }
    locks
}

/// All that a change of a source collection's status may touch.
fn publication(service: &Service, source: &CollectionUri, locks: &mut BTreeSet<String>) {
    let Some(resource) = service.config.resources.of_source(source) else { return };
    for collection in [Some(source), resource.preview.as_ref(), Some(&resource.destination)] {
        let Some(collection) = collection else { continue };
        locks.insert(collection.records().to_string());
        locks.insert(List::Collections(collection.bucket.clone()).to_string());
        locks.insert(format!("/buckets/{}/history", collection.bucket));
    }
}
