//! What a source collection says of its last steps: `last_edit_by`, `last_edit_date` and so on.
//! Only the service writes them.

use super::object::Data;
use crate::error::{Error, Result};
use chrono::{DateTime, SecondsFormat, Utc};

/// A step of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A record was changed.
    Edit,
    /// Somebody asked for review.
    ReviewRequest,
    /// Somebody approved.
    Review,
    /// Something was signed.
    Signature,
}

impl Step {
    const ALL: [Self; 4] = [Self::Edit, Self::ReviewRequest, Self::Review, Self::Signature];

    /// The fields with who did it and when.
    pub fn fields(self) -> (&'static str, &'static str) {
        match self {
            Self::Edit => ("last_edit_by", "last_edit_date"),
            Self::ReviewRequest => ("last_review_request_by", "last_review_request_date"),
            Self::Review => ("last_review_by", "last_review_date"),
            Self::Signature => ("last_signature_by", "last_signature_date"),
        }
    }

    /// Notes that `user` took this step; the date is ISO 8601 with microseconds and `+00:00`.
    pub fn note(self, metadata: &mut Data, user: &str, now: DateTime<Utc>) {
        let (by, date) = self.fields();
        let now = now.to_rfc3339_opts(SecondsFormat::Micros, false);
        metadata.insert(by.to_owned(), user.into());
        metadata.insert(date.to_owned(), now.into());
    }
}

/// Refuses a request that adds, changes or removes one of the fields. A new collection has no `old`.
///
/// # Errors
/// [`Error::Workflow`] with the field's name.
pub fn check_untouched(old: Option<&Data>, new: &Data) -> Result<()> {
    let fields = Step::ALL.into_iter().flat_map(|step| [step.fields().0, step.fields().1]);
    unchanged(old, new, fields)
}

/// Refuses a request that adds, changes or removes the signatures of a published collection.
///
/// # Errors
/// As [`check_untouched`].
pub fn check_signatures_untouched(old: Option<&Data>, new: &Data) -> Result<()> {
    unchanged(old, new, ["signature", "signatures"])
}

fn unchanged(
    old: Option<&Data>,
    new: &Data,
    fields: impl IntoIterator<Item = &'static str>,
) -> Result<()> {
    for field in fields {
        if old.and_then(|old| old.get(field)) != new.get(field) {
            return Err(Error::Workflow(format!("Cannot change {field}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn data(value: Value) -> Data {
        value.as_object().unwrap().clone()
    }

    fn words(result: Result<()>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn no_field_can_be_added_changed_or_removed() {
        for step in Step::ALL {
            for field in [step.fields().0, step.fields().1] {
                let (one, two) = (data(json!({field: "a"})), data(json!({field: "b"})));
                let none = Data::new();
                let refused = format!("Cannot change {field}");
                assert_eq!(words(check_untouched(None, &one)), refused);
                assert_eq!(words(check_untouched(Some(&none), &one)), refused);
                assert_eq!(words(check_untouched(Some(&one), &two)), refused);
                assert_eq!(words(check_untouched(Some(&one), &none)), refused);
                assert!(check_untouched(Some(&one), &one).is_ok());
            }
        }
    }

    #[test]
    fn other_fields_are_free() {
        let (old, new) = (data(json!({"title": 1})), data(json!({"last_editor_comment": "x"})));
        assert!(check_untouched(Some(&old), &new).is_ok());
        assert!(check_signatures_untouched(Some(&old), &new).is_ok());
    }

    #[test]
    fn signatures_stay() {
        for field in ["signature", "signatures"] {
            let (signed, none) = (data(json!({field: {"x5u": ""}})), Data::new());
            let refused = format!("Cannot change {field}");
            assert_eq!(words(check_signatures_untouched(Some(&signed), &none)), refused);
            assert_eq!(words(check_signatures_untouched(None, &signed)), refused);
            assert!(check_signatures_untouched(Some(&signed), &signed).is_ok());
        }
    }

    #[test]
    fn the_date_has_microseconds() {
        let now = "2026-11-22T02:24:38.830194Z".parse().unwrap();
        let mut metadata = Data::new();
        Step::Review.note(&mut metadata, "notary:a@example.org", now);
        assert_eq!(
            Value::Object(metadata),
            json!({
                "last_review_by": "notary:a@example.org",
                "last_review_date": "2026-11-22T02:24:38.830194+00:00",
            })
        );
    }
}
