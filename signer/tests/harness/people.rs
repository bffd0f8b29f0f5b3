//! People who signed up at the real Notary.

use super::{PATIENCE, notary::notary};
use notary_sdk::{Account, Notary, Password, Unlocked, VerifyClient, sign};
use notary_signer::random::Random;
use reqwest::Url;
use serde_json::Value;
use std::time::Duration;

/// Whom the service's JWTs are for, in tests.
pub const AUDIENCE: &str = "https://signer.example";

/// Somebody with an account.
pub struct Person {
    pub address: String,
    key: Unlocked,
    client: Notary,
}

impl Person {
    /// Signs up, and confirms by the mail that comes.
    pub async fn sign_up(name: &str) -> Self {
        let address = format!("{name}-{}@example.org", Random.uuid().simple());
        let client = Notary::new(Url::parse(&notary().public_uri).unwrap()).unwrap();
        let password = Password::new("correct horse battery").unwrap();
        let key = client.choose(&address, &password).await.unwrap();
        client.sign_up(&key).await.unwrap();
        client.confirm(&key, &token(&address).await).await.unwrap();
        Self { address, key, client }
    }

    /// The id that the service knows them by.
    pub fn user_id(&self) -> String {
        format!("notary:{}", self.address)
    }

    /// An `Authorization` header for the service.
    pub fn bearer(&self) -> String {
        self.bearer_for(AUDIENCE)
    }

    /// The same for another service.
    pub fn bearer_for(&self, audience: &str) -> String {
        let claims = self.client.claims_for(&self.key, audience, 60);
        format!("Bearer {}", sign(&self.key.key, &self.key.kid, &claims))
    }

    /// Disables the account, as an administrator does.
    pub async fn disable(&self) {
        let admin = Url::parse(&notary().admin_uri).unwrap();
        let admin = VerifyClient::new(admin, &notary().admin_secret, PATIENCE).unwrap();
        admin.disable(Account::Address(&self.address), false).await.unwrap();
    }
}

/// The token of the newest mail to an address, once it has come.
async fn token(address: &str) -> String {
    let mailbox = format!("{}/mailbox.json", notary().admin_uri);
    let comes = async {
        loop {
            let mails: Value = reqwest::get(&mailbox).await.unwrap().json().await.unwrap();
            let mut mails = mails.as_array().unwrap().iter();
            if let Some(mail) = mails.find(|mail| mail["to"][0] == address) {
                let text = mail["text"].as_str().unwrap();
                let token = text.split("#token=").nth(1).unwrap();
                break token.split(['&', '\n']).next().unwrap().trim().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let token = tokio::time::timeout(PATIENCE, comes).await;
    token.unwrap_or_else(|_| panic!("no mail to {address}"))
}
