//! `DELETE` of an object, or of many of a list.

use super::{
    answer::timestamps,
    call::{Answer, Call},
    get::existing,
    in_use,
    session::{By, Session},
};
use crate::{
    domain::{
        object::Timestamp,
        permission::Access,
        precondition::{Preconditions, State},
        uri::{Kind, Uri},
    },
    error::{Error, Result},
    store::{history, objects},
};

/// Deletes an object with everything below it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NoObject`], [`Error::Precondition`], and the database's.
pub fn delete(session: &mut Session, call: &Call, uri: &Uri) -> Result<Answer> {
    let object = existing(session, uri, Access::Write)?;
    Preconditions::parse(call.if_match.as_deref(), call.if_none_match.as_deref())?
        .check(false, State::Object(&object))?;
    let posted = posted(call)?.filter(|at| *at > object.last_modified);
    let (at, tombstone) = remove(session, uri, posted)?;
    let body = format!("{{\"data\":{tombstone}}}");
    Ok(Answer { status: 200, headers: timestamps(at), body })
}

/// Deletes an object that is there, with everything below it: when, and its tombstone as JSON.
pub(super) fn remove(
    session: &mut Session,
    uri: &Uri,
    posted: Option<Timestamp>,
) -> Result<(Timestamp, String)> {
    in_use::guard_write(&session.service.config.resources, &uri.list)?;
    let at = session.delete(uri, posted, By::Caller)?;
    let at = at.ok_or(Error::Broken("an object is gone that was just there"))?;
    match uri.kind() {
        Kind::Bucket => {
            session.purge_below(uri)?;
            history::purge(session.tx, uri.id.as_str())?;
        }
        Kind::Collection => session.purge_below(uri)?,
        Kind::Group | Kind::Record => {}
    }
    Ok((at, objects::tombstone_form(&uri.id)?.at(at)))
}

/// `?last_modified=`, plain or in quotes.
fn posted(call: &Call) -> Result<Option<Timestamp>> {
    let value = call.query.iter().find(|(name, _)| name == "last_modified");
    let parse = |(_, text): &(String, String)| {
        let number = text.trim_matches('"').parse();
        number.map_err(|_| {
            Error::invalid("querystring", "last_modified", "The value should be integer.")
        })
    };
    value.map(parse).transpose()
}
