//! The three kinds of PATCH (KINTO 2.7).

use super::{
    body::{self, Parts, check_data, check_id, check_permissions, not_a_mapping, take_timestamp},
    object::{Data, Object, Permissions, Timestamp},
    permission,
    uri::Kind,
};
use crate::error::{Error, Result};
use json_patch::{PatchErrorKind, PatchOperation};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How the body of a PATCH is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`: members replace members, listed permissions replace permissions.
    Json,
    /// `application/merge-patch+json` (RFC 7396)
    MergePatch,
    /// `application/json-patch+json` (RFC 6902)
    JsonPatch,
}

/// An object after a PATCH.
#[derive(Clone, Debug, PartialEq)]
pub struct Patched {
    /// All its members.
    pub data: Data,
    /// The time the PATCH asks for, if later than what the object has.
    pub last_modified: Option<Timestamp>,
    /// All its permissions.
    pub permissions: Permissions,
    /// The members that the PATCH names, changed or not.
    pub named: BTreeSet<String>,
}

/// Applies a PATCH.
///
/// # Errors
/// [`Error::Invalid`].
pub fn apply(how: BodyKind, kind: Kind, body: Option<Value>, object: &Object) -> Result<Patched> {
    let Draft { mut data, permissions, named } = match how {
        BodyKind::Json => replace_members(kind, body, object)?,
        BodyKind::MergePatch => merge(kind, body, object)?,
        BodyKind::JsonPatch => operate(kind, body, object)?,
    };
    check_id(data.remove("id").as_ref(), &object.id)?;
    let last_modified = take_timestamp(&mut data).filter(|time| *time > object.last_modified);
    let data = check_data(kind, data, "")?;
    Ok(Patched { data, last_modified, permissions, named })
}

/// What the operations left, not yet checked.
struct Draft {
    data: Data,
    permissions: Permissions,
    named: BTreeSet<String>,
}

/// The parts of a body that is an object.
fn parts(kind: Kind, body: Option<Value>) -> Result<(Data, body::Listed)> {
    let parts = Parts::parse(kind, body)?;
    if parts.data.is_none() && parts.permissions.is_none() {
        let words = "Provide at least one of data or permissions";
        return Err(Error::invalid("body", "data", words));
    }
    Ok((parts.data.unwrap_or_default(), parts.permissions.unwrap_or_default()))
}

fn names(data: &Data) -> BTreeSet<String> {
    data.keys().cloned().collect()
}

fn replace_members(kind: Kind, body: Option<Value>, object: &Object) -> Result<Draft> {
    let (changes, listed) = parts(kind, body)?;
    let named = names(&changes);
    let mut data = object.data.clone();
    data.extend(changes);
    let listed = listed.into_iter().filter_map(|(name, to)| Some((name, to?)));
    let permissions = replace_permissions(&object.permissions, listed);
    Ok(Draft { data, permissions, named })
}

fn merge(kind: Kind, body: Option<Value>, object: &Object) -> Result<Draft> {
    let (changes, listed) = parts(kind, body)?;
    let named = names(&changes);
    let mut merged = Value::Object(object.data.clone());
    json_patch::merge(&mut merged, &Value::Object(changes));
    let data = into_data(merged)?;
    let listed = listed.into_iter().map(|(name, to)| (name, to.unwrap_or_default()));
    let permissions = replace_permissions(&object.permissions, listed);
    Ok(Draft { data, permissions, named })
}

fn replace_permissions(
    permissions: &Permissions,
    listed: impl Iterator<Item = (&'static str, Vec<String>)>,
) -> Permissions {
    let mut permissions = permissions.clone();
    for (name, principals) in listed {
        permissions.0.remove(name);
        principals.into_iter().for_each(|principal| permissions.allow(name, principal));
    }
    permissions
}

/// JSON Patch works on `{"data": …, "permissions": {permission: {principal: principal}}}`, where
/// every permission is there, empty or not, and the value of a principal need not be given.
fn operate(kind: Kind, body: Option<Value>, object: &Object) -> Result<Draft> {
    let operations = match body {
        Some(Value::Array(operations)) => operations,
        None | Some(Value::Object(_)) => {
            return Err(Error::invalid("body", "", "\"{}\" is not iterable"));
        }
        Some(_) => return Err(Error::invalid("body", "", "Should be a JSON object or an array")),
    };
    let checked = operations.into_iter().enumerate().map(|(at, operation)| check(at, operation));
    let operations: Vec<Value> = checked.collect::<Result<_>>()?;
    let patch: json_patch::Patch = serde_json::from_value(operations.into())
        .map_err(|_| failed("a path has a `~` without 0 or 1 behind it"))?;
    let principals = |name: &str| {
        let held = object.permissions.0.get(name).into_iter().flatten();
        held.map(|principal| (principal.clone(), principal.as_str().into())).collect::<Data>()
    };
    let permissions: Data = permission::names(kind)
        .iter()
        .map(|name| ((*name).to_owned(), principals(name).into()))
        .collect();
    let mut document = json!({"data": object.value(), "permissions": permissions});
    json_patch::patch(&mut document, &patch).map_err(|error| failed(reason(&error.kind)))?;
    let data = into_data(document["data"].take())?;
    let permissions = into_permissions(kind, document["permissions"].take())?;
    let named =
        patch.0.iter().flat_map(|operation| named(operation, &object.data, &data)).collect();
    Ok(Draft { data, permissions, named })
}

const OPERATIONS: [&str; 6] = ["test", "add", "remove", "replace", "move", "copy"];

/// An operation of the right form, with the value that the path of a principal implies.
fn check(at: usize, operation: Value) -> Result<Value> {
    let Value::Object(mut operation) = operation else {
        return Err(not_a_mapping(&at.to_string(), &operation));
    };
    let invalid = |name: &str, words: &str| Error::invalid("body", format!("{at}.{name}"), words);
    let mut checked = Map::new();
    for name in ["op", "path", "from"] {
        match operation.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => {
                if name == "op" && !OPERATIONS.contains(&text.as_str()) {
                    let words = format!("\"{text}\" is not one of {}", OPERATIONS.join(", "));
                    return Err(invalid(name, &words));
                }
                if name != "op" && !text.starts_with('/') {
                    return Err(invalid(name, "String does not match expected pattern"));
                }
                checked.insert(name.to_owned(), text.into());
            }
            None if name == "from" => {}
            _ => return Err(invalid(name, "Required")),
        }
    }
    let value = operation.remove("value");
    if !operation.is_empty() {
        return Err(body::unknown_keys(&at.to_string(), &operation));
    }
    let principal = checked["path"].as_str().and_then(principal).map(Value::from);
    match (checked["op"].as_str(), principal.or(value)) {
        (Some("add" | "replace" | "test"), Some(value)) => {
            checked.insert("value".to_owned(), value);
        }
        (Some("add" | "replace" | "test"), None) => {
            return Err(failed("The operation does not contain a 'value' member"));
        }
        (Some("move" | "copy"), _) if !checked.contains_key("from") => {
            return Err(failed("The operation does not contain a 'from' member"));
        }
        _ => {}
    }
    Ok(checked.into())
}

/// Whom a path such as `/permissions/read/alice` names.
fn principal(path: &str) -> Option<&str> {
    path.strip_prefix("/permissions/")?.split_once('/').map(|(_, principal)| principal)
}

fn failed(reason: &str) -> Error {
    Error::malformed("body", format!("JSON Patch operation failed: {reason}"))
}

fn reason(kind: &PatchErrorKind) -> &'static str {
    match kind {
        PatchErrorKind::TestFailed => "the value is not equal to the tested value",
        PatchErrorKind::InvalidFromPointer => "nothing is at the place that 'from' names",
        PatchErrorKind::CannotMoveInsideItself => "a value cannot move into itself",
        _ => "nothing is, or can be, at the place that 'path' names",
    }
}

fn into_data(value: Value) -> Result<Data> {
    match value {
        Value::Object(data) => Ok(data),
        other => Err(not_a_mapping("data", &other)),
    }
}

/// Principals are the keys of maps, unless an operation set a list of them.
fn into_permissions(kind: Kind, value: Value) -> Result<Permissions> {
    let Value::Object(permissions) = value else {
        return Err(not_a_mapping("permissions", &value));
    };
    let lists = permissions.into_iter().map(|(name, principals)| {
        let principals = match principals {
            Value::Object(principals) => principals.into_iter().map(|(key, _)| key).collect(),
            other => other,
        };
        (name, principals)
    });
    let listed = check_permissions(kind, lists.collect())?;
    let listed = listed.into_iter().map(|(name, to)| (name, to.unwrap_or_default()));
    Ok(replace_permissions(&Permissions::default(), listed))
}

/// The members that an operation is about: for one on the whole of `/data`, all of them.
fn named(operation: &PatchOperation, before: &Data, after: &Data) -> BTreeSet<String> {
    let from = match operation {
        PatchOperation::Move(operation) => Some(&*operation.from),
        _ => None,
    };
    let mut all = BTreeSet::new();
    for path in [Some(operation.path()), from].into_iter().flatten() {
        let mut tokens = path.tokens();
        if tokens.next().is_some_and(|token| token.decoded() == "data") {
            match tokens.next() {
                Some(member) => _ = all.insert(member.decoded().into_owned()),
                None => all.extend(before.keys().chain(after.keys()).cloned()),
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::uri::Id;
    use proptest::prelude::*;

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
        assert_eq!(
            permissions(Json, json!({"permissions": {"read": []}})),
            json!({"write": ["w"]})
        );
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
            (
                json!({"op": "remove", "path": "/permissions/write/w"}),
                json!({"read": ["a/b", "r"]}),
            ),
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
    fn the_members_that_are_named() {
        let named = |how, body| patch(how, body).unwrap().named.into_iter().collect::<Vec<_>>();
        assert_eq!(named(Json, json!({"data": {"n": 1, "new": 2}})), ["n", "new"]);
        assert_eq!(named(MergePatch, json!({"data": {"n": null}})), ["n"]);
        assert_eq!(
            named(
                JsonPatch,
                json!([{"op": "test", "path": "/data/n", "value": 1},
                {"op": "move", "from": "/data/o/a", "path": "/data/m"},
                {"op": "add", "path": "/permissions/read/n"}])
            ),
            ["m", "n", "o"]
        );
        assert_eq!(
            named(JsonPatch, json!([{"op": "replace", "path": "/data", "value": {"q": 1}}])),
            ["l", "n", "o", "q"]
        );
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
            let body = json!({"data": change});
            let once = apply(MergePatch, Kind::Record, Some(body.clone()), &object(before.clone()));
            let once = once.unwrap();
            let again = object(Value::Object(once.data.clone()));
            let twice = apply(MergePatch, Kind::Record, Some(body), &again).unwrap();
            prop_assert_eq!(&once.data, &twice.data);
            for (name, value) in before.as_object().unwrap() {
                prop_assert!(once.named.contains(name) || once.data.get(name) == Some(value));
            }
        }
    }
}
