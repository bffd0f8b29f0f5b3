//! `GET` of a list.
use super::{
    call::{Answer, Call},
    session::Session,
};
use crate::{
    domain::uri::List,
    error::{Error, Result},
};
pub fn list(_: &mut Session, _: &Call, _: &List) -> Result<Answer> {
    Err(Error::NoPath)
}
