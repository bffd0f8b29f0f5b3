//! `PATCH` of an object.

use super::{
    answer, authorize,
    call::{Answer, Call},
    get::existing,
    session::Session,
    write::{Wish, write},
};
use crate::{
    domain::{
        patch,
        permission::Access,
        precondition::{Preconditions, State},
        uri::Uri,
    },
    error::Result,
};

/// Changes a part of an object.
///
/// # Errors
/// As [`replace`](super::replace::replace), and [`Error::NoObject`](crate::error::Error::NoObject).
pub fn patch(session: &mut Session, call: &Call, uri: &Uri) -> Result<Answer> {
    authorize::demand_collection(session, &uri.list)?;
    let object = existing(session, uri, Access::Write)?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(false, State::Object(&object))?;
    let patched = patch::apply(call.body_kind, uri.kind(), call.body.clone(), &object)?;
    let object = write(
        session,
        uri,
        Wish {
            posted: patched.last_modified,
            permissions: patched.permissions,
            data: patched.data,
        },
    )?;
    answer::object(session, call, 200, &object)
}
