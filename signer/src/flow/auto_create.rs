//! `signer.auto_create_resources`: the sources are there before anybody comes.

use super::{
    call::Caller,
    service::Service,
    session::{By, Session},
};
use crate::{
    config::Place,
    domain::{
        object::{Data, Permissions},
        uri::Uri,
    },
    error::Result,
    store::db::Access,
};
use std::sync::Arc;

/// Makes the source buckets and collections that are missing, if that is switched on: the principals
/// of the settings may write them. Nothing is published.
///
/// # Errors
/// The database's.
pub async fn auto_create(service: &Arc<Service>) -> Result<()> {
    if !service.config.auto_create_resources {
        return Ok(());
    }
    let shared = service.clone();
    let work = move |tx: &mut _| {
        let caller = Arc::new(Caller::default());
        let mut session = Session::new(tx, &shared, caller, shared.clock.now());
        for source in shared.config.resources.sources() {
            match source {
                Place::Bucket(id) => ensure(&mut session, &Uri::bucket(id.clone()))?,
                Place::Collection(collection) => {
                    ensure(&mut session, &Uri::bucket(collection.bucket.clone()))?;
                    ensure(&mut session, &collection.uri())?;
                }
            }
        }
        session.finish()
    };
    service.db.run("auto create", Access::Write, work).await
}

fn ensure(session: &mut Session, uri: &Uri) -> Result<()> {
    // Other nodes start at the same time.
    session.lock([uri.list.to_string()])?;
    if session.object(uri)?.is_none() {
        let mut permissions = Permissions::default();
        for principal in &session.service.config.auto_create_resources_principals {
            permissions.allow("write", principal);
        }
        session.put(uri, Data::new(), permissions, None, By::Plugin)?;
    }
    Ok(())
}
