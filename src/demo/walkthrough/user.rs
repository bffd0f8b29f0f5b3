//! The play's user: makes keys, signs, and reads her mail.

use super::{
    Stage, Stumble,
    wire::{Expected, Wire},
};
use crate::demo::smtp_sink::Mail;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use notary_sdk::{Blinding, Claims, DeriveError, Password, SaltAnswer, Unlocked, derive_key, kid};
use rand::{SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// Mail comes within a second.
const PATIENCE: Duration = Duration::from_secs(15);
/// What the app's JWTs are good for, in seconds.
const LIFETIME: u32 = 120;

pub(super) struct User<'a> {
    pub(super) stage: &'a Stage,
}

impl User<'_> {
    /// PROTOCOL section 2, with its one call shown.
    pub(super) async fn unlock<P: FnMut(&str)>(
        &self,
        wire: &mut Wire<P>,
        address: &str,
        password: &str,
    ) -> Result<Unlocked, Stumble> {
        let password = Password::new(password)?;
        let (blinding, blinded) =
            Blinding::start(&password, &mut self.rng()).map_err(DeriveError::Oprf)?;
        let question =
            json!({ "address": address, "blinded": BASE64_URL_SAFE_NO_PAD.encode(blinded) });
        let answer =
            wire.public(self.stage, Method::POST, "/salt", question, Expected::status(200)).await?;
        let answer: SaltAnswer = serde_json::from_value(answer).map_err(|_| Stumble::Salt)?;
        let salt = BASE64_STANDARD.decode(&answer.salt).ok();
        let salt: [u8; 16] = salt.and_then(|salt| salt.try_into().ok()).ok_or(Stumble::Salt)?;
        let point = answer.evaluated.and_then(|point| BASE64_URL_SAFE_NO_PAD.decode(point).ok());
        let point = point.and_then(|point| point.try_into().ok()).ok_or(Stumble::Salt)?;
        let y = blinding.finish(&point).map_err(DeriveError::Oprf)?;
        let costs = answer.kdf.argon2id;
        let derived =
            tokio::task::spawn_blocking(move || derive_key(&password, &salt, &costs, &*y));
        Ok(Unlocked {
            kid: kid(&answer.address, &salt),
            address: answer.address,
            salt,
            key: derived.await.map_err(|_| DeriveError::Interrupted)??,
            kdf: answer.kdf,
            clock_offset: answer.now - self.stage.clock.now(),
        })
    }

    /// The body of a call of the user side, signed with this key for its own address.
    pub(super) fn signed(
        &self,
        key: &Unlocked,
        method: &str,
        path: &str,
        more: impl FnOnce(Claims) -> Claims,
    ) -> Value {
        self.signed_as(key, &key.address, method, path, more)
    }

    /// The same for another address.
    pub(super) fn signed_as(
        &self,
        key: &Unlocked,
        subject: &str,
        method: &str,
        path: &str,
        more: impl FnOnce(Claims) -> Claims,
    ) -> Value {
        let (now, public_uri) = (self.now(key), &self.stage.public_uri);
        let claims = Claims::for_notary(subject, public_uri, method, path, now, &mut self.rng());
        let jwt = key.sign(&more(claims));
        let introduces_key = path == "/signup" || method == "PATCH";
        if introduces_key {
            json!({ "jwt": jwt, "publicKey": key.jwk() })
        } else {
            json!({ "jwt": jwt })
        }
    }

    /// A JWT for another service.
    pub(super) fn jwt_for(&self, key: &Unlocked, audience: &str) -> String {
        let claims = Claims::for_service(&key.address, audience, self.now(key), LIFETIME);
        key.sign(&claims.once(&mut self.rng()))
    }

    /// Waits for the mailbox's next mail with a token, shows it, and takes the token.
    pub(super) async fn token<P: FnMut(&str)>(
        &self,
        wire: &mut Wire<P>,
        mailbox: &str,
    ) -> Result<String, Stumble> {
        let seen = wire.shown_mails.clone();
        let fresh = |mail: &Mail| {
            let new = mail.message_id.as_ref().is_some_and(|id| !seen.contains(id));
            new && mail.to.iter().any(|to| to == mailbox) && token_in(mail).is_some()
        };
        let arrived = |mails: &[Mail]| mails.iter().any(fresh);
        let missing = || Stumble::NoMail(mailbox.to_owned());
        let mails = self.stage.sink.wait_for(arrived, PATIENCE).await.map_err(|_| missing())?;
        let mail = mails.iter().find(|mail| fresh(mail)).ok_or_else(missing)?;
        wire.mail(mail);
        token_in(mail).ok_or_else(missing)
    }

    fn now(&self, key: &Unlocked) -> i64 {
        self.stage.clock.now() + key.clock_offset
    }

    fn rng(&self) -> StdRng {
        StdRng::from_seed(self.stage.random.bytes())
    }
}

/// The token of a mail's link.
fn token_in(mail: &Mail) -> Option<String> {
    let (_, after) = mail.text.as_deref()?.split_once("#token=")?;
    after.split('&').next().map(str::to_owned)
}
