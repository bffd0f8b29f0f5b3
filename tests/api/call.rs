//! Calls of the public side by hand, for what the SDK would never send.

use crate::{
    answer::Answer,
    harness::{Person, Service},
};
use reqwest::Method;
use serde_json::{Value, json};

/// A call of the public side that a JWT is made for: method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call(pub &'static str, pub &'static str);

pub const SIGN_UP: Call = Call("POST", "/signup");
pub const CONFIRM: Call = Call("POST", "/confirm");
pub const REPLACE: Call = Call("PATCH", "/signature");
pub const STATUS: Call = Call("POST", "/signature");
pub const DISABLE: Call = Call("DELETE", "/signature");
pub const CALLS: [Call; 5] = [SIGN_UP, CONFIRM, REPLACE, STATUS, DISABLE];

impl Call {
    pub fn method(self) -> Method {
        self.0.parse().unwrap()
    }
}

/// Status, headers and body.
pub type Face = (u16, Vec<(String, String)>, String);

/// Lists in headers have no order: each of a listener's threads writes its own.
fn in_order(value: &str) -> String {
    let mut items: Vec<&str> = value.split(", ").collect();
    items.sort_unstable();
    items.join(", ")
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// All that a caller could tell two answers apart by.
    pub fn face(&self) -> Face {
        let told = |name: &str| !["date", "x-request-id"].contains(&name);
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| told(name.as_str()))
            .map(|(name, value)| (name.to_string(), in_order(value.to_str().unwrap())))
            .collect();
        headers.sort();
        (self.status, headers, self.text().to_owned())
    }
}

impl Service {
    pub async fn send(&self, call: Call, body: &Value) -> Answer {
        Answer::to(self.public(call.method(), call.1).json(body)).await
    }

    /// `POST /salt` with this body.
    pub async fn salt(&self, body: &Value) -> Answer {
        self.send(Call("POST", "/salt"), body).await
    }
}

impl Person {
    /// Claims for a call, with further ones, or other ones instead.
    pub fn claims_for(&self, service: &Service, call: Call, more: Value) -> Value {
        let mut claims = self.claims(service, call.0, call.1);
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    }

    /// The body of a call around a JWT, with the key where the call takes one.
    pub fn body(&self, call: Call, jwt: &str) -> Value {
        match call {
            SIGN_UP | REPLACE => json!({ "jwt": jwt, "publicKey": self.jwk() }),
            _ => json!({ "jwt": jwt }),
        }
    }

    /// Makes a call with more or other claims than the usual.
    pub async fn call(&self, service: &Service, call: Call, more: Value) -> Answer {
        let jwt = self.sign(self.claims_for(service, call, more));
        service.send(call, &self.body(call, &jwt)).await
    }
}
