//! `GET /accounts` and `GET /accounts/{kid}`.

use super::problem::{Problem, ProblemBody};
use crate::{
    core::Core,
    domain::{address::Address, salt::Kid},
    error::{Error, Result as CoreResult},
    store::{
        Page,
        accounts::{self, Account},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use notary_sdk::Jwk;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const MOST: i64 = 1_000;

/// Which accounts: one by its address, or a page of those with a prefix.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountsQuery {
    /// One address, in any spelling.
    address: Option<String>,
    /// How the canonical addresses begin.
    prefix: Option<String>,
    /// The last address of the page before.
    after: Option<String>,
    /// The page's size, 1 to 1000; 100 where absent.
    limit: Option<i64>,
}

/// An account, as far as the server knows it.
#[derive(Serialize, ToSchema)]
pub struct AccountResponse {
    /// The canonical address.
    address: String,
    /// Its key id.
    kid: String,
    /// `active`, `pending` or `disabled`.
    status: String,
    /// The RFC 7638 thumbprint of its active, pending or last key.
    thumbprint: String,
    /// That key.
    #[schema(value_type = Object)]
    jwk: Option<Jwk>,
    /// The version of the kdf that made it.
    kdf_v: i32,
    /// When a pending key came in, in seconds since 1970.
    signed_up_at: Option<i64>,
    /// When the key became active.
    confirmed_at: Option<i64>,
    /// When it ended.
    ended_at: Option<i64>,
    /// Why it ended: `password`, `address`, `user` or `admin`.
    ended_by: Option<String>,
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub struct AccountsResponse {
    /// In order of address.
    accounts: Vec<AccountResponse>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Account> for AccountResponse {
    fn from(account: Account) -> Self {
        Self {
            kid: account.kid.to_string(),
            thumbprint: account.key.thumbprint().to_string(),
            jwk: account.key.to_jwk(&account.kid),
            address: account.address.into(),
            status: account.status,
            kdf_v: account.kdf_v,
            signed_up_at: account.signed_up_at,
            confirmed_at: account.confirmed_at,
            ended_at: account.ended_at,
            ended_by: account.ended_by,
        }
    }
}

impl AccountsResponse {
    /// A page of accounts.
    pub fn new(page: Page<Account>) -> Self {
        let next = page.next().map(|account| account.address.clone().into());
        Self { accounts: page.into_rows().into_iter().map(AccountResponse::from).collect(), next }
    }
}

/// One account by its address, or a page of accounts.
#[utoipa::path(get, path = "/accounts", operation_id = "listAccounts", params(AccountsQuery), responses(
    (status = 200, body = AccountsResponse, description = "A page of accounts"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn list(
    core: Data<Core>,
    query: Result<Query<AccountsQuery>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let malformed = "The query may hold address, or prefix, after and limit.";
    let query = query.map_err(|_| Problem::MalformedRequest(malformed))?.into_inner();
    let accounts = match query {
        AccountsQuery { address: Some(address), prefix: None, after: None, limit: None } => {
            let address = Address::parse(&address).map_err(Error::from)?;
            vec![find(&core, move |tx| accounts::by_address(tx, &address)).await?]
        }
        AccountsQuery { address: None, prefix, after, limit } => {
            let limit = page_size(limit, 100)?;
            let (prefix, after) = (text(prefix)?, text(after)?);
            let page = core
                .db
                .read("list accounts", move |tx| accounts::list(tx, &prefix, &after, limit))
                .await?;
            return Ok(HttpResponse::Ok().json(AccountsResponse::new(page)));
        }
        _ => return Err(Problem::MalformedRequest(malformed)),
    };
    let accounts = accounts.into_iter().map(AccountResponse::from).collect();
    Ok(HttpResponse::Ok().json(AccountsResponse { accounts, next: None }))
}

/// One account by its key id.
#[utoipa::path(get, path = "/accounts/{kid}", operation_id = "getAccount", params(("kid" = String, Path)), responses(
    (status = 200, body = AccountResponse, description = "The account"),
    (status = "4XX", body = ProblemBody, description = "Refused", content_type = "application/problem+json"),
    (status = "5XX", body = ProblemBody, description = "Not served", content_type = "application/problem+json")),
    security(("adminSecret" = [])))]
pub async fn get(core: Data<Core>, kid: Path<String>) -> Result<HttpResponse, Problem> {
    let kid = Kid::parse(&kid).ok_or(Problem::NotFound)?;
    let account = find(&core, move |tx| accounts::by_kid(tx, &kid)).await?;
    Ok(HttpResponse::Ok().json(AccountResponse::from(account)))
}

async fn find(
    core: &Core,
    look: impl FnMut(&mut crate::store::Tx) -> CoreResult<Option<Account>> + Send + 'static,
) -> CoreResult<Account> {
    core.db.read("find account", look).await?.ok_or(Error::Unknown)
}

/// A text to compare with, empty where absent. PostgreSQL takes every character but one.
pub fn text(asked: Option<String>) -> Result<String, Problem> {
    match asked.unwrap_or_default() {
        text if text.contains('\0') => {
            Err(Problem::MalformedRequest("The query must not hold the character NUL."))
        }
        text => Ok(text),
    }
}

/// A page's size as asked for: 1 to 1000.
pub fn page_size(asked: Option<i64>, default: i64) -> Result<i64, Problem> {
    match asked.unwrap_or(default) {
        size if (1..=MOST).contains(&size) => Ok(size),
        _ => Err(Problem::MalformedRequest("limit must be a number from 1 to 1000.")),
    }
}
