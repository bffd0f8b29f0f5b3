//! `GET` of an object.

use super::{
    answer, authorize,
    call::{Answer, Call},
    session::Session,
};
use crate::{
    domain::{
        object::Object,
        permission::Access,
        precondition::{Preconditions, State},
        uri::Uri,
    },
    error::{Error, Result},
};
use std::sync::Arc;

/// Reads an object.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NoObject`], [`Error::NotModified`], [`Error::Precondition`] and
/// the database's.
pub fn get(session: &mut Session, call: &Call, uri: &Uri) -> Result<Answer> {
    let preconditions =
        Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref());
    let object = existing(session, uri, Access::Read)?;
    preconditions?.check(true, State::Object(&object))?;
    let mut answer = answer::object(session, call, 200, &object)?;
    answer.headers.extend(super::cache::control(session, &uri.list)?);
    Ok(answer)
}

/// An object that the caller has this access to. Who may see the list it is not in learns that.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::Forbidden`], [`Error::NoParent`], [`Error::NoObject`].
pub fn existing(session: &mut Session, uri: &Uri, access: Access) -> Result<Arc<Object>> {
    let object = session.object(uri)?;
    let needed = if object.is_some() { access } else { Access::List };
    authorize::demand(session, needed, &uri.list, object.as_deref())?;
    authorize::demand_collection(session, &uri.list)?;
    object.ok_or_else(|| Error::NoObject { kind: uri.kind(), id: uri.id.to_string() })
}
