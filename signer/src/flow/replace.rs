//! `PUT` of an object: creates or replaces it.

use super::{
    answer, authorize,
    call::{Answer, Call},
    session::Session,
    write::{Wish, write},
};
use crate::{
    domain::{
        body::Body,
        permission::{Access, Verb, required},
        precondition::{Preconditions, State},
        uri::Uri,
    },
    error::Result,
};

/// Creates an object, or replaces its data and what permissions are given; what the body leaves out
/// stays.
///
/// # Errors
/// [`Error::NoParent`], [`Error::Forbidden`], [`Error::Invalid`], [`Error::Precondition`], and the
/// database's.
///
/// [`Error::NoParent`]: crate::error::Error::NoParent
/// [`Error::Forbidden`]: crate::error::Error::Forbidden
/// [`Error::Invalid`]: crate::error::Error::Invalid
/// [`Error::Precondition`]: crate::error::Error::Precondition
pub fn replace(session: &mut Session, call: &Call, uri: &Uri) -> Result<Answer> {
    authorize::demand_collection(session, &uri.list)?;
    let existing = session.object(uri)?;
    let preconditions =
        Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref());
    let only_new = preconditions.as_ref().is_ok_and(Preconditions::only_new);
    let verb = if only_new { Verb::PutNew } else { Verb::Put };
    let access = required(verb, existing.is_some());
    authorize::demand(session, access, &uri.list, existing.as_deref())?;
    let body = Body::parse(uri.kind(), call.body.clone())?;
    let state = match &existing {
        // Who may create need not be allowed to read what is there; who may write it is.
        Some(object)
            if only_new && !authorize::may(session, Access::Read, &uri.list, Some(object))? =>
        {
            State::Hidden(object.last_modified)
        }
        Some(object) => State::Object(object),
        None => State::Missing(session.known_list(&uri.list)?.clock),
    };
    preconditions?.check(false, state)?;
    body.check_id(&uri.id)?;
    let old = existing.as_deref();
    let object = write(
        session,
        uri,
        Wish {
            posted: body.last_modified(),
            permissions: body
                .permissions()
                .or(old.map(|old| &old.permissions))
                .cloned()
                .unwrap_or_default(),
            data: body.into_data().or(old.map(|old| old.data.clone())).unwrap_or_default(),
        },
    )?;
    answer::object(session, call, if old.is_some() { 200 } else { 201 }, &object)
}
