//! The demo's mailbox, on the admin listener: `GET /mailbox`, and the same for programs at
//! `GET /mailbox.json`.

use super::smtp_sink::{Mail, SmtpSink};
use crate::{
    core::Core,
    http::{
        problem::Problem,
        route::{Guard::Open, Route},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY},
    },
    web::{self, Data},
};
use chrono::DateTime;
use minijinja::{Environment, Value, context};
use serde::Serialize;

/// No secret is needed: the demo listens on loopback, and its mail is nobody's.
pub(super) static ROUTES: &[Route] = &[
    Route { method: Some(Method::GET), path: "/mailbox", guard: Open, handler: || web::to(page) },
    Route {
        method: Some(Method::GET),
        path: "/mailbox.css",
        guard: Open,
        handler: || web::to(style),
    },
    Route {
        method: Some(Method::GET),
        path: "/mailbox.json",
        guard: Open,
        handler: || web::to(list),
    },
];

const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// A part of a mail's text.
struct Piece {
    text: String,
    link: bool,
}

/// A mail for programs.
#[derive(Serialize)]
struct Entry<'a> {
    to: &'a [String],
    subject: Option<&'a str>,
    text: Option<&'a str>,
    message_id: Option<&'a str>,
}

async fn page(
    core: Data<Core>,
    sink: Data<SmtpSink>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    local(&request)?;
    let public_uri = core.config.public_uri.as_str();
    let mails: Vec<Value> =
        sink.messages().into_iter().rev().map(|mail| card(mail, public_uri)).collect();
    let paused = request.query_string() == "paused";
    let html = Environment::new()
        .render_named_str(
            "mailbox.html",
            include_str!("mailbox.html"),
            context! { mails, paused, public_uri },
        )
        .map_err(|_| Problem::InternalError)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .content_type("text/html; charset=utf-8")
        .body(html))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("mailbox.css"))
}

async fn list(sink: Data<SmtpSink>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    local(&request)?;
    let mails = sink.messages();
    let entries: Vec<Entry<'_>> = mails.iter().rev().map(Entry::from).collect();
    Ok(HttpResponse::Ok().json(entries))
}

impl<'a> From<&'a Mail> for Entry<'a> {
    fn from(mail: &'a Mail) -> Self {
        Self {
            to: &mail.to,
            subject: mail.subject.as_deref(),
            text: mail.text.as_deref(),
            message_id: mail.message_id.as_deref(),
        }
    }
}

/// A page from elsewhere could point its own name at 127.0.0.1 and read the tokens.
fn local(request: &HttpRequest) -> Result<(), Problem> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ours = ["localhost", "127.0.0.1"].contains(&name);
    if ours { Ok(()) } else { Err(Problem::ForbiddenOrigin) }
}

/// A mail as the page shows it.
fn card(mail: Mail, public_uri: &str) -> Value {
    let pieces = pieces(mail.text.as_deref().unwrap_or_default(), public_uri);
    let confirm = pieces.iter().find(|piece| piece.link && piece.text.contains("#token="));
    let time = mail.date.and_then(|date| DateTime::from_timestamp(date, 0));
    context! {
        to => mail.to.join(", "),
        subject => mail.subject.unwrap_or_else(|| "(no subject)".to_owned()),
        time => time.map_or_else(String::new, |time| time.format("%H:%M:%S UTC").to_string()),
        confirm => confirm.map(|piece| piece.text.clone()),
        pieces => pieces
            .into_iter()
            .map(|Piece { text, link }| context! { text, link })
            .collect::<Vec<_>>(),
    }
}

/// Cuts a text so that links to our own pages stand alone. Nothing else becomes a link.
fn pieces(text: &str, public_uri: &str) -> Vec<Piece> {
    let start = format!("{public_uri}/");
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&start) {
        let (before, link) = rest.split_at(at);
        let end = link.find(char::is_whitespace).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        pieces.push(Piece { text: before.to_owned(), link: false });
        pieces.push(Piece { text: link.to_owned(), link: true });
        rest = after;
    }
    pieces.push(Piece { text: rest.to_owned(), link: false });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_our_own_pages_are_cut_out() {
        let text = "Open:\nhttp://localhost:8080/confirm#token=x&address=a%40b\n\
                    not http://localhost:80801/ or http://evil.example/";
        let pieces = pieces(text, "http://localhost:8080");
        let links: Vec<&str> =
            pieces.iter().filter(|piece| piece.link).map(|piece| piece.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:8080/confirm#token=x&address=a%40b"]);
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, text);
    }
}
