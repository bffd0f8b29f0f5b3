//! `POST` into a list: creates an object.

use super::{
    answer, authorize,
    call::{Answer, Call},
    session::Session,
    write::{Wish, write},
};
use crate::{
    domain::{
        body::Body,
        permission::{Verb, required},
        precondition::{Preconditions, State},
        uri::{Id, List},
    },
    error::Result,
};

/// Creates an object under the id of the body, or a new one. One that exists is answered as it is.
///
/// # Errors
/// [`Error::NoParent`], [`Error::Forbidden`], [`Error::Invalid`], [`Error::Precondition`], and the
/// database's.
///
/// [`Error::NoParent`]: crate::error::Error::NoParent
/// [`Error::Forbidden`]: crate::error::Error::Forbidden
/// [`Error::Invalid`]: crate::error::Error::Invalid
/// [`Error::Precondition`]: crate::error::Error::Precondition
pub fn create(session: &mut Session, call: &Call, list: &List) -> Result<Answer> {
    authorize::demand_collection(session, list)?;
    let body = Body::parse(list.kind(), call.body.clone());
    let wanted = body.as_ref().ok().and_then(|body| body.id().ok().flatten());
    let existing = match &wanted {
        Some(id) => session.object(&list.object(id.clone()))?,
        None => None,
    };
    let access = required(Verb::Post, existing.is_some());
    authorize::demand(session, access, list, existing.as_deref())?;
    let body = body?;
    let id = body.id()?.unwrap_or_else(|| Id::generate(list.kind(), session.service.random));
    let state = match &existing {
        Some(object) => State::Object(object),
        None => State::Missing(session.known_list(list)?.clock),
    };
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(false, state)?;
    if let Some(object) = existing {
        return answer::object(session, call, 200, &object);
    }
    let object = write(
        session,
        &list.object(id),
        Wish {
            posted: body.last_modified(),
            permissions: body.permissions().cloned().unwrap_or_default(),
            data: body.into_data().unwrap_or_default(),
        },
    )?;
    answer::object(session, call, 201, &object)
}
