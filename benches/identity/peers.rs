//! Others that answer the same question, and the least that any service costs.

use super::{
    load::{Described, Target},
    process::Process,
    raw,
};
use actix_web::{App, HttpServer, web};
use std::process::Command;

/// Where [`Peer::hello_world`] makes one raw verification for each answer.
pub const RAW: &str = "/raw";

/// A program that says how to ask it.
pub struct Peer {
    process: Process,
    request: Described,
}

impl Peer {
    /// oidc-provider with everything in memory: introspection of one opaque token.
    pub fn oidc_provider() -> Self {
        Self::start(node("oidc-provider.mjs").env("NODE_ENV", "production"))
    }

    /// better-auth on this database: `get-session` for one cookie.
    pub fn better_auth(db: &str) -> Self {
        Self::start(node("better-auth.mjs").arg(db).env("NODE_ENV", "production"))
    }

    /// actix-web, which Notary is built on, with nothing in it.
    pub fn hello_world() -> Self {
        Self::start(Command::new(std::env::current_exe().unwrap()).arg("hello-world"))
    }

    fn start(command: &mut Command) -> Self {
        let process = Process::start(command);
        Self { request: serde_json::from_str(&process.announced).unwrap(), process }
    }

    pub fn target(&self) -> Target {
        Target::described(&self.request, self.process.id())
    }

    /// Another path of the same server.
    pub fn target_at(&self, path: &str) -> Target {
        Target::described(&self.request.at(path), self.process.id())
    }
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(script).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers"));
    command
}

/// What the process of [`Peer::hello_world`] does.
pub fn serve_hello_world() {
    actix_web::rt::System::new()
        .block_on(async {
            let app = || {
                let signed = raw::Signed::new();
                App::new().route("/", web::get().to(|| async { "Hello world!" })).route(
                    RAW,
                    web::get().to(move || {
                        signed.verify();
                        async { "Hello world!" }
                    }),
                )
            };
            let server = HttpServer::new(app).bind(("127.0.0.1", 0))?;
            let url = format!("http://{}", server.addrs()[0]);
            println!(
                "{}",
                serde_json::json!({"url": url, "method": "GET", "path": "/", "headers": {}, "body": ""})
            );
            server.run().await
        })
        .unwrap();
}
