//! JSON Schemas (draft 7) that a collection or a bucket sets for its objects.
//!
//! Schemas are the editors' own: references go nowhere but into the schema itself, no file or
//! network is read. What is said of a value that does not fit is said to who sent it.

use super::{
    object::{Data, Timestamp},
    uri::Id,
};
use crate::error::{Error, Result};
use jsonschema::{Draft, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

/// A schema, ready to be used often: keep it as long as the object that holds it is unchanged.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    /// Whether the schema speaks of the object's id; else it does not get to see it.
    sees_id: bool,
}

impl Schema {
    /// Makes a stored schema ready. `required` is not asked for what the service itself adds.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one of its references leads nowhere, or is not to the schema itself.
    pub fn compile(schema: &Value) -> Result<Self> {
        let sees_id = schema["properties"].get("id").is_some();
        let mut schema = schema.clone();
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required
                .retain(|name| !(OWN.iter().any(|own| name == own) || (name == "id" && !sees_id)));
        }
        let validator = build(&schema).map_err(|error| refusal("schema".to_owned(), &error))?;
        Ok(Self { validator, sees_id })
    }

    /// Checks the members of an object.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the innermost member that does not fit.
    pub fn check(&self, id: &Id, data: &Data) -> Result<()> {
        let mut seen = data.clone();
        OWN.iter().for_each(|own| _ = seen.remove(*own));
        if self.sees_id {
            seen.insert("id".to_owned(), id.as_str().into());
        }
        let seen = Value::Object(seen);
        self.validator.validate(&seen).map_err(|error| refusal(field(&error), &error))
    }
}

/// Members that the service sets: no schema is asked about them.
const OWN: [&str; 2] = ["last_modified", "schema"];

/// Checks a record against the schemas that its collection (with the collection's own timestamp)
/// and its bucket set, and notes in the record which version of the collection's it fits.
///
/// # Errors
/// As [`Schema::check`].
pub fn check_record(
    id: &Id,
    data: &mut Data,
    collection: Option<(&Schema, Timestamp)>,
    bucket: Option<&Schema>,
) -> Result<()> {
    if let Some((schema, version)) = collection {
        schema.check(id, data)?;
        data.insert("schema".to_owned(), version.into());
    }
    bucket.map_or(Ok(()), |schema| schema.check(id, data))
}

/// Whether a value is a JSON Schema of draft 7, as far as can be said without following its
/// references; else what is wrong.
pub(super) fn check_form(schema: &Value) -> std::result::Result<(), String> {
    let words = |error: ValidationError<'_>| {
        let at = error.instance_path().iter().last().map(|part| part.to_string());
        format!("{}{error}", at.map(|at| at + ": ").unwrap_or_default())
    };
    jsonschema::draft7::meta::validate(schema).map_err(words)?;
    match build(schema) {
        Err(error) if !matches!(error.kind(), ValidationErrorKind::Referencing(_)) => {
            Err(words(error))
        }
        _ => Ok(()),
    }
}

fn build(schema: &Value) -> std::result::Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .offline()
        .should_validate_formats(false)
        .build(schema)
}

fn refusal(name: String, error: &ValidationError<'_>) -> Error {
    Error::invalid("body", name, error.to_string())
}

/// The member that is at fault, or missing; else the rule that is broken.
fn field(error: &ValidationError<'_>) -> String {
    match (error.kind(), error.instance_path().iter().last()) {
        (ValidationErrorKind::Required { property: Value::String(name) }, _) => name.clone(),
        (_, Some(part)) => part.to_string(),
        (kind, None) => kind.keyword().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(schema: Value, data: Value) -> Option<(String, String)> {
        let schema = Schema::compile(&schema).unwrap();
        let checked = schema.check(&Id::parse("x").unwrap(), data.as_object().unwrap());
        match checked {
            Ok(()) => None,
            Err(Error::Invalid(mut faults)) => {
                let fault = faults.remove(0);
                Some((fault.name.unwrap(), fault.description))
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn members_that_do_not_fit_are_named() {
        let schema = json!({
            "type": "object",
            "required": ["title", "tags"],
            "properties": {
                "title": {"type": "string", "pattern": "^T"},
                "tags": {"type": "array", "items": {"enum": ["a"]}},
            },
            "additionalProperties": false,
        });
        for (data, name) in [
            (json!({"title": 1, "tags": []}), "title"),
            (json!({"title": "x", "tags": []}), "title"),
            (json!({"title": "T", "tags": ["b"]}), "0"),
            (json!({"title": "T"}), "tags"),
            (json!({"title": "T", "tags": [], "x": 1}), "additionalProperties"),
        ] {
            let (found, _) = fault(schema.clone(), data.clone()).unwrap();
            assert_eq!(found, name, "{data}");
        }
        assert_eq!(fault(schema, json!({"title": "T", "tags": ["a"]})), None);
    }

    #[test]
    fn the_words_say_what_is_wrong() {
        let schema = json!({"required": ["title"], "properties": {"n": {"type": "integer"}}});
        let words = |data| fault(schema.clone(), data).unwrap().1;
        assert_eq!(words(json!({})), "\"title\" is a required property");
        assert_eq!(words(json!({"title": 1, "n": "a"})), "\"a\" is not of type \"integer\"");
    }

    #[test]
    fn what_the_service_adds_is_not_asked_for() {
        let schema = json!({
            "required": ["id", "schema", "last_modified", "n"],
            "properties": {"n": {}},
            "additionalProperties": false,
        });
        assert_eq!(fault(schema.clone(), json!({"n": 1, "schema": 3})), None);
        assert_eq!(fault(schema, json!({})).unwrap().0, "n");
        let schema = json!({"required": ["id"], "properties": {"id": {"pattern": "^y"}}});
        assert_eq!(fault(schema, json!({})).unwrap().0, "id");
    }

    #[test]
    fn references_stay_within_the_schema() {
        let inside = json!({"definitions": {"n": {"type": "number"}},
            "properties": {"n": {"$ref": "#/definitions/n"}}});
        assert_eq!(fault(inside, json!({"n": "1"})).unwrap().0, "n");
        for outside in ["#/definitions/no", "file:///etc/passwd", "http://127.0.0.1:1/schema"] {
            let schema = json!({"$ref": outside});
            assert!(check_form(&schema).is_ok(), "stored: {outside}");
            assert!(matches!(Schema::compile(&schema), Err(Error::Invalid(faults))
                if faults[0].name.as_deref() == Some("schema")));
        }
    }

    #[test]
    fn references_in_a_circle_come_to_an_end() {
        for circle in [
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#"}], "required": ["n"]}),
            json!({"definitions": {"a": {"$ref": "#/definitions/b"},
                "b": {"anyOf": [{"$ref": "#/definitions/a"}]}}, "$ref": "#/definitions/a"}),
        ] {
            assert_eq!(fault(circle.clone(), json!({"n": 1})), None, "{circle}");
        }
        let tree = json!({"type": "object", "additionalProperties": {"$ref": "#"}});
        assert_eq!(fault(tree.clone(), json!({"a": {"b": {}}})), None);
        assert_eq!(fault(tree, json!({"a": {"b": 1}})).unwrap().0, "b");
    }

    #[test]
    fn a_pattern_does_not_go_on_for_ever() {
        let schema = json!({"properties": {"n": {"pattern": "^(?=(a+)+$)x"}}});
        assert_eq!(fault(schema, json!({"n": "a".repeat(60) + "!"})).unwrap().0, "n");
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for bad in [
            json!({"type": "foo"}),
            json!({"properties": 1}),
            json!({"properties": {"a": {"type": "foo"}}}),
            json!({"pattern": "("}),
            json!({"minimum": "y"}),
        ] {
            assert!(check_form(&bad).is_err(), "{bad}");
        }
        let words = check_form(&json!({"minimum": "y"})).unwrap_err();
        assert_eq!(words, "minimum: \"y\" is not of type \"number\"");
        assert!(check_form(&json!({})).is_ok());
    }

    #[test]
    fn records_are_stamped_with_the_version_they_fit() {
        let id = Id::parse("x").unwrap();
        let schema = Schema::compile(&json!({"required": ["n"]})).unwrap();
        let bucket = Schema::compile(&json!({"required": ["m"]})).unwrap();
        let data = |value: Value| value.as_object().unwrap().clone();
        let mut record = data(json!({"n": 1, "m": 1, "schema": "mine"}));
        check_record(&id, &mut record, Some((&schema, 7)), Some(&bucket)).unwrap();
        assert_eq!(record["schema"], json!(7));
        assert!(check_record(&id, &mut data(json!({"m": 1})), Some((&schema, 7)), None).is_err());
        assert!(check_record(&id, &mut data(json!({"n": 1})), None, Some(&bucket)).is_err());
        let mut free = data(json!({"schema": "mine"}));
        check_record(&id, &mut free, None, None).unwrap();
        assert_eq!(free["schema"], json!("mine"));
    }
}
