//! `GET /blocks`, `DELETE /blocks/{ip}` and `DELETE /blocks/addresses/{address}`.

use super::{
    accounts::{page_size, text},
    problem::{Problem, ProblemBody},
};
use crate::{
    core::Core,
    domain::address::Address,
    error::{Error, Result as CoreResult},
    flow,
    limits::IpKey,
    store::{
        Page,
        blocks::{self, Block},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page of the blocks.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BlocksQuery {
    /// The last IP of the page before.
    after: Option<String>,
    /// The page's size, 1 to 1000; 100 where absent.
    limit: Option<i64>,
}

/// A blocked IP.
#[derive(Serialize, ToSchema)]
pub struct BlockResponse {
    /// An IPv4 address as /32, an IPv6 one as its /64.
    ip: String,
    /// When the block began, in seconds since 1970.
    since: i64,
    /// When it ends.
    until: i64,
}

/// A page of blocked IPs.
#[derive(Serialize, ToSchema)]
pub struct BlocksResponse {
    /// In order of their text.
    blocks: Vec<BlockResponse>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl BlocksResponse {
    /// A page of blocks.
    pub fn new(page: Page<Block>) -> Self {
        let next = page.next().map(|block| block.ip.clone());
        let response = |Block { ip, since, until, .. }| BlockResponse { ip, since, until };
        Self { blocks: page.into_rows().into_iter().map(response).collect(), next }
    }
}

/// The blocked IPs.
#[utoipa::path(get, path = "/blocks", operation_id = "listBlocks", params(BlocksQuery), responses(
    (status = 200, body = BlocksResponse, description = "A page of blocked IPs"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn list(
    core: Data<Core>,
    query: Result<Query<BlocksQuery>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let malformed = Problem::MalformedRequest("The query may hold after and limit.");
    let BlocksQuery { after, limit } = query.map_err(|_| malformed)?.into_inner();
    let limit = page_size(limit, 100)?;
    let after = text(after)?;
    let page = core.db.read("list blocks", move |tx| blocks::list(tx, &after, limit)).await?;
    Ok(HttpResponse::Ok().json(BlocksResponse::new(page)))
}

/// Lifts an IP's block.
#[utoipa::path(delete, path = "/blocks/{ip}", operation_id = "liftBlock", params(("ip" = String, Path)), responses(
    (status = 204, description = "Lifted"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn lift(core: Data<Core>, ip: Path<String>) -> Result<HttpResponse, Problem> {
    let ip: IpKey = ip.parse().map_err(|_| Error::Query("An IP address is expected."))?;
    done(flow::unblock::ip(&core, ip).await)
}

/// Lets an address sign up again.
#[utoipa::path(delete, path = "/blocks/addresses/{address}", operation_id = "unblockAddress", params(("address" = String, Path)), responses(
    (status = 204, description = "Lifted"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn unblock(core: Data<Core>, address: Path<String>) -> Result<HttpResponse, Problem> {
    let address = Address::parse(&address).map_err(Error::from)?;
    done(flow::unblock::address(&core, address).await)
}

fn done(result: CoreResult<()>) -> Result<HttpResponse, Problem> {
    result?;
    Ok(HttpResponse::NoContent().finish())
}
