//! What POST, PUT and PATCH share: schemas, the caller's own permission, the write.

use super::{
    in_use,
    session::{By, Session},
};
use crate::{
    domain::{
        object::{Data, Object, Permissions, Timestamp},
        schema_check::{Schema, check_record},
        uri::{Kind, Uri},
    },
    error::Result,
};
use std::sync::Arc;

/// An object as the caller would like it to be.
pub struct Wish {
    /// Its members.
    pub data: Data,
    /// Who may do what with it, the caller aside.
    pub permissions: Permissions,
    /// Its timestamp.
    pub posted: Option<Timestamp>,
}

/// Writes an object for the caller, who may change it from then on.
///
/// # Errors
/// [`Error::Invalid`](crate::error::Error::Invalid) if a schema refuses it, and the database's.
pub fn write(session: &mut Session, uri: &Uri, wish: Wish) -> Result<Arc<Object>> {
    in_use::guard_write(&session.service.config.resources, &uri.list)?;
    let Wish { mut data, mut permissions, posted } = wish;
    check_schemas(session, uri, &mut data)?;
    if session.service.config.api.explicit_permissions {
        permissions.allow("write", session.user_id());
    }
    session.put(uri, data, permissions, posted, By::Caller)
}

/// Checks the data against the schemas of its collection and its bucket.
fn check_schemas(session: &mut Session, uri: &Uri, data: &mut Data) -> Result<()> {
    if !session.service.config.api.schema_validation {
        return Ok(());
    }
    let Some(owner) = uri.list.owner() else { return Ok(()) };
    let bucket = Uri::bucket(uri.bucket_id().clone());
    let of_bucket = session.schema(&bucket, &format!("{}:schema", uri.kind().name()))?;
    let of_bucket = of_bucket.as_ref().map(|(schema, _)| schema.as_ref());
    if uri.kind() != Kind::Record {
        return of_bucket.map_or(Ok(()), |schema: &Schema| schema.check(&uri.id, data));
    }
    let of_collection = session.schema(&owner, "schema")?;
    let of_collection = of_collection.as_ref().map(|(schema, at)| (schema.as_ref(), *at));
    check_record(&uri.id, data, of_collection, of_bucket)
}
