//! The claims, for the user side and for other services.

use super::*;
use serde_json::Map;

#[test]
fn clocks_may_differ_by_half_a_minute() {
    let at = |iat: Seconds, exp: Seconds| {
        let claims = with(claims(), "iat", json!(NOW + iat));
        check(&jwt(with(claims, "exp", json!(NOW + exp)))).map(|_| ())
    };
    assert_eq!(at(25, 145), Ok(()), "their clock is ahead");
    assert_eq!(at(35, 155), Err(JwtFault::NotYetValid));
    assert_eq!(at(-145, -25), Ok(()), "their clock is behind");
    assert_eq!(at(-155, -35), Err(JwtFault::Expired));

    let nbf = |nbf: Seconds| check(&jwt(with(claims(), "nbf", json!(NOW + nbf)))).map(|_| ());
    assert_eq!(nbf(-1_000), Ok(()));
    assert_eq!(nbf(25), Ok(()));
    assert_eq!(nbf(35), Err(JwtFault::NotYetValid));
}

#[test]
fn a_jwt_for_the_user_side_lives_five_minutes_at_most() {
    let lifetime =
        |seconds: Seconds| check(&jwt(with(claims(), "exp", json!(NOW + seconds)))).map(|_| ());
    assert_eq!(lifetime(1), Ok(()));
    assert_eq!(lifetime(300), Ok(()));
    for seconds in [301, 3_600, 0, -10] {
        assert_eq!(lifetime(seconds), Err(JwtFault::Lifetime), "{seconds}");
    }
}

#[test]
fn dates_are_numbers_of_our_time() {
    for name in ["iat", "exp", "nbf"] {
        for bad in [
            json!("1800000000"),
            json!(-1),
            json!(true),
            json!([NOW]),
            json!(u64::MAX),
            json!(1e300),
            json!(LATEST + 1),
        ] {
            let text = jwt(with(claims(), name, bad.clone()));
            assert_eq!(check(&text).unwrap_err(), JwtFault::Claim(name), "{bad}");
        }
    }
    assert!(check(&jwt(with(claims(), "iat", json!(NOW as f64 + 0.5)))).is_ok());
}

#[test]
fn claims_that_are_refused() {
    use JwtFault::*;
    for (name, value, fault) in [
        ("iat", Value::Null, Claim("iat")),
        ("exp", Value::Null, Claim("exp")),
        ("aud", Value::Null, Claim("aud")),
        ("aud", json!([CALL.audience]), Claim("aud")),
        ("aud", json!(1), Claim("aud")),
        ("aud", json!({ "a": CALL.audience }), Claim("aud")),
        ("aud", json!("https://notary.example/"), Audience),
        ("aud", json!("https://NOTARY.example"), Audience),
        ("aud", json!("https://other.example"), Audience),
        ("aud", json!(""), Audience),
        ("htm", Value::Null, Binding("htm")),
        ("htm", json!("post"), Binding("htm")),
        ("htm", json!("DELETE"), Binding("htm")),
        ("htm", json!(["POST"]), Binding("htm")),
        ("htu", Value::Null, Binding("htu")),
        ("htu", json!("https://notary.example/confirm"), Binding("htu")),
        ("htu", json!("https://notary.example/signup/"), Binding("htu")),
        ("htu", json!("https://notary.example/signup?x=1"), Binding("htu")),
        ("htu", json!("/signup"), Binding("htu")),
        ("jti", Value::Null, Claim("jti")),
        ("jti", json!(""), Claim("jti")),
        ("jti", json!("a".repeat(257)), Claim("jti")),
        ("jti", json!(1), Claim("jti")),
        ("sub", Value::Null, Claim("sub")),
        ("sub", json!("foo"), Claim("sub")),
        ("sub", json!(1), Claim("sub")),
        ("sub", json!(["foo@bar.com"]), Claim("sub")),
    ] {
        let text = jwt(with(claims(), name, value.clone()));
        assert_eq!(check(&text).unwrap_err(), fault, "{name}: {value}");
    }
    assert!(check(&jwt(with(claims(), "jti", json!("a".repeat(256))))).is_ok());
    let spelled = jwt(with(claims(), "sub", json!("Foo@BAR.com")));
    assert_eq!(check(&spelled).unwrap().subject.as_str(), "foo@bar.com");
}

#[test]
fn claims_that_only_some_calls_read() {
    let read = |name: &str, value: Value| {
        let text = jwt(with(claims(), name, value));
        let unverified = Unverified::parse(&text).unwrap();
        (unverified.token(), unverified.new_address().map(|new| new.map(String::from)))
    };
    for token in
        [json!(1), json!(""), json!(b64([1; 31])), json!(b64([1; 33])), json!(b64([1; 32]) + "=")]
    {
        assert_eq!(read("token", token.clone()).0, None, "{token}");
    }
    assert_eq!(read("new_address", json!("New@Bar.com")).1, Some(Ok("new@bar.com".to_owned())));
    for address in [json!(1), json!(""), json!("new"), json!(["new@bar.com"])] {
        let refused = Some(Err(JwtFault::Claim("new_address")));
        assert_eq!(read("new_address", address.clone()).1, refused, "{address}");
    }
}

mod service {
    use super::*;

    fn check(claims: Value, call: &ServiceCall<'_>) -> Result<ServiceClaims, JwtFault> {
        let owner = Address::parse("foo@bar.com").unwrap();
        let text = jwt(claims);
        let signed = Unverified::parse(&text)?.verify(&public(&signer()))?;
        Arc::new(signed).for_service(call, &owner, NOW)
    }

    fn claims() -> Value {
        json!({ "sub": "foo@bar.com", "aud": "https://b.example", "iat": NOW, "exp": NOW + 3_600 })
    }

    fn call<'a>(audiences: &'a [String], user_side: &'a [String]) -> ServiceCall<'a> {
        ServiceCall { audiences, method: None, uri: None, digest: None, max_age: 3_600, user_side }
    }

    #[test]
    fn needs_no_binding_that_nobody_asks_for() {
        let audiences = ["https://a.example".to_owned(), "https://b.example".to_owned()];
        let call = call(&audiences, &[]);
        let extended = with(claims(), "role", json!({ "admin": true }));
        let checked = check(extended.clone(), &call).unwrap();
        let members: Map<String, Value> = checked
            .members()
            .into_iter()
            .map(|(name, value)| (name, serde_json::from_str(value.get()).unwrap()))
            .collect();
        assert_eq!(Value::Object(members), extended);
        assert_eq!(checked.payload(), extended.to_string());

        use JwtFault::*;
        for (name, value, fault) in [
            ("aud", json!("https://c.example"), Audience),
            ("aud", json!(["https://a.example"]), Claim("aud")),
            ("sub", json!("foo2@bar.com"), Subject),
            ("sub", Value::Null, Claim("sub")),
            ("exp", json!(NOW + 3_601), Lifetime),
            ("exp", Value::Null, Claim("exp")),
            ("iat", json!(NOW - 3_635), Lifetime),
            ("nbf", json!(NOW + 35), NotYetValid),
            ("token", json!(1), NotForServices),
        ] {
            let fault_found = check(with(claims(), name, value.clone()), &call).unwrap_err();
            assert_eq!(fault_found, fault, "{name}: {value}");
        }
    }

    #[test]
    fn refuses_what_was_made_for_the_user_side() {
        let audiences = ["https://b.example".to_owned()];
        let user_side = [CALL.uri.to_owned()];
        let bound = with(claims(), "htu", json!(CALL.uri));
        let fault = check(bound.clone(), &call(&audiences, &user_side)).unwrap_err();
        assert_eq!(fault, JwtFault::NotForServices);
        assert!(check(bound, &call(&audiences, &[])).is_ok());
    }

    #[test]
    fn holds_every_binding_that_is_asked_for() {
        let audiences = ["https://b.example".to_owned()];
        let bound = |name: &str, value: Value| {
            let claims = with(claims(), "htm", json!("PUT"));
            let claims = with(claims, "htu", json!("https://b.example/x"));
            with(with(claims, "digest", json!("sha-256=:AA==:")), name, value)
        };
        let call = ServiceCall {
            method: Some("PUT"),
            uri: Some("https://b.example/x"),
            digest: Some("sha-256=:AA==:"),
            ..call(&audiences, &[])
        };
        assert!(check(bound("own", json!(1)), &call).is_ok());
        for name in ["htm", "htu", "digest"] {
            for value in [Value::Null, json!("other"), json!(1), json!(["PUT"])] {
                let fault = check(bound(name, value.clone()), &call).unwrap_err();
                assert_eq!(fault, JwtFault::Binding(name), "{value}");
            }
        }
    }
}
