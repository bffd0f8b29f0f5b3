//! `GET /events`: the audit log.

use super::{
    accounts::page_size,
    problem::{Problem, ProblemBody},
};
use crate::{
    core::Core,
    store::events::{self, Cursor},
};
use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which page of the log.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// The cursor of the page before; absent for the beginning.
    after: Option<String>,
    /// The page's size, 1 to 1000; 100 where absent.
    limit: Option<i64>,
}

/// What happened.
#[derive(Serialize, ToSchema)]
pub struct EventResponse {
    /// Its place in the log.
    cursor: String,
    /// Seconds since 1970.
    at: i64,
    /// `signup_requested`, `signup_confirmed`, `password_requested`, `password_changed`,
    /// `address_requested`, `address_changed`, `disabled_by_user`, `disabled_by_admin`,
    /// `address_blocked`, `address_unblocked`, `ip_blocked` or `ip_unblocked`.
    kind: String,
    /// Whose account it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The RFC 7638 thumbprint of the key that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    /// More, by kind.
    detail: Value,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub struct EventsResponse {
    /// In order.
    events: Vec<EventResponse>,
    /// Go on reading after this; the same as before where nothing new has happened.
    cursor: String,
}

/// The audit log, append-only and in order. A reader that goes on from the last cursor sees every
/// event once.
#[utoipa::path(get, path = "/events", operation_id = "listEvents", params(EventsQuery), responses(
    (status = 200, body = EventsResponse, description = "A page of events"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn list(
    core: Data<Core>,
    query: Result<Query<EventsQuery>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let malformed = || Problem::MalformedRequest("after must be a cursor from an earlier page.");
    let EventsQuery { after, limit } = query.map_err(|_| malformed())?.into_inner();
    let limit = page_size(limit, 100)?;
    let after: Cursor = match after {
        Some(text) => text.parse().map_err(|()| malformed())?,
        None => Cursor::default(),
    };
    let page = core.db.read("events", move |tx| events::after(tx, after, limit)).await?;
    let cursor = page.last().map_or(after, |event| event.cursor).to_string();
    let response = |event: events::Event| EventResponse {
        cursor: event.cursor.to_string(),
        at: event.at,
        kind: event.kind,
        address: event.address,
        thumbprint: event.thumbprint.map(|key| key.to_string()),
        detail: event.detail,
    };
    let events = page.into_iter().map(response).collect();
    Ok(HttpResponse::Ok().json(EventsResponse { events, cursor }))
}
