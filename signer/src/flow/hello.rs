//! What the service is and can do, and whom it takes the caller for (KINTO 2.10).

use super::{
    answer::unless_head,
    call::{Answer, Call},
    session::Session,
};
use crate::{config::Config, error::Result};
use serde_json::{Map, Value, json};

/// Of the Kinto API.
const API_VERSION: &str = "1.23";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const KINTO_DOCS: &str = "https://docs.kinto-storage.org/en/stable/";

/// Answers `GET /`.
///
/// # Errors
/// The database's.
pub fn hello(session: &mut Session, call: &Call) -> Result<Answer> {
    let principals = session.principals()?;
    let config = &session.service.config;
    let api = &config.api;
    let mut hello = json!({
        "project_name": api.project_name,
        "project_version": VERSION,
        "http_api_version": API_VERSION,
        "project_docs": api.project_docs,
        "url": format!("{}/", call.base),
        "settings": {
            "batch_max_requests": api.batch_max_requests,
            "readonly": api.readonly,
            "explicit_permissions": api.explicit_permissions,
        },
        "capabilities": capabilities(config),
    });
    if let Some(id) = &call.caller.user_id {
        hello["user"] = json!({ "id": id, "principals": *principals });
    }
    if let Some(eos) = &api.eos {
        hello["eos"] = eos.at.to_rfc3339().into();
    }
    let body = unless_head(call, hello.to_string());
    Ok(Answer { status: 200, headers: Vec::new(), body })
}

fn capabilities(config: &Config) -> Map<String, Value> {
    let docs = |page: &str| format!("{KINTO_DOCS}{page}");
    let mut all = Map::new();
    let mut add = |name: &str, description: &str, url: String, more: Value| {
        let mut capability = json!({ "description": description, "url": url });
        if let (Value::Object(capability), Value::Object(more)) = (&mut capability, more) {
            capability.extend(more);
        }
        all.insert(name.to_owned(), capability);
    };
    let mut signer = config.resources.capability();
    signer["version"] = VERSION.into();
    signer["plugin_userid"] = super::session::PLUGIN_USER.into();
    let signer_docs = "https://github.com/Kinto/kinto-signer#kinto-signer".to_owned();
    add(
        "signer",
        "Digital signatures for integrity and authenticity of records.",
        signer_docs,
        signer,
    );
    add("history", "Track changes on data.", docs("api/1.x/history.html"), json!({}));
    let permissions = "The permissions endpoint can be used to list all user objects permissions.";
    add("permissions_endpoint", permissions, docs("api/1.x/permissions.html"), json!({}));
    if !config.changes.resources.is_empty() {
        let watched: Vec<String> =
            config.changes.resources.iter().map(ToString::to_string).collect();
        let more = json!({ "version": VERSION, "collections": watched });
        let url = "https://github.com/Kinto/kinto-changes".to_owned();
        add("changes", "Track modifications of records.", url, more);
    }
    if let Some(notary) = &config.auth.notary {
        let more = json!({ "audience": notary.audience });
        let words = "Callers are known by JWTs that their own keys signed, made for this audience.";
        add("notary", words, notary.audience.clone(), more);
    }
    if config.auth.basic.is_some() {
        let words = "Very basic authentication sessions. Not for production use.";
        add("basicauth", words, docs("api/1.x/authentication.html"), json!({}));
    }
    if config.api.flush_endpoint {
        let words = "The __flush__ endpoint can be used to remove all data from all backends.";
        add("flush_endpoint", words, docs("api/1.x/flush.html"), json!({}));
    }
    all
}
