//! A server that answers as it is told to.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::StatusCode, rt::System, web};
use serde_json::Value;
use std::{net::TcpListener, sync::Arc, thread};

/// What a server says.
pub struct Said {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Said {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok(Value::Null) }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

type Script = dyn Fn(&str) -> Said + Send + Sync;

/// Serves until the process ends; a request is told to the script as `METHOD /path?query`. Gives
/// the origin.
pub fn serve(script: impl Fn(&str) -> Said + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let script: Arc<Script> = Arc::new(script);
    let app = move || {
        let script = web::Data::from(Arc::clone(&script));
        App::new().app_data(script).default_service(web::to(answer))
    };
    thread::spawn(|| {
        let server = HttpServer::new(app).workers(1).disable_signals();
        System::new().block_on(async { server.listen(listener).unwrap().run().await })
    });
    origin
}

async fn answer(request: HttpRequest, script: web::Data<Script>) -> HttpResponse {
    let said = script(&format!("{} {}", request.method(), request.uri()));
    let mut response = HttpResponse::build(StatusCode::from_u16(said.status).unwrap());
    for header in said.headers {
        response.insert_header(header);
    }
    response.json(said.body)
}
