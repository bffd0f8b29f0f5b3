//! What has begun is done to its end.

use super::problem::Problem;
use crate::error::{Error, Result};
use actix_web::rt::spawn;
use tracing::Instrument;

/// Does what ends keys in a task of its own: actix drops a handler whose caller has reset the
/// connection, and with it what must follow a commit that is under way.
pub async fn to_the_end<T: 'static>(
    work: impl Future<Output = Result<T>> + 'static,
) -> std::result::Result<T, Problem> {
    let done = spawn(work.in_current_span()).await;
    Ok(done.unwrap_or(Err(Error::Broken("a task died")))?)
}
