use super::*;
use crate::domain::uri::Id;
use proptest::prelude::*;
use serde_json::json;

fn object(data: Value) -> Object {
    let mut permissions = Permissions::default();
    for (name, principal) in [("read", "r"), ("read", "a/b"), ("write", "w")] {
        permissions.allow(name, principal);
    }
    let data = data.as_object().unwrap().clone();
    Object::new(Id::parse("x").unwrap(), 10, data, permissions).unwrap()
}

fn patch(how: BodyKind, body: Value) -> Result<Patched> {
    let object = object(json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2]}));
    apply(how, Kind::Record, Some(body), &object)
}

fn data(how: BodyKind, body: Value) -> Value {
    patch(how, body).unwrap().data.into()
}

fn permissions(how: BodyKind, body: Value) -> Value {
    serde_json::to_value(patch(how, body).unwrap().permissions).unwrap()
}

/// Name and description of the fault.
fn fault(how: BodyKind, body: Value) -> (Option<String>, String) {
    match patch(how, body.clone()) {
        Err(Error::Invalid(mut faults)) => {
            let fault = faults.remove(0);
            (fault.name, fault.description)
        }
        other => panic!("{body} gave {other:?}"),
    }
}

use BodyKind::{Json, JsonPatch, MergePatch};

#[test]
fn plain_json_replaces_members() {
    assert_eq!(
        data(Json, json!({"data": {"n": null, "o": {"c": 1}, "id": "x"}})),
        json!({"n": null, "o": {"c": 1}, "l": [1, 2]})
    );
    let before = json!({"read": ["a/b", "r"], "write": ["w"]});
    for same in [json!({}), json!({"read": null})] {
        assert_eq!(permissions(Json, json!({"permissions": same})), before);
    }
    assert_eq!(
        permissions(Json, json!({"permissions": {"read": ["z"]}})),
        json!({"read": ["z"], "write": ["w"]})
    );
    assert_eq!(permissions(Json, json!({"permissions": {"read": []}})), json!({"write": ["w"]}));
}

#[test]
fn merge_patch_goes_deep_and_null_removes() {
    assert_eq!(
        data(
            MergePatch,
            json!({"data": {"n": {"x": null, "y": 1}, "o": {"a": null, "c": 3},
            "l": [null], "gone": null}})
        ),
        json!({"n": {"y": 1}, "o": {"b": 2, "c": 3}, "l": [null]})
    );
    assert_eq!(
        permissions(MergePatch, json!({"permissions": {"read": null}})),
        json!({"write": ["w"]})
    );
    assert!(patch(MergePatch, json!({"data": {"id": null, "last_modified": null}})).is_ok());
}

#[test]
fn a_later_time_is_kept() {
    for (asked, kept) in [(json!(11), Some(11)), (json!(10), None), (json!("11"), None)] {
        let body = json!({"data": {"last_modified": asked}});
        assert_eq!(patch(Json, body.clone()).unwrap().last_modified, kept);
        assert_eq!(patch(MergePatch, body).unwrap().last_modified, kept);
        let body = json!([{"op": "replace", "path": "/data/last_modified", "value": asked}]);
        assert_eq!(patch(JsonPatch, body).unwrap().last_modified, kept);
    }
}

#[test]
fn neither_data_nor_permissions() {
    let words = "Provide at least one of data or permissions".to_owned();
    for how in [Json, MergePatch] {
        assert_eq!(fault(how, json!({})), (Some("data".to_owned()), words.clone()));
        assert!(apply(how, Kind::Record, None, &object(json!({}))).is_err());
    }
}

#[test]
fn another_id_is_refused() {
    let words = "Object id does not match existing object";
    for (how, body) in [
        (Json, json!({"data": {"id": "y"}})),
        (Json, json!({"data": {"id": null}})),
        (MergePatch, json!({"data": {"id": "y"}})),
        (JsonPatch, json!([{"op": "add", "path": "/data/id", "value": "y"}])),
    ] {
        assert_eq!(fault(how, body), (Some("id".to_owned()), words.to_owned()));
    }
}

#[test]
fn operations_on_members() {
    for (operation, after) in [
        (
            json!({"op": "add", "path": "/data/a-b c", "value": 9}),
            json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2], "a-b c": 9}),
        ),
        (
            json!({"op": "add", "path": "/data/l/-", "value": 9}),
            json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2, 9]}),
        ),
        (json!({"op": "remove", "path": "/data/o"}), json!({"n": 1, "l": [1, 2]})),
        (
            json!({"op": "move", "from": "/data/o/a", "path": "/data/m"}),
            json!({"n": 1, "o": {"b": 2}, "l": [1, 2], "m": 1}),
        ),
        (
            json!({"op": "copy", "from": "/data/n", "path": "/data/m"}),
            json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2], "m": 1}),
        ),
        (json!({"op": "replace", "path": "/data", "value": {}}), json!({})),
        (
            json!({"op": "test", "path": "/data/n", "value": 1}),
            json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2]}),
        ),
        (
            json!({"op": "remove", "path": "/data/id"}),
            json!({"n": 1, "o": {"a": 1, "b": 2}, "l": [1, 2]}),
        ),
    ] {
        assert_eq!(data(JsonPatch, json!([operation])), after, "{operation}");
    }
    assert!(patch(JsonPatch, json!([])).is_ok());
}

#[test]
fn operations_on_permissions() {
    for (operation, after) in [
        (
            json!({"op": "add", "path": "/permissions/read/z"}),
            json!({"read": ["a/b", "r", "z"], "write": ["w"]}),
        ),
        (
            json!({"op": "add", "path": "/permissions/read/a~1c", "value": 1}),
            json!({"read": ["a/b", "a/c", "r"], "write": ["w"]}),
        ),
        (
            json!({"op": "remove", "path": "/permissions/read/r"}),
            json!({"read": ["a/b"], "write": ["w"]}),
        ),
        (json!({"op": "remove", "path": "/permissions/write/w"}), json!({"read": ["a/b", "r"]})),
        (
            json!({"op": "replace", "path": "/permissions/read", "value": ["k"]}),
            json!({"read": ["k"], "write": ["w"]}),
        ),
        (
            json!({"op": "replace", "path": "/permissions/read", "value": {"k": 1}}),
            json!({"read": ["k"], "write": ["w"]}),
        ),
    ] {
        assert_eq!(permissions(JsonPatch, json!([operation])), after, "{operation}");
    }
    let bare = Object::new(Id::parse("c").unwrap(), 1, Data::new(), Permissions::default());
    let body = json!([{"op": "add", "path": "/permissions/record:create/alice"}]);
    let patched = apply(JsonPatch, Kind::Collection, Some(body), &bare.unwrap()).unwrap();
    assert_eq!(
        serde_json::to_value(patched.permissions).unwrap(),
        json!({"record:create": ["alice"]})
    );
}

#[test]
fn operations_that_are_refused() {
    for (body, name, words) in [
        (json!({}), Some(""), "\"{}\" is not iterable"),
        (json!([{"path": "/data/n"}]), Some("0.op"), "Required"),
        (json!([{"op": "add", "path": ""}]), Some("0.path"), "Required"),
        (
            json!([{"op": "foo", "path": "/data"}]),
            Some("0.op"),
            "\"foo\" is not one of test, add, remove, replace, move, copy",
        ),
        (
            json!([{"op": "add", "path": "data"}]),
            Some("0.path"),
            "String does not match expected pattern",
        ),
        (
            json!([{"op": "add", "path": "/data/n", "x": 1}]),
            Some("0"),
            "Unrecognized keys in mapping: \"{'x': 1}\"",
        ),
        (
            json!([{"op": "add", "path": "/data/n"}]),
            None,
            "JSON Patch operation failed: The operation does not contain a 'value' member",
        ),
        (
            json!([{"op": "move", "path": "/data/n"}]),
            None,
            "JSON Patch operation failed: The operation does not contain a 'from' member",
        ),
        (
            json!([{"op": "test", "path": "/data/n", "value": 2}]),
            None,
            "JSON Patch operation failed: the value is not equal to the tested value",
        ),
        (
            json!([{"op": "remove", "path": "/data/zz"}]),
            None,
            "JSON Patch operation failed: nothing is, or can be, at the place that 'path' names",
        ),
        (
            json!([{"op": "remove", "path": "/permissions/read//buckets/b"}]),
            None,
            "JSON Patch operation failed: nothing is, or can be, at the place that 'path' names",
        ),
        (
            json!([{"op": "add", "path": "/data/l/9", "value": 9}]),
            None,
            "JSON Patch operation failed: nothing is, or can be, at the place that 'path' names",
        ),
        (
            json!([{"op": "add", "path": "/permissions/foo/a"}]),
            None,
            "JSON Patch operation failed: nothing is, or can be, at the place that 'path' names",
        ),
        (
            json!([{"op": "add", "path": "/permissions/foo", "value": {}}]),
            Some("permissions"),
            "\"foo\" is not one of read, write",
        ),
        (
            json!([{"op": "remove", "path": "/data"}]),
            Some("data"),
            "\"None\" is not a mapping type: Does not implement dict-like functionality.",
        ),
        (
            json!([{"op": "replace", "path": "/permissions", "value": 3}]),
            Some("permissions"),
            "\"3\" is not a mapping type: Does not implement dict-like functionality.",
        ),
    ] {
        let found = fault(JsonPatch, body.clone());
        assert_eq!(found, (name.map(str::to_owned), words.to_owned()), "{body}");
    }
}

#[test]
fn what_a_kind_asks_of_its_members_holds_after_the_patch() {
    let group = object(json!({"members": ["a"]}));
    let members = |body| apply(Json, Kind::Group, Some(body), &group);
    assert!(members(json!({"data": {"members": ["system.Everyone"]}})).is_err());
    assert_eq!(members(json!({"data": {"x": 1}})).unwrap().data["members"], json!(["a"]));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        ]
    })
}

fn members() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]", json_value(), 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

proptest! {
    /// The difference of two objects, as RFC 6902 writes it, leads from one to the other.
    #[test]
    fn a_difference_leads_to_its_end(before in members(), after in members()) {
        let mut patch = serde_json::to_value(json_patch::diff(&before, &after)).unwrap();
        for operation in patch.as_array_mut().unwrap() {
            for name in ["path", "from"] {
                if let Some(path) = operation.get_mut(name) {
                    *path = format!("/data{}", path.as_str().unwrap()).into();
                }
            }
        }
        let patched = apply(JsonPatch, Kind::Record, Some(patch), &object(before)).unwrap();
        prop_assert_eq!(Value::Object(patched.data), after);
    }

    /// Doing a merge again changes nothing, and nothing but what it names is changed.
    #[test]
    fn a_merge_settles(before in members(), change in members()) {
        let body = json!({ "data": &change });
        let once = apply(MergePatch, Kind::Record, Some(body.clone()), &object(before.clone()));
        let once = once.unwrap();
        let again = object(Value::Object(once.data.clone()));
        let twice = apply(MergePatch, Kind::Record, Some(body), &again).unwrap();
        prop_assert_eq!(&once.data, &twice.data);
        for (name, value) in before.as_object().unwrap() {
            prop_assert!(change.get(name).is_some() || once.data.get(name) == Some(value));
        }
    }
}
