//! Canonical JSON is what canonicaljson-rs makes of it, from which clients rebuild the payload.

use crate::python::Python;
use notary_signer::domain::{object::Form, uri::Id};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    test_runner::TestRunner,
};
use serde_json::{Value, json};
use std::cell::RefCell;

/// Characters that are written in some special way, between those that are not.
const SPECIAL: &str = "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f} \"'\\/<>&{}u0aZ\u{7e}\u{7f}\u{80}\u{a0}é\u{ff}\u{100}\u{7ff}\u{800}€漢\u{2028}\u{2029}\u{d7ff}\u{e000}\u{fb33}\u{feff}\u{ffff}\u{10000}😀\u{10ffff}";

fn text() -> impl Strategy<Value = String> {
    let special: Vec<char> = SPECIAL.chars().collect();
    let special = vec(proptest::sample::select(special), 0..12);
    prop_oneof![special.prop_map(String::from_iter), any::<String>(), "\\\\u\\{?[0-9a-f]{0,6}\\}?"]
}

fn number() -> impl Strategy<Value = Value> {
    let float = any::<f64>().prop_filter("JSON has finite numbers", |float| float.is_finite());
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000i32..1000).prop_map(Value::from),
        float.prop_map(Value::from),
        (any::<i32>(), -25..25).prop_map(|(n, e)| (f64::from(n) * 10f64.powi(e)).into()),
        proptest::sample::select(vec![0.0, -0.0, f64::MIN_POSITIVE, f64::MAX, 5e-324])
            .prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let members = btree_map(text(), inner.clone(), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = (Value, i64)> {
    let members = btree_map(text(), value(), 0..8);
    let object = members.prop_map(|members| Value::Object(members.into_iter().collect()));
    (object, 1..=i64::MAX)
}

fn form(data: &Value, last_modified: i64) -> String {
    let id = Id::parse("x").unwrap();
    Form::new(&id, data.as_object().unwrap()).unwrap().at(last_modified)
}

#[test]
fn stored_forms_are_those_of_canonicaljson_rs() {
    let python = RefCell::new(Python::start("canonical.py", &[]));
    let tested = TestRunner::default().run(&object(), |(mut data, last_modified)| {
        let ours = form(&data, last_modified);
        data["id"] = json!("x");
        data["last_modified"] = json!(last_modified);
        let mut python = python.borrow_mut();
        python.tell(&data.to_string());
        prop_assert_eq!(&ours, &python.hear());
        // Whoever reads what we serve rebuilds the same bytes.
        let read: Value = serde_json::from_str(&ours).unwrap();
        prop_assert_eq!(form(&read, last_modified), ours);
        Ok(())
    });
    tested.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(python.into_inner().end(), "");
}

#[test]
fn numbers_and_characters_at_the_edges() {
    let mut python = Python::start("canonical.py", &[]);
    let numbers = json!([i64::MIN, i64::MAX, u64::MAX, 0, -1, 0.0, -0.0, 1.0, 1e21, 1e-7, 5e-324]);
    for (data, expected) in [
        (
            json!({ "n": numbers }),
            "-9223372036854775808,9223372036854775807,18446744073709551615,0,-1,\
             0E0,-0E0,1E0,1E21,1E-7,5E-324",
        ),
        (json!({"s": "\0\u{1f}\u{7f}"}), r#""\u0000\u001f\u007f""#),
        (json!({"s": "😀\u{10ffff}\u{ffff}"}), r#""\ud83d\ude00\udbff\udfff\uffff""#),
        (json!({"s": "'\"\\'\\\"/"}), r#""'\"\\'\\\"/""#),
        (json!({"s": "\\u{1f}\\u001f"}), r#""\\u{1f}\\u001f""#),
        (json!({"\u{fb33}": 1, "😀": 2}), r#""\ufb33":1,"\ud83d\ude00":2"#),
    ] {
        let ours = form(&data, 7);
        assert!(ours.contains(expected), "{ours}");
        let mut whole = data;
        whole["id"] = json!("x");
        whole["last_modified"] = json!(7);
        python.tell(&whole.to_string());
        assert_eq!(python.hear(), ours);
    }
}
