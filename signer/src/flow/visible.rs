//! Which objects of a list the caller gets to see, or to delete with it.

use super::{authorize, session::Session};
use crate::{
    domain::{
        permission::{Access, shared_by},
        query::{Fields, ListQuery},
        uri::List,
    },
    error::Result,
    store::select::objects::{self, Visible},
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// All objects, or those that are shared with the caller.
pub struct Seen {
    all: bool,
    principals: Arc<BTreeSet<String>>,
    permissions: Vec<&'static str>,
}

impl Seen {
    /// As the store wants to know it.
    pub fn visible(&self) -> Visible<'_> {
        if self.all { Visible::All } else { Visible::Shared(&self.principals, &self.permissions) }
    }
}

/// What the caller has this access to ([`Access::List`], [`Access::Clear`]): everything, or what is
/// shared. Who may create here, or has something shared here, is not refused.
///
/// # Errors
/// [`Error::Unauthenticated`](crate::error::Error::Unauthenticated),
/// [`Error::Forbidden`](crate::error::Error::Forbidden),
/// [`Error::NoParent`](crate::error::Error::NoParent), and the database's.
pub fn seen(session: &mut Session, access: Access, list: &List) -> Result<Seen> {
    let all = authorize::may(session, access, list, None)?;
    let seen = Seen {
        all,
        principals: session.principals()?,
        permissions: shared_by(access, list.kind()).collect(),
    };
    if !all
        && !authorize::may(session, Access::Create, list, None)?
        && !shares(session, &seen, list)?
    {
        return Err(authorize::refusal(session));
    }
    authorize::demand_collection(session, list)?;
    Ok(seen)
}

/// Whether anything of the list is shared with the caller.
fn shares(session: &mut Session, seen: &Seen, list: &List) -> Result<bool> {
    let Some(state) = session.list(&list.to_string())? else { return Ok(false) };
    let everything = ListQuery::parse(&[], Fields::Free, session.now_ms())?;
    session.flush()?;
    let page = objects::page(session.tx, state.id, &everything, &seen.visible(), false, 1)?;
    Ok(!page.rows.is_empty())
}
