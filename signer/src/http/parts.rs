//! A batch on its way: all its parts in one transaction.

use super::{
    batch::{self, Part, Response},
    request::{self, Head},
    routes::{self, Found, Place},
    site::Site,
};
use crate::{
    error::{Error, Result},
    flow::{
        call::{Answer, Call, Caller},
        execute::execute,
    },
};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use tokio::task::spawn_blocking;

/// Callers by their `Authorization`; `None` for a token that is refused.
type Callers = HashMap<Option<String>, Option<Arc<Caller>>>;

/// What is known of a part before the transaction.
struct Plan {
    path: String,
    is_head: bool,
    refused: Option<Error>,
}

/// Answers a batch. A part that is refused leaves the others alone.
///
/// # Errors
/// What is wrong with the batch as such, and everything that undoes all of it.
pub async fn answer(
    site: &Site,
    head: &Head,
    body: Option<Value>,
    base: &str,
    caller: Arc<Caller>,
) -> Result<Answer> {
    let parts = batch::parse(body, head, site.service.config.api.batch_max_requests)?;
    let known = (head.authorization.clone(), Some(caller.clone()));
    let callers = callers(site, &parts, Callers::from([known])).await?;
    let (mut calls, mut plans) = (Vec::new(), Vec::with_capacity(parts.len()));
    for part in parts {
        let is_head = part.request.method == "HEAD";
        let path = part.request.path.clone();
        plans.push(match call(site, part, base, &callers) {
            Ok(call) => {
                let path = call.path.clone();
                calls.push(call);
                Plan { path, is_head, refused: None }
            }
            Err(error) => Plan { path, is_head, refused: Some(error) },
        });
    }
    let mut answers = execute(&site.service, caller, calls).await?.into_iter();
    let responses = plans.into_iter().map(|Plan { path, is_head, refused }| {
        let answer = match refused {
            Some(error) => Err(error),
            None => answers.next().unwrap_or(Err(Error::Broken("a call without an answer"))),
        };
        let mut answer = answer.unwrap_or_else(|error| site.problem(&error));
        if is_head {
            answer.body.clear();
        }
        Response { path, answer }
    });
    let responses: Vec<Response> = responses.collect();
    // Megabytes of JSON: not on a thread that others wait for.
    let joined = spawn_blocking(move || batch::join(&responses)).await;
    joined.unwrap_or(Err(Error::Broken("a batch died")))
}

/// Asks once about every `Authorization` that a batch holds.
async fn callers(site: &Site, parts: &[Part], mut known: Callers) -> Result<Callers> {
    for part in parts {
        let authorization = &part.request.head.authorization;
        if !known.contains_key(authorization) {
            let caller = match site.callers.resolve(authorization.as_deref()).await {
                Err(Error::TokenRefused) => None,
                caller => Some(caller?),
            };
            known.insert(authorization.clone(), caller);
        }
    }
    Ok(known)
}

fn call(site: &Site, part: Part, base: &str, callers: &Callers) -> Result<Call> {
    let Part { mut request, body } = part;
    if let Found::Redirect(to) = routes::find(&request.path)? {
        request.path = to;
    }
    let target = match routes::find(&request.path)? {
        Found::Route(matched) => match matched.place(&request.method)? {
            Place::Target(target) => target,
            // Neither would be part of the transaction.
            Place::Batch | Place::Page(_) => return Err(Error::NoPath),
        },
        Found::Redirect(_) => return Err(Error::NoPath),
    };
    let method = request::method(&request.method)?;
    site.check(&request, method, Some(&target))?;
    let caller = callers.get(&request.head.authorization).cloned().flatten();
    let caller = caller.ok_or(Error::TokenRefused)?;
    request.call((method, target), body, base.to_owned(), caller)
}
