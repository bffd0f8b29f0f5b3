//! The play: four acts of one account's life.

use super::{
    Stage, Stumble,
    user::User,
    wire::{Expected, Wire},
};
use notary_sdk::Unlocked;
use reqwest::Method;
use serde_json::Value;

/// The app that asks about JWTs.
const APP: &str = "https://app.example";
const PASSWORD: &str = "correct horse battery staple";
const NEW_PASSWORD: &str = "purple monkey dishwasher";

pub(super) struct Play<'a, P> {
    stage: &'a Stage,
    ada: User<'a>,
    wire: Wire<P>,
}

impl<'a, P: FnMut(&str)> Play<'a, P> {
    pub(super) fn new(stage: &'a Stage, wire: Wire<P>) -> Self {
        Self { stage, ada: User { stage }, wire }
    }

    /// From nothing to a verified JWT.
    pub(super) async fn sign_up(&mut self, address: &str) -> Result<Unlocked, Stumble> {
        self.wire.step(
            "A key from a password",
            "The client asks for the address's salt and sends its password blinded. The service \
             multiplies it by a key of its own and learns nothing; without that key, nobody can \
             test guesses offline. Every address gets such an answer, known or not.",
        );
        let key = self.ada.unlock(&mut self.wire, address, PASSWORD).await?;

        self.wire.step(
            "Sign up",
            "Argon2id and HKDF made a P-384 key of all that, here. Its public half goes to the \
             service, with a JWT that proves we hold the private half. The password never leaves.",
        );
        let body = self.ada.signed(&key, "POST", "/signup", |claims| claims);
        self.call(Method::POST, "/signup", body, 202).await?;
        let token = self.ada.token(&mut self.wire, address).await?;

        self.wire.step(
            "Nobody yet",
            "The app asks who signed a JWT. Before the confirmation there is no such key: 404.",
        );
        let jwt = self.ada.jwt_for(&key, APP);
        self.verify(&jwt, Expected::problem(404, "not_active")).await?;

        self.wire.step(
            "Confirm",
            "The token from the mail, in a JWT signed by the pending key: whoever confirms has \
             the mailbox and the password.",
        );
        self.confirm(&key, &token, 200).await?;

        self.wire.step(
            "Verified",
            "The same JWT once more. Now the key is active, and the app learns whose it is; it \
             keeps no password and no session.",
        );
        self.verify(&jwt, Expected::status(200)).await?;
        Ok(key)
    }

    /// Another password, and what becomes of the old one.
    pub(super) async fn change_password(&mut self, old: &Unlocked) -> Result<Unlocked, Stumble> {
        self.wire.step(
            "A new password",
            "Another password makes another key. The mailbox is the account: the mail, not the \
             old password, lets it in. Until then the old key stays.",
        );
        let new = self.ada.unlock(&mut self.wire, &old.address, NEW_PASSWORD).await?;
        let body = self.ada.signed(&new, "PATCH", "/signature", |claims| claims);
        self.call(Method::PATCH, "/signature", body, 202).await?;
        let token = self.ada.token(&mut self.wire, &old.address).await?;
        self.confirm(&new, &token, 200).await?;

        self.wire.step(
            "The old key is refused",
            "A fresh JWT signed with the old password's key: it ended the moment the new one was \
             confirmed.",
        );
        let jwt = self.ada.jwt_for(old, APP);
        self.verify(&jwt, Expected::problem(422, "signature")).await?;

        self.wire.step(
            "Sign in",
            "A form that wants to say \"wrong password\" asks whether its key is the active one.",
        );
        let body = self.ada.signed(&new, "POST", "/signature", |claims| claims);
        self.call(Method::POST, "/signature", body, 200).await?;
        Ok(new)
    }

    /// Another address, which takes both mailboxes.
    pub(super) async fn change_address(
        &mut self,
        old: &Unlocked,
        address: &str,
    ) -> Result<Unlocked, Stumble> {
        self.wire.step(
            "A new address",
            "The key is made anew for the new address. Both mailboxes have to agree, in any \
             order: the first confirmation is answered with 202, the second with 200.",
        );
        let new = self.ada.unlock(&mut self.wire, address, NEW_PASSWORD).await?;
        let body = self.ada.signed_as(&new, &old.address, "PATCH", "/signature", |claims| {
            claims.new_address(address)
        });
        self.call(Method::PATCH, "/signature", body, 202).await?;
        for (mailbox, status) in [(old.address.as_str(), 202), (address, 200)] {
            let token = self.ada.token(&mut self.wire, mailbox).await?;
            self.confirm(&new, &token, status).await?;
        }

        self.wire.step("Moved", "The app sees the new address.");
        let jwt = self.ada.jwt_for(&new, APP);
        self.verify(&jwt, Expected::status(200)).await?;
        Ok(new)
    }

    /// The end of the account.
    pub(super) async fn disable(&mut self, key: &Unlocked) -> Result<(), Stumble> {
        let jwt = self.ada.jwt_for(key, APP);
        self.wire.step("Disable", "Signed by the active key, effective at once on every node.");
        let body = self.ada.signed(key, "DELETE", "/signature", |claims| claims);
        self.call(Method::DELETE, "/signature", body, 204).await?;

        self.wire.step("Nobody again", "A JWT from before, still within its lifetime: 404.");
        self.verify(&jwt, Expected::problem(404, "not_active")).await
    }

    /// The last word.
    pub(super) fn end(&mut self) {
        self.wire.end();
    }

    async fn confirm(&mut self, key: &Unlocked, token: &str, status: u16) -> Result<(), Stumble> {
        let body = self.ada.signed(key, "POST", "/confirm", |claims| claims.token(token));
        self.call(Method::POST, "/confirm", body, status).await
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
        status: u16,
    ) -> Result<(), Stumble> {
        let expected = Expected::status(status);
        self.wire.public(self.stage, method, path, body, expected).await.map(drop)
    }

    /// `GET /verify` on the admin listener, as the app does for every request it gets.
    async fn verify(&mut self, jwt: &str, expected: Expected) -> Result<(), Stumble> {
        let url = format!("{}/verify?aud={APP}", self.stage.admin_uri);
        let headers = [
            ("Notary-Admin-Secret", self.stage.admin_secret.clone()),
            ("Authorization", format!("Bearer {jwt}")),
        ];
        self.wire.send(Method::GET, url, &headers, None, expected).await.map(drop)
    }
}
