//! The sentences of one language.
//!
//! A catalogue is a JSON object, key -> sentence; a sentence is a minijinja template of its own,
//! so that each language can place values and choose plurals as its grammar wants. The layouts
//! hold no words. A new language is one more file.

use std::collections::BTreeMap;

use super::Purpose;

/// The English catalogue.
pub(super) const ENGLISH: &str = include_str!("templates/en.json");

/// The keys that each purpose has, as `<purpose>.<key>`.
pub(super) const PER_PURPOSE: [&str; 4] = ["subject", "what", "button", "otherwise"];
/// The keys that all letters share. `language` is the language's BCP 47 tag.
const SHARED: [&str; 5] = ["language", "code", "expires", "only_at", "footer"];

/// Why a text is no catalogue.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CatalogueFault {
    #[error("not a JSON object of sentences")]
    NotSentences,
    #[error("the sentence {0} is missing")]
    Missing(String),
    #[error("no letter uses the sentence {0}")]
    Unused(String),
}

/// Sentences by key: exactly the keys that the letters use.
pub(super) fn parse(json: &str) -> Result<BTreeMap<String, String>, CatalogueFault> {
    let sentences: BTreeMap<String, String> =
        serde_json::from_str(json).map_err(|_| CatalogueFault::NotSentences)?;
    let needed = keys();
    if let Some(missing) = needed.iter().find(|key| !sentences.contains_key(*key)) {
        return Err(CatalogueFault::Missing(missing.clone()));
    }
    match sentences.keys().find(|key| !needed.contains(key)) {
        Some(unused) => Err(CatalogueFault::Unused(unused.clone())),
        None => Ok(sentences),
    }
}

fn keys() -> Vec<String> {
    let purposes = Purpose::ALL.into_iter();
    let own = purposes.flat_map(|purpose| PER_PURPOSE.map(|key| sentence_key(purpose, key)));
    SHARED.map(String::from).into_iter().chain(own).collect()
}

/// The catalogue's key of a sentence that only letters of `purpose` use.
pub(super) fn sentence_key(purpose: Purpose, key: &str) -> String {
    format!("{}.{key}", purpose.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(key: &str) -> String {
        let mut sentences = parse(ENGLISH).unwrap();
        sentences.remove(key).unwrap();
        serde_json::to_string(&sentences).unwrap()
    }

    #[test]
    fn a_catalogue_must_have_every_key() {
        for key in keys() {
            assert_eq!(parse(&without(&key)), Err(CatalogueFault::Missing(key)));
        }
    }

    #[test]
    fn a_catalogue_has_no_other_key() {
        let mut sentences = parse(ENGLISH).unwrap();
        sentences.insert("signup.subjekt".into(), String::new());
        let json = serde_json::to_string(&sentences).unwrap();
        assert_eq!(parse(&json), Err(CatalogueFault::Unused("signup.subjekt".into())));
        assert_eq!(parse("[]"), Err(CatalogueFault::NotSentences));
    }
}
