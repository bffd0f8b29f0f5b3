//! The two who play, as users of the identity demo.

use super::{DemoError, home::Login, notary::Running};
use notary_sdk::{Notary, Password, Unlocked};
use reqwest::Client;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::sleep;
use url::Url;

/// How long a mail may take, in steps of [`STEP`].
const STEPS: u32 = 400;
const STEP: Duration = Duration::from_millis(50);
/// How long a JWT of theirs is good.
const LIFETIME: u32 = 300;

/// Somebody who is signed in.
pub struct Person {
    /// Their address.
    pub address: String,
    key: Unlocked,
    notary: Notary,
}

/// A mail in the identity demo's mailbox.
#[derive(Deserialize)]
struct Mail {
    to: Vec<String>,
    text: Option<String>,
}

impl Person {
    /// Signs somebody in, who is signed up first where need be. A password that is lost is
    /// replaced: the mailbox is the account.
    ///
    /// # Errors
    /// [`DemoError::Notary`], [`DemoError::NoMail`], [`DemoError::Http`].
    pub async fn sign_in(running: &Running, login: &Login) -> Result<Self, DemoError> {
        let unreadable = |_| DemoError::Story("notary demo has no usable address".to_owned());
        let notary = Notary::new(Url::parse(&running.public_uri).map_err(unreadable)?)?;
        let password = Password::new(&login.password).map_err(notary_sdk::Error::from)?;
        let key = match notary.unlock_active(&login.address, &password).await {
            Ok((key, _)) => key,
            Err(error) if error.is_refused() => {
                let key = notary.choose(&login.address, &password).await?;
                let mailbox = Mailbox { running, http: Client::new(), address: &key.address };
                let token = match mailbox.answer_to(notary.sign_up(&key)).await? {
                    Some(token) => Some(token),
                    None => mailbox.answer_to(notary.change_password(&key)).await?,
                };
                let token = token.ok_or_else(|| DemoError::NoMail(key.address.clone()))?;
                notary.confirm(&key, &token).await?;
                key
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { address: key.address.clone(), key, notary })
    }

    /// The id that the service knows them by.
    pub fn user_id(&self) -> String {
        format!("notary:{}", self.address)
    }

    /// A JWT for one request to the service.
    pub fn token(&self, audience: &str) -> String {
        self.key.sign(&self.notary.claims_for(&self.key, audience, LIFETIME))
    }
}

/// Mail to one address.
struct Mailbox<'a> {
    running: &'a Running,
    http: Client,
    address: &'a str,
}

impl Mailbox<'_> {
    /// Makes a call that sends a mail; gives the token in the mail, or `None` if it holds none:
    /// "you already have an account".
    async fn answer_to(
        &self,
        call: impl Future<Output = Result<(), notary_sdk::Error>>,
    ) -> Result<Option<String>, DemoError> {
        let before = self.mails().await?.len();
        call.await?;
        for _ in 0..STEPS {
            let mails = self.mails().await?;
            if mails.len() > before {
                let text = mails.first().and_then(|mail| mail.text.as_deref()).unwrap_or_default();
                let token = text.split_once("#token=").map(|(_, rest)| rest);
                let token = token.and_then(|rest| rest.split(['&', '\n']).next());
                return Ok(token.map(str::to_owned));
            }
            sleep(STEP).await;
        }
        Err(DemoError::NoMail(self.address.to_owned()))
    }

    /// The newest first.
    async fn mails(&self) -> Result<Vec<Mail>, DemoError> {
        let url = format!("{}/mailbox.json", self.running.admin_uri);
        let mut mails: Vec<Mail> = self.http.get(url).send().await?.json().await?;
        mails.retain(|mail| mail.to.iter().any(|to| to == self.address));
        Ok(mails)
    }
}
