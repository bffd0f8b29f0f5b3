//! Somebody between the service and its readers, who changes one byte.

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::Server,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, ETAG},
    },
    web::{self, Data},
};
use reqwest::Client;
use std::{
    io,
    net::{Ipv4Addr, TcpListener},
};

/// What is changed, wherever it stands …
pub const TRUE: &str = "from 9 to 17";
/// … into this.
pub const CHANGED: &str = "from 8 to 17";

struct Meddler {
    http: Client,
    /// The service's origin.
    service: String,
}

/// Listens on a free port of this machine, and passes on what the service at this origin says,
/// but for one byte. Gives its own origin, too.
///
/// # Errors
/// There is no port.
pub fn between(service: String) -> io::Result<(String, Server)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let meddler = Data::new(Meddler { http: Client::new(), service });
    let app = move || App::new().app_data(meddler.clone()).default_service(web::to(pass_on));
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    Ok((origin, server))
}

async fn pass_on(request: HttpRequest, meddler: Data<Meddler>) -> HttpResponse {
    answer(&request, &meddler).await.unwrap_or_else(|_| HttpResponse::BadGateway().finish())
}

async fn answer(request: &HttpRequest, meddler: &Meddler) -> Result<HttpResponse, reqwest::Error> {
    let true_answer =
        meddler.http.get(format!("{}{}", meddler.service, request.uri())).send().await?;
    let status = true_answer.status().as_u16();
    let mut response =
        HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
    for name in [ETAG.as_str(), CONTENT_TYPE.as_str()] {
        if let Some(value) = true_answer.headers().get(name) {
            response.insert_header((name, value.as_bytes()));
        }
    }
    Ok(response.body(true_answer.text().await?.replace(TRUE, CHANGED)))
}
