//! Bodies of POST and PUT: what they may hold, whatever object they are for (KINTO 2.1, 2.2).

use super::{
    extent::{Extent, MOST_LEVELS},
    object::{Data, Permissions, Timestamp},
    permission,
    schema_check::check_form,
    uri::{Id, Kind},
};
use crate::error::{Error, Fault, Result};
use serde_json::{Map, Value};

/// A body that is in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    data: Option<Data>,
    id: Option<Value>,
    last_modified: Option<Timestamp>,
    permissions: Option<Permissions>,
}

impl Body {
    /// Checks the body of a POST or PUT of an object of this kind; none at all is an empty one.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn parse(kind: Kind, body: Option<Value>) -> Result<Self> {
        let mut parts = Parts::parse(kind, body)?;
        let id = parts.data.as_mut().and_then(|data| data.remove("id"));
        let last_modified = parts.data.as_mut().and_then(take_timestamp);
        let data = parts.data.map(|data| check_data(kind, data, "data.")).transpose()?;
        let listed = parts.permissions.unwrap_or_default();
        let listed: Vec<_> = listed.into_iter().filter(|(_, to)| to.is_some()).collect();
        let mut permissions = (!listed.is_empty()).then(Permissions::default);
        for (permission, principals) in listed {
            for principal in principals.into_iter().flatten() {
                permissions.get_or_insert_default().allow(permission, principal);
            }
        }
        Ok(Self { data, id, last_modified, permissions })
    }

    /// The id that a POST asks for.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is none.
    pub fn id(&self) -> Result<Option<Id>> {
        let parse = |id: &Value| {
            let id = id.as_str().and_then(Id::parse);
            id.ok_or_else(|| Error::malformed("path", "Invalid object id"))
        };
        self.id.as_ref().map(parse).transpose()
    }

    /// That the body names no other object than that of the path.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it does.
    pub fn check_id(&self, id: &Id) -> Result<()> {
        check_id(self.id.as_ref(), id)
    }

    /// The time that the body asks for: for a new object taken as it is, for another only if it is
    /// later than what the object has.
    pub fn last_modified(&self) -> Option<Timestamp> {
        self.last_modified
    }

    /// All permissions of the object from now on, but for those of the caller; `None` leaves them.
    pub fn permissions(&self) -> Option<&Permissions> {
        self.permissions.as_ref()
    }

    /// All members of the object from now on; `None` leaves them.
    pub fn data(&self) -> Option<&Data> {
        self.data.as_ref()
    }

    /// As [`data`](Self::data), given away.
    pub fn into_data(self) -> Option<Data> {
        self.data
    }
}

/// Who gets which permission; `None` stands for `null`.
pub(super) type Listed = Vec<(&'static str, Option<Vec<String>>)>;

/// The two keys that a body can have, each of the right form.
pub(super) struct Parts {
    pub data: Option<Data>,
    pub permissions: Option<Listed>,
}

impl Parts {
    /// # Errors
    /// [`Error::Invalid`].
    pub fn parse(kind: Kind, body: Option<Value>) -> Result<Self> {
        let mut body = match body {
            None => Map::new(),
            Some(Value::Object(body)) => body,
            Some(body @ Value::Array(_)) => return Err(not_a_mapping("", &body)),
            Some(_) => {
                return Err(Error::invalid("body", "", "Should be a JSON object or an array"));
            }
        };
        let data = match body.remove("data") {
            None => None,
            Some(Value::Object(data)) => Some(data),
            Some(other) => return Err(not_a_mapping("data", &other)),
        };
        let permissions = match body.remove("permissions") {
            None => None,
            Some(Value::Object(permissions)) => Some(check_permissions(kind, permissions)?),
            Some(other) => return Err(not_a_mapping("permissions", &other)),
        };
        if !body.is_empty() {
            return Err(unknown_keys("", &body));
        }
        Ok(Self { data, permissions })
    }
}

/// The permissions of a body.
///
/// # Errors
/// [`Error::Invalid`] for a name that objects of this kind do not have, or what is no list.
pub(super) fn check_permissions(kind: Kind, permissions: Map<String, Value>) -> Result<Listed> {
    let (mut listed, mut faults) = (Vec::new(), Faults::default());
    for (permission, value) in permissions {
        let permission = known_permission(kind, &permission)?;
        let name = format!("permissions.{permission}");
        let principals = (!value.is_null()).then(|| faults.strings(&name, value, |_| None));
        listed.push((permission, principals));
    }
    faults.none()?;
    Ok(listed)
}

fn known_permission(kind: Kind, permission: &str) -> Result<&'static str> {
    let names = permission::names(kind);
    names.iter().find(|name| **name == permission).copied().ok_or_else(|| {
        let words = format!("\"{permission}\" is not one of {}", names.join(", "));
        Error::invalid("body", "permissions", words)
    })
}

/// The members of an object of this kind, `id` and `last_modified` apart, as they are to be
/// stored; faults get the prefix.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn check_data(kind: Kind, mut data: Data, prefix: &str) -> Result<Data> {
    if data.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)) {
        return Err(Error::invalid("body", "data", "Invalid character 0x00"));
    }
    if data.values().any(|value| Extent::of(value).levels >= MOST_LEVELS) {
        let words = format!("Nested more than {MOST_LEVELS} levels deep");
        return Err(Error::invalid("body", "data", words));
    }
    let mut faults = Faults::default();
    match kind {
        Kind::Bucket => {
            for name in ["collection:schema", "group:schema", "record:schema"] {
                faults.schema(prefix, name, &data);
            }
        }
        Kind::Collection => {
            faults.schema(prefix, "schema", &data);
            if let Some(value) = data.remove("cache_expires") {
                match whole_number(&value) {
                    Some(seconds) => _ = data.insert("cache_expires".to_owned(), seconds.into()),
                    None if value.is_null() => {}
                    None => {
                        let words = format!("\"{}\" is not a number", shown(&value));
                        faults.add(format!("{prefix}cache_expires"), words);
                    }
                }
            }
        }
        Kind::Group => {
            let members = data.remove("members").unwrap_or_else(|| Value::Array(Vec::new()));
            let members = faults.strings(&format!("{prefix}members"), members, |member| {
                let reserved = member.starts_with("/buckets/") || member == "system.Everyone";
                reserved.then(|| format!("'{member}' is not a valid user ID."))
            });
            data.insert("members".to_owned(), members.into());
        }
        Kind::Record => {}
    }
    faults.none()?;
    Ok(data)
}

/// Takes the time out that the members ask for. What is no timestamp is dropped, as Kinto does;
/// so is one beyond 2^53, which JavaScript cannot tell from its neighbours.
pub(super) fn take_timestamp(data: &mut Data) -> Option<Timestamp> {
    let time = data.remove("last_modified")?.as_i64()?;
    (1..1 << 53).contains(&time).then_some(time)
}

/// # Errors
/// [`Error::Invalid`] if the members name another object than that of the path.
pub(super) fn check_id(named: Option<&Value>, id: &Id) -> Result<()> {
    match named {
        Some(other) if other != id.as_str() => {
            Err(Error::invalid("body", "id", "Object id does not match existing object"))
        }
        _ => Ok(()),
    }
}

/// A principal is in an index, whose entries PostgreSQL bounds.
const MOST_PRINCIPAL_BYTES: usize = 1_000;

/// All that is wrong with a body.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, name: String, description: String) {
        self.0.push(Fault { location: "body", name: Some(name), description });
    }

    fn none(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }

    /// A list of texts without empty ones; `refuse` says what is wrong with one.
    fn strings(
        &mut self,
        name: &str,
        value: Value,
        refuse: impl Fn(&str) -> Option<String>,
    ) -> Vec<String> {
        let Value::Array(values) = value else {
            self.add(name.to_owned(), format!("\"{}\" is not iterable", shown(&value)));
            return Vec::new();
        };
        let mut strings = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let wrong = match &value {
                Value::Null => Some("Required".to_owned()),
                Value::String(text) if text.is_empty() => Some("Required".to_owned()),
                Value::String(text) if text.contains('\0') => {
                    Some("Invalid character 0x00".to_owned())
                }
                Value::String(text) if text.len() > MOST_PRINCIPAL_BYTES => {
                    Some(format!("Longer than {MOST_PRINCIPAL_BYTES} bytes"))
                }
                Value::String(text) => refuse(text),
                other => Some(format!("{} is not a string", shown(other))),
            };
            match (wrong, value) {
                (Some(words), _) => self.add(format!("{name}.{index}"), words),
                (None, Value::String(text)) => strings.push(text),
                (None, _) => {}
            }
        }
        strings
    }

    /// A member that holds a JSON Schema, if it is there.
    fn schema(&mut self, prefix: &str, name: &str, data: &Data) {
        let words = match data.get(name) {
            None => return,
            Some(schema @ Value::Object(_)) => match check_form(schema) {
                Ok(()) => return,
                Err(words) => words,
            },
            Some(other) => mapping_words(other),
        };
        self.add(format!("{prefix}{name}"), words);
    }
}

/// The fault of a value that should be an object.
pub(super) fn not_a_mapping(name: &str, value: &Value) -> Error {
    Error::invalid("body", name, mapping_words(value))
}

fn mapping_words(value: &Value) -> String {
    let shown = shown(value);
    format!("\"{shown}\" is not a mapping type: Does not implement dict-like functionality.")
}

/// The fault of members that nobody asked for.
pub(super) fn unknown_keys(name: &str, rest: &Map<String, Value>) -> Error {
    let rest: Vec<_> = rest.iter().map(|(k, v)| format!("'{k}': {}", shown(v))).collect();
    let words = format!("Unrecognized keys in mapping: \"{{{}}}\"", rest.join(", "));
    Error::invalid("body", name, words)
}

/// A value as Kinto's messages show it, which are Python's.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number without its fraction, or a text that is one.
fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64().or_else(|| other.as_f64().map(|number| number as i64)),
    }
}

/// PostgreSQL stores no NUL in a text.
pub(super) fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests;
