//! JSON Patch (RFC 6902) on an object and its permissions.

use super::{into_data, replace_permissions};
use crate::{
    domain::{
        body::{check_permissions, not_a_mapping, unknown_keys},
        extent::{Extent, MOST_LEVELS},
        object::{Data, Object, Permissions},
        permission,
        uri::Kind,
    },
    error::{Error, Result},
};
use json_patch::{PatchErrorKind, PatchOperation, patch};
use serde_json::{Map, Value, json};

/// JSON Patch works on `{"data": …, "permissions": {permission: {principal: principal}}}`, where
/// every permission is there, empty or not, and the value of a principal need not be given.
pub(super) fn operate(
    kind: Kind,
    body: Option<Value>,
    object: &Object,
) -> Result<(Data, Permissions)> {
    let operations = match body {
        Some(Value::Array(operations)) => operations,
        None | Some(Value::Object(_)) => {
            return Err(Error::invalid("body", "", "\"{}\" is not iterable"));
        }
        Some(_) => return Err(Error::invalid("body", "", "Should be a JSON object or an array")),
    };
    if operations.len() > MOST_OPERATIONS {
        return Err(failed(&format!("there are more than {MOST_OPERATIONS} operations")));
    }
    let checked = operations.into_iter().enumerate().map(|(at, operation)| check(at, operation));
    let operations: Vec<Value> = checked.collect::<Result<_>>()?;
    let operations: json_patch::Patch = serde_json::from_value(operations.into())
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
    let mut room = MOST_MOVED;
    for operation in &operations.0 {
        guard(&document, operation, &mut room)?;
        patch(&mut document, std::slice::from_ref(operation))
            .map_err(|error| failed(reason(&error.kind)))?;
    }
    let data = into_data(document["data"].take())?;
    let permissions = into_permissions(kind, document["permissions"].take())?;
    Ok((data, permissions))
}

/// Each may move everything in a long list.
const MOST_OPERATIONS: usize = 1_000;
/// Copies of copies double, and what is moved is measured each time: so many bytes in all.
const MOST_MOVED: usize = 10 * 1024 * 1024;

/// That an operation nests nothing too deep for those that walk through it later, and that those
/// before it have left room for what it copies or moves.
fn guard(document: &Value, operation: &PatchOperation, room: &mut usize) -> Result<()> {
    let (path, value, moved) = match operation {
        PatchOperation::Add(add) => (&add.path, Some(&add.value), false),
        PatchOperation::Replace(replace) => (&replace.path, Some(&replace.value), false),
        PatchOperation::Move(from) => (&from.path, document.pointer(from.from.as_str()), true),
        PatchOperation::Copy(from) => (&from.path, document.pointer(from.from.as_str()), true),
        PatchOperation::Remove(_) | PatchOperation::Test(_) => return Ok(()),
    };
    // Where nothing is there, the operation says so itself.
    let Some(Extent { levels, bytes }) = value.map(Extent::of) else { return Ok(()) };
    // The first step is to the data itself, which is a level.
    if path.count() + levels > MOST_LEVELS + 1 {
        return Err(failed(&format!("something is nested more than {MOST_LEVELS} levels deep")));
    }
    if moved {
        *room = room
            .checked_sub(bytes)
            .ok_or_else(|| failed(&format!("more than {MOST_MOVED} bytes are copied and moved")))?;
    }
    Ok(())
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
        return Err(unknown_keys(&at.to_string(), &operation));
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
