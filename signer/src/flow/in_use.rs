//! What nobody but the service does to previews and destinations.

use super::session::{Change, Session};
use crate::{
    config::{Resource, Resources, Role},
    domain::{
        tracking,
        uri::{CollectionUri, List},
    },
    error::{Error, Result},
};

/// Refuses writes into the records of a preview or destination, whoever asks.
///
/// # Errors
/// [`Error::NotYours`].
pub fn guard_write(resources: &Resources, list: &List) -> Result<()> {
    let List::Records(collection) = list else { return Ok(()) };
    match target_of(resources, collection) {
        None => Ok(()),
        Some(_) => {
            let refusal = "Only the signer writes records of this collection.";
            Err(Error::NotYours(refusal.to_owned()))
        }
    }
}

/// Refuses what a user did to a preview or destination itself: it is not deleted while its source
/// is there, and its signature is the service's.
///
/// # Errors
/// [`Error::NotYours`], [`Error::Workflow`], and the database's.
pub fn check(session: &mut Session<'_>, change: &Change, collection: &CollectionUri) -> Result<()> {
    let Some(resource) = target_of(&session.service.config.resources, collection) else {
        return Ok(());
    };
    match &change.new {
        Some(new) => {
            let old = change.old.as_ref().map(|old| &old.data);
            tracking::check_signatures_untouched(old, &new.data)
        }
        None if session.object(&resource.source.uri())?.is_some() => {
            Err(Error::NotYours("Collection is in use.".to_owned()))
        }
        None => Ok(()),
    }
}

/// The resource whose preview or destination this is.
fn target_of(resources: &Resources, collection: &CollectionUri) -> Option<Resource> {
    match resources.role(collection)? {
        (Role::Preview | Role::Destination, resource) => Some(resource),
        (Role::Source, _) => None,
    }
}
