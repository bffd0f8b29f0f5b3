//! Users of a node, with random keys.

use crate::node::{ADMIN_SECRET, Node, PUBLIC_URI};
use base64::{Engine, engine::general_purpose::STANDARD};
use notary::{
    demo::smtp_sink::{Mail, SmtpSink},
    random::Random,
};
use notary_sdk::{Ambient, Claims, Expect, Kdf, Notary, SigningKey, Unlocked, VerifyClient, kid};
use std::time::Duration;
use url::Url;

/// The other service.
pub const AUDIENCE: &str = "https://app.example";
const PATIENCE: Duration = Duration::from_secs(20);

/// The public side of a node.
pub fn client(node: &Node) -> Notary {
    let base = Url::parse(&format!("http://{}", node.public)).unwrap();
    Notary::with(base, Url::parse(PUBLIC_URI).unwrap(), Ambient::system()).unwrap()
}

/// Somebody new with a new key; `None` where the node does not answer.
pub async fn person(client: &Notary, address: &str) -> Option<Unlocked> {
    let salt = client.salt(address, None).await.ok()?.salt;
    let salt = STANDARD.decode(salt).unwrap().try_into().unwrap();
    Some(Unlocked {
        kid: kid(address, &salt),
        address: address.to_owned(),
        salt,
        kdf: Kdf::default(),
        key: SigningKey::from_uniform(&Random.bytes()),
        clock_offset: 0,
    })
}

/// The side of a node that verifies.
pub fn verifier(node: &Node) -> VerifyClient {
    let base = Url::parse(&format!("http://{}", node.admin)).unwrap();
    VerifyClient::new(base, ADMIN_SECRET, PATIENCE).unwrap()
}

/// A JWT for another service.
pub fn jwt(person: &Unlocked) -> String {
    let now = Ambient::system().now();
    person.sign(&Claims::for_service(&person.address, AUDIENCE, now, 600))
}

/// Whether this person's JWTs are taken; panics at any answer but a clear one.
pub async fn verifies(verifier: &VerifyClient, person: &Unlocked) -> bool {
    is_taken(verifier, &jwt(person)).await
}

/// The same for one JWT.
pub async fn is_taken(verifier: &VerifyClient, jwt: &str) -> bool {
    match verifier.verify(jwt, &Expect::audience(AUDIENCE)).await {
        Ok(_) => true,
        Err(notary_sdk::VerifyError::NotActive) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Somebody who has signed up and confirmed.
pub async fn member(client: &Notary, sink: &SmtpSink, address: &str) -> Unlocked {
    let person = person(client, address).await.unwrap();
    client.sign_up(&person).await.unwrap();
    let token = token_in(&mail_for(sink, address).await);
    client.confirm(&person, &token).await.unwrap();
    person
}

/// Waits for the first mail to an address.
pub async fn mail_for(sink: &SmtpSink, address: &str) -> Mail {
    sink.wait_for_recipient(address, 1, PATIENCE).await.unwrap().remove(0)
}

/// The token in a mail's link.
pub fn token_in(mail: &Mail) -> String {
    let after = mail.text.as_deref().unwrap().split("#token=").nth(1).unwrap();
    after.split('&').next().unwrap().to_owned()
}
