//! `GET /metrics`.

use crate::core::Core;
use actix_web::{HttpResponse, web::Data};

/// What is counted (OpenMetrics 1.0).
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", responses(
    (status = 200, body = String, description = "Every metric", content_type = "application/openmetrics-text")))]
pub async fn get(core: Data<Core>) -> HttpResponse {
    let usage = core.db.usage();
    core.metrics.db_open.set(i64::from(usage.open));
    core.metrics.db_busy.set(i64::from(usage.busy));
    core.metrics.lease_held.set(i64::from(core.verifier.lease_is_held()));
    core.metrics.blocked_ips.set(core.blocklist.len() as i64);
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(core.metrics.text())
}
