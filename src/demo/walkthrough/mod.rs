//! `notary demo --walkthrough`: plays a user and a service against the demo, and shows every
//! request and answer.

mod show;
mod user;
mod wire;

pub use show::Style;

use super::{Demo, smtp_sink::SmtpSink};
use crate::{clock::Clock, random::Random};
use notary_sdk::{DeriveError, PasswordError};
use reqwest::Method;
use std::sync::Arc;
use user::User;
use wire::{Expected, Wire};

/// Who asks about JWTs in this play.
const APP: &str = "https://app.example";

/// What the play needs of a demo.
pub struct Stage {
    public_uri: String,
    admin_uri: String,
    admin_secret: String,
    sink: Arc<SmtpSink>,
    clock: Clock,
    random: Random,
}

/// Why the play was broken off.
#[derive(Debug, thiserror::Error)]
pub enum Stumble {
    /// Another answer than the protocol wants.
    #[error("`{request}` should have been answered with {expected}, but was with {got}")]
    Unexpected {
        /// Method and URL.
        request: String,
        /// Status, and the name of the problem if any.
        expected: String,
        /// The same of the answer.
        got: String,
    },
    /// No answer.
    #[error("`{0}` was not answered")]
    NoAnswer(String),
    /// The answer lacks something.
    #[error("the answer of /salt is not usable")]
    Salt,
    /// No key can be made of it.
    #[error(transparent)]
    Derivation(#[from] DeriveError),
    /// Our passwords are none.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The service sent no mail.
    #[error("no mail came for {0}")]
    NoMail(String),
}

impl Stage {
    /// The stage that a demo is.
    pub fn new(demo: &Demo, clock: Clock, random: Random) -> Self {
        Self {
            public_uri: demo.public_uri.clone(),
            admin_uri: demo.admin_uri.clone(),
            admin_secret: demo.admin_secret.clone(),
            sink: demo.sink.clone(),
            clock,
            random,
        }
    }

    /// The whole play. `print` gets its text, piece by piece.
    ///
    /// # Errors
    /// [`Stumble`] at the first answer that is not the expected one.
    pub async fn play(&self, style: Style, print: impl FnMut(&str)) -> Result<(), Stumble> {
        let mut wire = Wire::new(style, print);
        let run = hex::encode(self.random.bytes::<4>());
        let (address, new_address) =
            (format!("ada-{run}@example.org"), format!("ada-{run}@example.net"));

        wire.step(
            "A key from a password",
            "The client asks for the address's salt and sends its password blinded. The \
             service multiplies it by a key of its own and learns nothing; without that key, \
             nobody can test guesses offline. Every address gets such an answer, known or \
             not.",
        );
        let ada = User { stage: self };
        let key = ada.unlock(&mut wire, &address, "correct horse battery staple").await?;

        wire.step(
            "Sign up",
            "Argon2id and HKDF made a P-384 key of all that, here. Its public half goes to \
             the service, with a JWT that proves we hold the private half. The password never \
             leaves.",
        );
        let body = ada.signed(&key, "POST", "/signup", |claims| claims);
        wire.public(self, Method::POST, "/signup", body, Expected::status(202)).await?;
        let token = ada.token(&mut wire, &address).await?;

        wire.step(
            "Nobody yet",
            "The app asks who signed a JWT. Before the confirmation there is no such key: \
             404.",
        );
        let jwt = ada.jwt_for(&key, APP);
        self.verify(&mut wire, &jwt, Expected::problem(404, "not_active")).await?;

        wire.step(
            "Confirm",
            "The token from the mail, in a JWT signed by the pending key: whoever confirms \
             has the mailbox and the password.",
        );
        let body = ada.signed(&key, "POST", "/confirm", |claims| claims.token(&token));
        wire.public(self, Method::POST, "/confirm", body, Expected::status(200)).await?;

        wire.step(
            "Verified",
            "The same JWT once more. Now the key is active, and the app learns whose it is; \
             it keeps no password and no session.",
        );
        self.verify(&mut wire, &jwt, Expected::status(200)).await?;

        wire.step(
            "A new password",
            "Another password makes another key. The mailbox is the account: the mail, not \
             the old password, lets it in. Until then the old key stays.",
        );
        let new_key = ada.unlock(&mut wire, &address, "purple monkey dishwasher").await?;
        let body = ada.signed(&new_key, "PATCH", "/signature", |claims| claims);
        wire.public(self, Method::PATCH, "/signature", body, Expected::status(202)).await?;
        let token = ada.token(&mut wire, &address).await?;
        let body = ada.signed(&new_key, "POST", "/confirm", |claims| claims.token(&token));
        wire.public(self, Method::POST, "/confirm", body, Expected::status(200)).await?;

        wire.step(
            "The old key is refused",
            "A fresh JWT signed with the old password's key: it ended the moment the new one \
             was confirmed.",
        );
        let jwt = ada.jwt_for(&key, APP);
        self.verify(&mut wire, &jwt, Expected::problem(422, "signature")).await?;

        wire.step(
            "Sign in",
            "A form that wants to say \"wrong password\" asks whether its key is the active \
             one.",
        );
        let body = ada.signed(&new_key, "POST", "/signature", |claims| claims);
        wire.public(self, Method::POST, "/signature", body, Expected::status(200)).await?;

        wire.step(
            "A new address",
            "The key is made anew for the new address. Both mailboxes have to agree, in any \
             order: the first confirmation is answered with 202, the second with 200.",
        );
        let moved = ada.unlock(&mut wire, &new_address, "purple monkey dishwasher").await?;
        let body = ada.signed_as(&moved, &address, "PATCH", "/signature", |claims| {
            claims.new_address(&new_address)
        });
        wire.public(self, Method::PATCH, "/signature", body, Expected::status(202)).await?;
        for (mailbox, status) in [(&address, 202), (&new_address, 200)] {
            let token = ada.token(&mut wire, mailbox).await?;
            let body = ada.signed(&moved, "POST", "/confirm", |claims| claims.token(&token));
            wire.public(self, Method::POST, "/confirm", body, Expected::status(status)).await?;
        }

        wire.step("Moved", "The app sees the new address.");
        let jwt = ada.jwt_for(&moved, APP);
        self.verify(&mut wire, &jwt, Expected::status(200)).await?;

        wire.step("Disable", "Signed by the active key, effective at once on every node.");
        let body = ada.signed(&moved, "DELETE", "/signature", |claims| claims);
        wire.public(self, Method::DELETE, "/signature", body, Expected::status(204)).await?;

        wire.step("Nobody again", "The same JWT, still within its lifetime: 404.");
        self.verify(&mut wire, &jwt, Expected::problem(404, "not_active")).await?;
        wire.end();
        Ok(())
    }

    /// `GET /verify` on the admin listener, as the app does for every request it gets.
    async fn verify<P: FnMut(&str)>(
        &self,
        wire: &mut Wire<P>,
        jwt: &str,
        expected: Expected,
    ) -> Result<(), Stumble> {
        let url = format!("{}/verify?aud={APP}", self.admin_uri);
        let headers = [
            ("Notary-Admin-Secret", self.admin_secret.clone()),
            ("Authorization", format!("Bearer {jwt}")),
        ];
        wire.send(Method::GET, url, &headers, None, expected).await.map(drop)
    }
}
