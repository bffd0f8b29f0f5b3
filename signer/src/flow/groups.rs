//! The groups of editors and reviewers, which come with a source collection.

use super::session::{By, Session};
use crate::{
    config::Resource,
    domain::{
        object::{Data, Permissions},
        uri::{Id, Uri},
    },
    error::{Error, Result},
};
use serde_json::json;

/// The URI of a group of a resource, as principals hold it.
pub fn uri(resource: &Resource, group: &Id) -> Uri {
    Uri::group(resource.source.bucket.clone(), group.clone())
}

/// Makes those groups of a new source collection that are not there yet, with the caller as the
/// first editor, and lets both write the collection: gives its permissions.
///
/// # Errors
/// [`Error::NotYours`] if the caller may not make groups, and the database's.
pub fn create(
    session: &mut Session<'_>,
    resource: &Resource,
    mut permissions: Permissions,
) -> Result<Permissions> {
    let bucket = &resource.source.bucket;
    let principals = session.principals()?;
    let owner = session.object(&Uri::bucket(bucket.clone()))?;
    let may = |permission| {
        owner.as_ref().is_some_and(|owner| owner.permissions.grants(permission, &principals))
    };
    if !may("group:create") && !may("write") {
        return Err(Error::NotYours(format!(
            "Cannot create collection without `group:create` on bucket '{bucket}': \
             editors/reviewers groups cannot be set up."
        )));
    }
    // A group cannot hold everybody: an anonymous caller makes one without members.
    let editors: Vec<&String> = session.caller.user_id.iter().collect();
    let groups =
        [(&resource.review.editors, json!(editors)), (&resource.review.reviewers, json!([]))];
    let caller = session.user_id();
    for (group, members) in groups {
        let group = uri(resource, group);
        if session.object(&group)?.is_none() {
            let data = Data::from_iter([("members".to_owned(), members)]);
            let mut permissions = Permissions::default();
            permissions.allow("write", &caller);
            session.put(&group, data, permissions, None, By::Plugin)?;
        }
        permissions.allow("write", group.to_string());
    }
    Ok(permissions)
}

/// Removes the groups that are a deleted collection's alone.
///
/// # Errors
/// The database's.
pub fn remove(session: &mut Session<'_>, resource: &Resource) -> Result<()> {
    let review = &resource.review;
    let groups =
        [(&review.editors, review.editors_is_own), (&review.reviewers, review.reviewers_is_own)];
    for (group, _) in groups.into_iter().filter(|(_, is_own)| *is_own) {
        session.delete(&uri(resource, group), None, By::Plugin)?;
    }
    Ok(())
}
