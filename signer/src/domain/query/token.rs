//! Where a page ended, so that the next one starts behind it: `_token`.

use super::{filter::Field, memory, sort::Sort};
use crate::{
    domain::{body::holds_nul, object::Timestamp},
    error::{Error, Result},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

/// The end of a page. Clients hand it back unread, as base64 of JSON; nothing in it is secret, and
/// nothing is allowed because of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// What the last entry has of the fields that the list is ordered by.
    last_object: Map<String, Value>,
    /// Of its own for each token.
    pub nonce: String,
    /// Milliseconds since the epoch: until when it continues a deletion, if it is for one. Such a
    /// token works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl Token {
    /// The token of a page that ends with this entry.
    pub fn new(sort: &[Sort], last: &Value, nonce: Uuid, expires: Option<Timestamp>) -> Self {
        let values = sort.iter().filter_map(|sort| {
            Some((sort.field.to_string(), memory::find(last, &sort.field)?.clone()))
        });
        let nonce = format!("pagination-token-{nonce}");
        Self { last_object: values.collect(), nonce, expires }
    }

    /// # Errors
    /// [`Error::Invalid`] for what is no token of a list with this order.
    pub(super) fn parse(text: &str, sort: &[Sort]) -> Result<Self> {
        let token = BASE64_STANDARD.decode(text).ok();
        let token = token.and_then(|json| serde_json::from_slice::<Self>(&json).ok());
        token
            .filter(|token| sort.iter().all(|sort| token.fits(&sort.field)))
            .ok_or_else(|| Error::malformed("querystring", "_token has invalid content"))
    }

    fn fits(&self, field: &Field) -> bool {
        let value = self.value(field);
        match field {
            Field::Id => value.is_some_and(|id| id.is_string() && !holds_nul(id)),
            Field::LastModified => value.is_some_and(Value::is_i64),
            Field::Path(_) => value.is_none_or(|value| !holds_nul(value)),
        }
    }

    /// What the last entry has there.
    pub fn value(&self, field: &Field) -> Option<&Value> {
        self.last_object.get(&field.to_string())
    }

    /// As clients see it.
    ///
    /// # Errors
    /// [`Error::Broken`]: never.
    pub fn encode(&self) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(|_| Error::Broken("a token is no JSON"))?;
        Ok(BASE64_STANDARD.encode(json))
    }

    /// The address of the next page: of `base` (scheme, host and `/v1`), the path as called, with
    /// `/v1`, and the parameters of this page.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn next_page(
        &self,
        base: &str,
        path: &str,
        query: &[(String, String)],
        limit: usize,
    ) -> Result<String> {
        let kept = query.iter().filter(|(name, _)| name != "_limit" && name != "_token");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("_limit", &limit.to_string())
            .append_pair("_token", &self.encode()?)
            .finish();
        let path = path.strip_prefix("/v1").unwrap_or(path);
        Ok(format!("{base}{path}?{query}"))
    }
}
