//! A deployment can change its way from password to key, and older accounts still get in.

use crate::{
    harness::{Service, Settings},
    sql,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn announced(service: &Service) -> Value {
    let body = json!({ "address": "ada@example.org" });
    let answer = service.public(Method::POST, "/salt").json(&body).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["kdf"].clone()
}

#[tokio::test]
async fn a_new_kdf_gets_a_new_number_and_names_the_old_one() {
    let old = Settings::default().set("NOTARY_OPRF", "off").start().await;
    let first = announced(&old).await;
    assert_eq!(first["v"], 1);
    assert_eq!(first.get("oprf"), None);
    assert_eq!(first.get("previous"), None);
    let ada = old.member("ada@example.org").await;
    assert_eq!(old.client().status(&ada).await.unwrap().kdf_v, 1);
    let db = old.db.clone();
    old.stop().await;

    let new = Settings::default().set("NOTARY_OPRF", "on").on(db).start().await;
    let second = announced(&new).await;
    assert_eq!((&second["v"], &second["oprf"]), (&json!(2), &json!("P384-SHA384")));
    assert_eq!(second["previous"], json!([first]));
    assert_eq!(new.client().status(&ada).await.unwrap().kdf_v, 1, "made under the first");
    let bea = new.member("bea@example.org").await;
    assert_eq!(new.client().status(&bea).await.unwrap().kdf_v, 2);

    // Every node gives it the same number, however often it starts.
    let again = Settings::default().beside(&new).start().await;
    assert_eq!(announced(&again).await, second);
    assert_eq!(sql::number(&new.db, "SELECT count(*) FROM kdfs"), 2);
}
