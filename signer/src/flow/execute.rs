//! A request, alone or a batch, from the first lock to the commit.

use super::{
    call::{Answer, Call, Caller, Method, Target},
    changeset, create, delete, get, hello, history, list, locks, monitor, patch, permissions,
    replace,
    service::Service,
    session::Session,
    settle,
};
use crate::{
    domain::uri::Uri,
    error::{Error, Result},
    store::db::Access,
};
use std::sync::Arc;

/// The answers of a batch together, which are in memory several times. One alone may have more.
const MOST_ANSWERED: usize = 64 * 1024 * 1024;

/// Does calls one after the other in one transaction, and what follows from them for the review of
/// collections. A refused call leaves the others alone; a failure undoes them all. `caller` is who
/// sent the batch.
///
/// # Errors
/// Whatever undoes everything: the database's, a conflict, a refusal of the review workflow.
pub async fn execute(
    service: &Arc<Service>,
    caller: Arc<Caller>,
    calls: Vec<Call>,
) -> Result<Vec<Result<Answer>>> {
    let safe = calls.iter().all(|call| call.method.is_safe());
    let access = if safe { Access::Snapshot } else { Access::Write };
    let name = if safe { "read" } else { "write" };
    let now = service.clock.now();
    let shared = service.clone();
    let work = move |tx: &mut _| {
        let mut session = Session::new(tx, &shared, caller.clone(), now);
        if !safe {
            session.lock(locks::of(&shared, &calls))?;
        }
        session.prefetch(calls.iter().flat_map(of_interest))?;
        let (mut answers, mut bytes) = (Vec::with_capacity(calls.len()), 0);
        for (index, call) in calls.iter().enumerate() {
            session.call = index;
            session.caller = call.caller.clone();
            let answered = match answer(&mut session, call) {
                Err(error) if undoes_all(&error) => return Err(error),
                answered => answered,
            };
            bytes += answered.as_ref().map_or(0, |answer| answer.body.len());
            if calls.len() > 1 && bytes > MOST_ANSWERED {
                let words = format!("The answers have more than {MOST_ANSWERED} bytes: ask less");
                return Err(Error::invalid("body", "requests", words));
            }
            answers.push(answered);
        }
        if safe {
            return Ok((answers, Vec::new()));
        }
        let steps = settle::settle(&mut session, &calls)?;
        session.finish()?;
        Ok((answers, steps))
    };
    let (answers, steps) = service.db.run(name, access, work).await?;
    settle::committed(service, &steps, now);
    Ok(answers)
}

fn answer(session: &mut Session, call: &Call) -> Result<Answer> {
    match (&call.target, call.method) {
        (Target::Object(uri), Method::Get | Method::Head) => get::get(session, call, uri),
        (Target::Object(uri), Method::Put) => replace::replace(session, call, uri),
        (Target::Object(uri), Method::Patch) => patch::patch(session, call, uri),
        (Target::Object(uri), Method::Delete) => delete::delete(session, call, uri),
        (Target::List(list), Method::Get | Method::Head) => list::list(session, call, list),
        (Target::List(list), Method::Delete) => delete::delete_all(session, call, list),
        (Target::List(list), Method::Post) => create::create(session, call, list),
        (Target::History(bucket), Method::Delete) => history::clear(session, call, bucket),
        (Target::History(bucket), _) => history::list(session, call, bucket),
        (Target::Permissions, _) => permissions::list(session, call),
        (Target::Changeset(collection), _) => changeset::changeset(session, call, collection),
        (Target::MonitorRecords, _) => monitor::records(session, call),
        (Target::MonitorChangeset, _) => monitor::changeset(session, call),
        // The table of paths has no such rows.
        (Target::Object(_), Method::Post) | (Target::List(_), Method::Put | Method::Patch) => {
            Err(Error::Method(&[]))
        }
        (Target::Hello, _) => hello::hello(session, call),
    }
}

/// The objects that a call will ask for: its own, and those that its permissions come from.
fn of_interest(call: &Call) -> Vec<Uri> {
    let mut uris = match &call.target {
        Target::Object(uri) => vec![uri.clone()],
        Target::List(list) => list.owner().into_iter().collect(),
        Target::Changeset(collection) => vec![collection.uri()],
        Target::History(bucket) => vec![Uri::bucket(bucket.clone())],
        _ => Vec::new(),
    };
    while let Some(owner) = uris.last().and_then(|uri| uri.list.owner()) {
        uris.push(owner);
    }
    uris
}

/// Whether an error is not just the answer to one call.
fn undoes_all(error: &Error) -> bool {
    matches!(
        error,
        Error::Conflict
            | Error::Signing(_)
            | Error::NotaryAway { .. }
            | Error::Busy
            | Error::DatabaseAway
            | Error::Database(_)
            | Error::Broken(_)
    )
}
