//! No answer, and no trace of one, tells whether an address has an account.

use crate::{
    answer::Answer,
    call::{CONFIRM, Call, DISABLE, Face, REPLACE, SIGN_UP, STATUS},
    harness::{Person, Service},
    tables::Tables,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use notary_sdk::{Blinding, Password};
use rand::{rand_core::UnwrapErr, rngs::SysRng};
use reqwest::Method;
use serde_json::{Value, json};

/// What there is to know about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unknown,
    Pending,
    Active,
    Disabled,
    /// Kept from signing up, before it ever did.
    Blocked,
    /// Disabled by an admin and kept from signing up again.
    Banned,
}

const STATES: [State; 6] =
    [State::Unknown, State::Pending, State::Active, State::Disabled, State::Blocked, State::Banned];

impl State {
    /// An address in this state, and the key that has brought it there. All addresses have the
    /// same length.
    async fn make(self, service: &Service) -> Person {
        let address = format!("a{}@example.org", self as u8);
        match self {
            Self::Unknown => service.person(&address).await,
            Self::Pending => {
                let person = service.person(&address).await;
                assert_eq!(person.call(service, SIGN_UP, json!({})).await.status, 202);
                person
            }
            Self::Active => service.member(&address).await,
            Self::Disabled => {
                let person = service.member(&address).await;
                service.client().disable(&person).await.unwrap();
                person
            }
            Self::Blocked => {
                let person = service.person(&address).await;
                ban(service, &person).await;
                person
            }
            Self::Banned => {
                let person = service.member(&address).await;
                ban(service, &person).await;
                person
            }
        }
    }
}

async fn ban(service: &Service, person: &Person) {
    let body = json!({ "address": person.address, "block": true });
    let answer = Answer::to(service.admin(Method::DELETE, "/signature").json(&body)).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

/// An answer and what it has left in the database.
type Trace = (Face, Tables);

async fn trace(service: &Service, call: Call, body: &Value) -> Trace {
    let before = service.tables();
    let answer = service.send(call, body).await;
    (answer.face(), service.growth(&before))
}

fn rows<const N: usize>(rows: [(&str, i64); N]) -> Tables {
    rows.into_iter().map(|(table, count)| (table.to_owned(), count)).collect()
}

/// Five calls in a row, since limits on mail come with the fourth at the latest: the same from
/// the first to the last for each state, and with the same number of rows in every table.
async fn same_for_all(
    service: &Service,
    written: Tables,
    call: impl AsyncFn(Person) -> (Call, Value),
) {
    for state in STATES {
        let person = state.make(service).await;
        let mut left = Vec::new();
        for _ in 0..5 {
            let (call, body) = call(person.with_new_key(service)).await;
            let ((status, headers, body), rows) = trace(service, call, &body).await;
            assert_eq!(
                (status, body.as_str()),
                (202, r#"{"status":"confirmation_sent"}"#),
                "{state:?}"
            );
            let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            let expected = [
                "access-control-expose-headers",
                "cache-control",
                "content-length",
                "content-type",
                "cross-origin-resource-policy",
                "vary",
                "x-content-type-options",
            ];
            assert!(names.iter().all(|name| expected.contains(name)), "{state:?}: {names:?}");
            left.push(rows);
        }
        assert_eq!(left[0], written, "{state:?}");
        // Past the limit on mail only the JWT is remembered, whoever asks.
        assert_eq!(left[4], rows([("spent_jtis", 1)]), "{state:?}");
    }
}

#[tokio::test]
async fn salt_is_silent() {
    let service = Service::start().await;
    let password = Password::new("correct horse").unwrap();
    let (_, blinded) = Blinding::start(&password, &mut UnwrapErr(SysRng)).unwrap();
    let blinded = URL_SAFE_NO_PAD.encode(blinded);
    let mut faces = Vec::new();
    for state in STATES {
        let person = state.make(&service).await;
        let before = service.tables();
        for body in [
            json!({ "address": person.address }),
            json!({ "address": person.address, "blinded": blinded }),
        ] {
            let answer = service.salt(&body).await;
            let (status, headers, text) = answer.face();
            assert_eq!(status, 200, "{text}");
            let mut shape = answer.json();
            for (name, length) in [("address", 14), ("salt", 24), ("evaluated", 66)] {
                if let Some(value) = shape.get_mut(name) {
                    assert_eq!(value.as_str().unwrap().len(), length, "{state:?} {text}");
                    *value = Value::Null;
                }
            }
            faces.push((status, headers, shape.to_string()));
        }
        assert_eq!(service.growth(&before), [].into(), "{state:?}");
    }
    faces.sort();
    faces.dedup();
    assert_eq!(faces.len(), 2, "one with `evaluated` and one without: {faces:#?}");
}

#[tokio::test]
async fn sign_up_is_silent() {
    own_address_is_silent(SIGN_UP).await;
}

#[tokio::test]
async fn a_new_password_is_silent() {
    own_address_is_silent(REPLACE).await;
}

/// A new key for the address that has signed.
async fn own_address_is_silent(call: Call) {
    const WRITTEN: [(&str, i64); 5] =
        [("confirmations", 1), ("events", 1), ("outbox", 1), ("signups", 1), ("spent_jtis", 1)];
    let service = Service::start().await;
    same_for_all(&service, rows(WRITTEN), async |person| {
        let jwt = person.sign(person.claims_for(&service, call, json!({})));
        (call, person.body(call, &jwt))
    })
    .await;
}

const OF_A_NEW_ADDRESS: [(&str, i64); 5] =
    [("confirmations", 2), ("events", 1), ("outbox", 2), ("signups", 1), ("spent_jtis", 1)];

#[tokio::test]
async fn a_new_address_says_nothing_of_the_old_one() {
    let service = Service::start().await;
    same_for_all(&service, rows(OF_A_NEW_ADDRESS), async |person| {
        let new = service.person("new@example.net").await;
        service.execute("DELETE FROM outbox WHERE recipient = 'new@example.net'");
        let more = json!({ "sub": person.address, "new_address": new.address });
        let jwt = new.sign(new.claims_for(&service, REPLACE, more));
        (REPLACE, new.body(REPLACE, &jwt))
    })
    .await;
}

#[tokio::test]
async fn a_new_address_says_nothing_of_the_new_one() {
    let service = Service::start().await;
    service.member("old@example.net").await;
    same_for_all(&service, rows(OF_A_NEW_ADDRESS), async |person| {
        service.execute("DELETE FROM outbox WHERE recipient = 'old@example.net'");
        let more = json!({ "sub": "old@example.net", "new_address": person.address });
        let jwt = person.sign(person.claims_for(&service, REPLACE, more));
        (REPLACE, person.body(REPLACE, &jwt))
    })
    .await;
}

/// Whoever does not hold the active key learns the same from every address, whatever is wrong.
#[tokio::test]
async fn a_signature_that_is_not_the_active_keys_is_refused_in_one_way() {
    let service = Service::start().await;
    let mut refused = Vec::new();
    for state in STATES {
        let person = state.make(&service).await;
        refused.push(person.with_new_key(&service));
        if state != State::Active {
            refused.push(person);
        }
    }
    // A key that was replaced, and one that waits for its confirmation.
    let old = service.member("x0@example.org").await;
    let new = old.with_new_key(&service);
    service.client().change_password(&new).await.unwrap();
    let token = service.token_for("x0@example.org", 2).await;
    for call in [STATUS, DISABLE] {
        assert_eq!(new.call(&service, call, json!({})).await.problem().0, 400);
    }
    service.client().confirm(&new, &token).await.unwrap();
    refused.push(old);
    // The active key under another's name.
    let mut liar = new.clone();
    liar.0.address = "y0@example.org".to_owned();
    refused.push(liar);

    for call in [STATUS, DISABLE] {
        let mut traces = Vec::new();
        for person in &refused {
            let jwt = person.sign(person.claims_for(&service, call, json!({})));
            traces.push(trace(&service, call, &person.body(call, &jwt)).await);
        }
        // Claims that would be refused are not looked at for strangers.
        let stranger = &refused[0];
        let jwt = stranger.sign(stranger.claims_for(&service, call, json!({ "exp": 1 })));
        traces.push(trace(&service, call, &stranger.body(call, &jwt)).await);

        let (first, rows) = traces[0].clone();
        assert_eq!((first.0, rows), (400, [].into()));
        assert!(first.2.contains("urn:notary:problem:signature_refused"), "{}", first.2);
        assert!(traces.iter().all(|(face, rows)| *face == first && rows.is_empty()), "{traces:#?}");
    }
    assert_eq!(new.call(&service, STATUS, json!({})).await.status, 200, "the active one is none");
}

#[tokio::test]
async fn confirming_with_a_made_up_token_is_refused_in_one_way() {
    let service = Service::start().await;
    let mut traces = Vec::new();
    for state in STATES {
        let person = state.make(&service).await;
        let more = json!({ "token": "A".repeat(43) });
        let jwt = person.sign(person.claims_for(&service, CONFIRM, more));
        traces.push(trace(&service, CONFIRM, &person.body(CONFIRM, &jwt)).await);
    }
    assert_eq!(traces[0].0.0, 400);
    traces.dedup();
    assert_eq!(traces.len(), 1, "{traces:#?}");
}
