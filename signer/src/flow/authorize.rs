//! Whether the caller may do something.

use super::session::Session;
use crate::{
    domain::{
        object::Object,
        permission::{Access, granted_by},
        uri::{CollectionUri, Kind, List, Uri},
    },
    error::{Error, Result},
};

/// Whether the caller has this access to the list, or to the object of it that is given.
///
/// # Errors
/// The database's.
pub fn may(
    session: &mut Session,
    access: Access,
    list: &List,
    own: Option<&Object>,
) -> Result<bool> {
    let principals = session.principals()?;
    if (access, list) == (Access::Create, &List::Buckets) {
        return Ok(!session.service.config.api.bucket_create_principals.is_disjoint(&principals));
    }
    for (on, permission) in granted_by(access, list.kind()) {
        let granted = match ancestor(list, *on) {
            Some(uri) => {
                session.object(&uri)?.is_some_and(|o| o.permissions.grants(permission, &principals))
            }
            None => own.is_some_and(|object| object.permissions.grants(permission, &principals)),
        };
        if granted {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same, as a refusal.
///
/// # Errors
/// [`Error::Unauthenticated`] for anonymous callers, else [`Error::Forbidden`].
pub fn demand(
    session: &mut Session,
    access: Access,
    list: &List,
    own: Option<&Object>,
) -> Result<()> {
    if may(session, access, list, own)? { Ok(()) } else { Err(refusal(session)) }
}

/// What a caller hears who may not do something.
pub fn refusal(session: &Session) -> Error {
    match session.caller.user_id {
        Some(_) => Error::Forbidden,
        None => Error::Unauthenticated,
    }
}

/// The collection that a list of records belongs to must be there, whoever asks, before something
/// is written.
///
/// # Errors
/// [`Error::NoParent`]
pub fn demand_collection(session: &mut Session, list: &List) -> Result<()> {
    match list {
        List::Records(collection) => demand_parent(session, collection),
        _ => Ok(()),
    }
}

fn demand_parent(session: &mut Session, collection: &CollectionUri) -> Result<()> {
    match session.object(&collection.uri())? {
        Some(_) => Ok(()),
        None => Err(Error::NoParent { kind: Kind::Collection, id: collection.id.to_string() }),
    }
}

/// The object of this kind that the list is in; `None` for an object of the list itself.
fn ancestor(list: &List, kind: Kind) -> Option<Uri> {
    match (list, kind) {
        (List::Groups(bucket) | List::Collections(bucket), Kind::Bucket) => {
            Some(Uri::bucket(bucket.clone()))
        }
        (List::Records(collection), Kind::Bucket) => Some(Uri::bucket(collection.bucket.clone())),
        (List::Records(collection), Kind::Collection) => Some(collection.uri()),
        _ => None,
    }
}
