use super::*;
use serde_json::json;

fn parse(kind: Kind, body: Value) -> Body {
    Body::parse(kind, Some(body)).unwrap()
}

/// Name and description of the first fault.
fn fault(kind: Kind, body: Value) -> (String, String) {
    let Err(Error::Invalid(faults)) = Body::parse(kind, Some(body.clone())) else {
        panic!("{body} is taken");
    };
    assert_eq!(faults[0].location, "body");
    (faults[0].name.clone().unwrap(), faults[0].description.clone())
}

#[test]
fn nothing_says_nothing() {
    for body in [None, Some(json!({})), Some(json!({"permissions": {}}))] {
        assert_eq!(Body::parse(Kind::Group, body).unwrap(), Body::default());
    }
    assert_eq!(parse(Kind::Record, json!({"permissions": {"read": null}})), Body::default());
}

#[test]
fn data_and_permissions() {
    let body = parse(
        Kind::Record,
        json!({"data": {"id": "x", "last_modified": 5, "n": 1},
            "permissions": {"read": ["a", "b"], "write": []}}),
    );
    assert_eq!(body.last_modified(), Some(5));
    assert_eq!(body.id().unwrap(), Id::parse("x"));
    assert!(body.check_id(&Id::parse("x").unwrap()).is_ok());
    assert!(body.check_id(&Id::parse("y").unwrap()).is_err());
    let mut permissions = Permissions::default();
    permissions.allow("read", "a");
    permissions.allow("read", "b");
    assert_eq!(body.permissions(), Some(&permissions));
    assert_eq!(Value::Object(body.into_data().unwrap()), json!({"n": 1}));
    let cleared = parse(Kind::Record, json!({"permissions": {"read": []}}));
    assert_eq!(cleared.permissions(), Some(&Permissions::default()));
}

#[test]
fn odd_timestamps_are_dropped() {
    for odd in [json!("5"), json!(1.5), json!(null), json!(true), json!(0), json!(-3)] {
        let body = parse(Kind::Record, json!({"data": {"last_modified": odd}}));
        assert_eq!(body.last_modified(), None, "{odd}");
        assert_eq!(body.data(), Some(&Data::new()));
    }
    let body = parse(Kind::Record, json!({"data": {"last_modified": 1_i64 << 53}}));
    assert_eq!(body.last_modified(), None);
}

#[test]
fn odd_ids_are_refused() {
    for odd in [json!(1), json!(""), json!("é"), json!(null), json!([])] {
        let body = parse(Kind::Record, json!({"data": {"id": odd}}));
        assert!(matches!(body.id(), Err(Error::Invalid(faults))
            if faults[0].location == "path" && faults[0].description == "Invalid object id"));
        assert!(body.check_id(&Id::parse("x").unwrap()).is_err());
    }
}

#[test]
fn other_forms_are_refused_in_kintos_words() {
    let mapping = "is not a mapping type: Does not implement dict-like functionality.";
    for (body, name, words) in [
        (json!([]), "", format!("\"[]\" {mapping}")),
        (json!(1), "", "Should be a JSON object or an array".to_owned()),
        (json!({"data": 1}), "data", format!("\"1\" {mapping}")),
        (json!({"data": null}), "data", format!("\"None\" {mapping}")),
        (json!({"permissions": null}), "permissions", format!("\"None\" {mapping}")),
        (json!({"foo": 1}), "", "Unrecognized keys in mapping: \"{'foo': 1}\"".to_owned()),
        (
            json!({"permissions": {"foo": []}}),
            "permissions",
            "\"foo\" is not one of read, write".to_owned(),
        ),
        (
            json!({"permissions": {"read": "a"}}),
            "permissions.read",
            "\"a\" is not iterable".to_owned(),
        ),
        (
            json!({"permissions": {"read": ["a", 1]}}),
            "permissions.read.1",
            "1 is not a string".to_owned(),
        ),
        (json!({"permissions": {"read": [""]}}), "permissions.read.0", "Required".to_owned()),
        (
            json!({"permissions": {"read": ["a\0"]}}),
            "permissions.read.0",
            "Invalid character 0x00".to_owned(),
        ),
        (json!({"data": {"a": ["\0"]}}), "data", "Invalid character 0x00".to_owned()),
        (json!({"data": {"a": {"\0": 1}}}), "data", "Invalid character 0x00".to_owned()),
    ] {
        assert_eq!(fault(Kind::Record, body), (name.to_owned(), words));
    }
}

#[test]
fn each_kind_has_its_permissions() {
    let all = json!({"read": [], "write": [], "collection:create": [], "group:create": []});
    assert!(Body::parse(Kind::Bucket, Some(json!({"permissions": all}))).is_ok());
    let (_, words) = fault(Kind::Collection, json!({"permissions": {"group:create": []}}));
    assert_eq!(words, "\"group:create\" is not one of read, write, record:create");
}

#[test]
fn members_of_groups() {
    let members = |data| parse(Kind::Group, json!({"data": data})).into_data().unwrap();
    assert_eq!(members(json!({}))["members"], json!([]));
    assert_eq!(members(json!({"members": ["a", "a"]}))["members"], json!(["a", "a"]));
    for (members, name, words) in [
        (json!(null), "data.members", "\"None\" is not iterable"),
        (json!([null]), "data.members.0", "Required"),
        (json!(["a", 1]), "data.members.1", "1 is not a string"),
        (json!(["/buckets/b"]), "data.members.0", "'/buckets/b' is not a valid user ID."),
        (json!(["system.Everyone"]), "data.members.0", "'system.Everyone' is not a valid user ID."),
    ] {
        let found = fault(Kind::Group, json!({"data": {"members": members}}));
        assert_eq!(found, (name.to_owned(), words.to_owned()));
    }
}

#[test]
fn fields_of_collections() {
    let of = |data| parse(Kind::Collection, json!({"data": data})).into_data().unwrap();
    for (value, kept) in [(json!("10"), 10), (json!(1.7), 1), (json!(0), 0)] {
        assert_eq!(of(json!({"cache_expires": value}))["cache_expires"], json!(kept));
    }
    assert!(of(json!({"cache_expires": null})).is_empty());
    assert_eq!(
        fault(Kind::Collection, json!({"data": {"cache_expires": "x"}})),
        ("data.cache_expires".to_owned(), "\"x\" is not a number".to_owned())
    );
    let (name, _) = fault(Kind::Collection, json!({"data": {"schema": {"type": "foo"}}}));
    assert_eq!(name, "data.schema");
    let (name, _) = fault(Kind::Bucket, json!({"data": {"record:schema": []}}));
    assert_eq!(name, "data.record:schema");
    // Other kinds have no such field.
    parse(Kind::Record, json!({"data": {"schema": 1, "members": 1, "cache_expires": "x"}}));
}
