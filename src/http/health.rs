//! `GET /healthz` and `GET /readyz`.

use crate::core::Core;
use actix_web::{HttpResponse, http::header::RETRY_AFTER, web::Data};
use diesel::connection::SimpleConnection;
use serde::Serialize;
use utoipa::ToSchema;

/// The mail worker finishes a round at least every second; a mail server that stalls does not
/// hold it up.
const LONGEST_SILENCE: u64 = 10;

/// What readiness rests on.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// The database answers.
    database: bool,
    /// The mail worker makes its rounds.
    mail_worker: bool,
}

/// The process is alive.
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", responses(
    (status = 200, body = String, description = "It is alive", content_type = "text/plain")))]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database and the mail worker are alive, really tried.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", responses(
    (status = 200, body = Readiness, description = "Ready"),
    (status = 503, body = Readiness, description = "Not ready")))]
pub async fn readyz(core: Data<Core>) -> HttpResponse {
    let answer = core.db.read("ready", |tx| Ok(tx.batch_execute("SELECT 1")?)).await;
    let readiness = Readiness {
        database: answer.is_ok(),
        mail_worker: core.mail_worker_silence() <= LONGEST_SILENCE,
    };
    match readiness {
        Readiness { database: true, mail_worker: true } => HttpResponse::Ok().json(readiness),
        _ => HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, 1)).json(readiness),
    }
}
