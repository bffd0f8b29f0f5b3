//! `If-Match` and `If-None-Match` (KINTO 2.4, RFC 9110 section 13.1).

use super::object::{Object, Timestamp};
use crate::error::{Error, Result};

/// What the caller takes for granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    if_match: Option<Tag>,
    if_none_match: Option<Tag>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Any,
    At(Timestamp),
}

/// What is there.
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// The object.
    Object(&'a Object),
    /// An object that the caller may not read, with this timestamp.
    Hidden(Timestamp),
    /// No such object, in a list with this timestamp.
    Missing(Timestamp),
    /// The list itself, which always exists.
    List(Timestamp),
}

impl State<'_> {
    fn timestamp(self) -> Timestamp {
        match self {
            Self::Object(object) => object.last_modified,
            Self::Hidden(at) | Self::Missing(at) | Self::List(at) => at,
        }
    }
}

impl Preconditions {
    /// From the header fields as sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything but `"<digits>"` and `*`.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Self> {
        let tag = |name, value: Option<&str>| value.map(|text| parse(name, text)).transpose();
        Ok(Self {
            if_match: tag("If-Match", if_match)?,
            if_none_match: tag("If-None-Match", if_none_match)?,
        })
    }

    /// `If-None-Match: *`: the caller means to create.
    pub fn only_new(&self) -> bool {
        self.if_none_match == Some(Tag::Any)
    }

    /// Whether a request may go on; `reads` if it is a GET or a HEAD.
    ///
    /// # Errors
    /// [`Error::NotModified`], [`Error::Precondition`].
    pub fn check(&self, reads: bool, state: State<'_>) -> Result<()> {
        let now = state.timestamp();
        let missing = matches!(state, State::Missing(_));
        if reads && !missing && self.if_none_match == Some(Tag::At(now)) {
            return Err(Error::NotModified(now));
        }
        let holds = match self.if_match {
            _ if self.only_new() && !missing => false,
            Some(Tag::Any) => !missing,
            Some(Tag::At(then)) => !missing && then == now,
            None => true,
        };
        if holds {
            return Ok(());
        }
        let existing = match state {
            State::Object(object) => Some(object.value()),
            State::Hidden(_) | State::Missing(_) | State::List(_) => None,
        };
        Err(Error::Precondition { timestamp: now, existing })
    }
}

fn parse(name: &'static str, text: &str) -> Result<Tag> {
    if text == "*" {
        return Ok(Tag::Any);
    }
    text.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        // A number that no timestamp reaches equals none.
        .map(|digits| Tag::At(digits.parse().unwrap_or(Timestamp::MAX)))
        .ok_or_else(|| {
            Error::invalid("header", name, "The value should be integer between double quotes.")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{object::Permissions, uri::Id};

    fn outcome(if_match: &str, if_none_match: &str, reads: bool, state: State<'_>) -> &'static str {
        let [if_match, if_none_match] =
            [if_match, if_none_match].map(|text| (!text.is_empty()).then_some(text));
        let preconditions = Preconditions::parse(if_match, if_none_match).unwrap();
        match preconditions.check(reads, state) {
            Ok(()) => "goes on",
            Err(Error::NotModified(7)) => "304",
            Err(Error::Precondition { timestamp: 7, existing: None }) => "412",
            Err(Error::Precondition { timestamp: 7, existing: Some(value) }) => {
                assert_eq!(value, serde_json::json!({"id": "x", "last_modified": 7, "n": 1}));
                "412 with it"
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn the_table() {
        let data = serde_json::json!({"n": 1}).as_object().unwrap().clone();
        let id = Id::parse("x").unwrap();
        let mut permissions = Permissions::default();
        permissions.allow("write", "alice");
        let object = Object::new(id, 7, data, permissions).unwrap();
        let (object, missing, list) = (State::Object(&object), State::Missing(7), State::List(7));
        let hidden = State::Hidden(7);
        let (read, write) = (true, false);
        for (if_match, if_none_match, reads, state, expected) in [
            ("", "", read, object, "goes on"),
            ("", "\"7\"", read, object, "304"),
            ("", "\"7\"", write, object, "goes on"),
            ("", "\"6\"", read, object, "goes on"),
            ("", "*", read, object, "412 with it"),
            ("", "*", write, object, "412 with it"),
            ("", "*", write, hidden, "412"),
            ("", "*", write, missing, "goes on"),
            ("", "\"7\"", write, missing, "goes on"),
            ("\"7\"", "", read, object, "goes on"),
            ("\"7\"", "", write, object, "goes on"),
            ("\"6\"", "", read, object, "412 with it"),
            ("\"6\"", "", write, object, "412 with it"),
            ("\"7\"", "", write, missing, "412"),
            ("*", "", write, missing, "412"),
            ("*", "", write, object, "goes on"),
            ("*", "", read, object, "goes on"),
            ("*", "*", write, object, "412 with it"),
            ("\"7\"", "\"7\"", read, object, "304"),
            ("", "\"7\"", read, list, "304"),
            ("", "*", read, list, "412"),
            ("", "*", write, list, "412"),
            ("\"7\"", "", write, list, "goes on"),
            ("\"8\"", "", write, list, "412"),
            ("\"99999999999999999999999\"", "", write, list, "412"),
        ] {
            let found = outcome(if_match, if_none_match, reads, state);
            let case =
                format!("If-Match: {if_match} If-None-Match: {if_none_match} reads: {reads}");
            assert_eq!(found, expected, "{case} of {state:?}");
        }
    }

    #[test]
    fn other_values_are_refused() {
        for bad in ["", "7", "\"\"", "\"", "\"a\"", "\"-1\"", "W/\"7\"", "**", " *", "\"7\", \"8\""]
        {
            assert!(
                matches!(&Preconditions::parse(Some(bad), None), Err(Error::Invalid(faults))
                    if faults[0].name.as_deref() == Some("If-Match")),
                "{bad:?}"
            );
            assert!(Preconditions::parse(None, Some(bad)).is_err(), "{bad:?}");
        }
    }
}
