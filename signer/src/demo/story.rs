//! What the editor and the reviewer do, over HTTP like anybody.

use super::{DemoError, meddler, people::Person};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::io::Write;

/// Where the editor works …
pub const SOURCE: &str = "/buckets/staging/collections/articles";
/// … what the reviewer looks at …
pub const PREVIEW: &str = "/buckets/preview/collections/articles";
/// … and what everybody reads.
pub const DESTINATION: &str = "/buckets/main/collections/articles";

/// The stage.
pub struct Story<'a, W> {
    /// The service, up to and with `/v1`: the audience of their JWTs.
    pub service: &'a str,
    /// Makes calls.
    pub http: Client,
    /// Where the story is told.
    pub out: &'a mut W,
    /// Changes the collection.
    pub editor: Person,
    /// Approves it.
    pub reviewer: Person,
}

impl<W: Write> Story<'_, W> {
    /// Edits, reviews and signs, and tells it.
    ///
    /// # Errors
    /// [`DemoError::Story`] where the service answers otherwise than expected, [`DemoError::Http`].
    pub async fn play(&mut self) -> Result<(), DemoError> {
        self.prepare().await?;
        let articles = [
            ("welcome", "Welcome", "We have moved."),
            ("hours", "Opening hours", meddler::TRUE),
            ("prices", "Prices", "All as before."),
        ];
        let requests = articles.map(|(id, title, text)| {
            let path = format!("{SOURCE}/records/{id}");
            json!({ "path": path, "body": { "data": { "title": title, "text": text } } })
        });
        let batch = json!({ "defaults": { "method": "PUT" }, "requests": requests });
        self.call(&self.editor, Method::POST, "/batch", batch).await?;
        self.tell("editor", &format!("puts {} articles into {SOURCE}", articles.len()))?;

        let comment = json!({ "status": "to-review", "last_editor_comment": "New hours." });
        self.call(&self.editor, Method::PATCH, SOURCE, json!({ "data": comment })).await?;
        self.tell("editor", &format!("asks for a review: {PREVIEW} is signed"))?;

        let approval = json!({ "data": { "status": "to-sign" } });
        let (status, refusal) =
            self.answer(&self.editor, Method::PATCH, SOURCE, approval.clone()).await?;
        let words = refusal["message"].as_str().unwrap_or_default();
        self.tell("editor", &format!("tries to approve it: {} {words}", status.as_u16()))?;
        if status != StatusCode::FORBIDDEN {
            return Err(unexpected(&Method::PATCH, SOURCE, status, &refusal));
        }

        self.call(&self.reviewer, Method::PATCH, SOURCE, approval).await?;
        self.tell("reviewer", &format!("approves it: {DESTINATION} is signed"))
    }

    /// The bucket, the collection, and the reviewer among the reviewers. All of it may be there
    /// from an earlier run, and stays as it is then.
    async fn prepare(&mut self) -> Result<(), DemoError> {
        let reviewers = json!({ "data": { "members": [self.reviewer.user_id()] } });
        for (path, body) in [
            ("/buckets/staging", json!({})),
            (SOURCE, json!({})),
            ("/buckets/staging/groups/reviewers", reviewers),
        ] {
            self.call(&self.editor, Method::PUT, path, body).await?;
        }
        Ok(())
    }

    fn tell(&mut self, who: &str, what: &str) -> Result<(), DemoError> {
        Ok(writeln!(self.out, "  {who:<10}{what}")?)
    }

    async fn call(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<(), DemoError> {
        let (status, answer) = self.answer(who, method.clone(), path, body).await?;
        let mut parts = answer["responses"].as_array().into_iter().flatten();
        let all_fine = parts.all(|part| part["status"].as_u64().is_some_and(|status| status < 300));
        let fine = status.is_success() && all_fine;
        if fine { Ok(()) } else { Err(unexpected(&method, path, status, &answer)) }
    }

    async fn answer(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<(StatusCode, Value), DemoError> {
        let request = self.http.request(method, format!("{}{path}", self.service));
        let request = request.bearer_auth(who.token(self.service)).json(&body);
        let answer = request.send().await?;
        Ok((answer.status(), answer.json().await?))
    }
}

fn unexpected(method: &Method, path: &str, status: StatusCode, answer: &Value) -> DemoError {
    DemoError::Story(format!("{method} {path} was answered {status}: {answer}"))
}
