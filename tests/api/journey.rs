//! The whole way, once.

use crate::harness::{PUBLIC_URI, Service};
use notary_sdk::{Confirmation, Expect, VerifyError};

#[tokio::test]
async fn from_salt_to_verified_jwt_and_back_to_nothing() {
    let service = Service::start().await;
    let (client, verifier) = (service.client(), service.verifier());
    let ada = service.person("Ada@Example.org").await;
    let expect = Expect::audience("https://app.example");
    let jwt = ada.token(&service, "https://app.example");

    client.sign_up(&ada).await.unwrap();
    assert!(matches!(verifier.verify(&jwt, &expect).await, Err(VerifyError::NotActive)));

    let token = service.token_for("ada@example.org", 1).await;
    let Confirmation::Active(confirmed) = client.confirm(&ada, &token).await.unwrap() else {
        panic!("one mailbox is enough");
    };
    assert_eq!(confirmed.address, "ada@example.org");
    let verified = verifier.verify(&jwt, &expect).await.unwrap();
    assert_eq!((verified.address.as_str(), verified.kid), ("ada@example.org", ada.kid.clone()));
    assert_eq!(client.status(&ada).await.unwrap().kdf_v, 1);

    let renewed = ada.with_new_key(&service);
    client.change_password(&renewed).await.unwrap();
    let token = service.token_for("ada@example.org", 2).await;
    assert!(verifier.verify(&jwt, &expect).await.is_ok(), "the old key holds until then");
    client.confirm(&renewed, &token).await.unwrap();
    assert!(matches!(verifier.verify(&jwt, &expect).await, Err(VerifyError::Invalid(_))));
    let jwt = renewed.token(&service, PUBLIC_URI);
    assert!(verifier.verify(&jwt, &Expect::default()).await.is_ok());

    client.disable(&renewed).await.unwrap();
    assert!(matches!(verifier.verify(&jwt, &Expect::default()).await, Err(VerifyError::NotActive)));
    service.stop().await;
}
