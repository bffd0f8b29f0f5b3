//! Spellings: from the environment's names to the canonical ones.

use std::collections::BTreeMap;

use super::{
    mistakes::Mistake,
    settings::{self, Setting},
};

pub(super) const PREFIX: &str = "NOTARY_";
pub(super) const FILE_SUFFIX: &str = "_FILE";

/// The settings that also go by their name without the prefix.
const ALSO_WITHOUT_PREFIX: [&str; 6] = [
    "CONFIRMATION_TTL",
    "CONFIRMATION_URI",
    "ADMIN_INTERFACE",
    "MAX_CALLS_PER_SECOND",
    "MAX_CALLS_PER_MINUTE",
    "BLOCK_IPS_FOR",
];

/// Sorts our variables out of the environment's, under their canonical names and in any case of
/// letters; two spellings with different values, and unknown `NOTARY_` names, are mistakes. Empty
/// values are dropped.
pub(super) fn canonical(
    vars: impl IntoIterator<Item = (String, String)>,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, String> {
    let mut known = BTreeMap::<String, String>::new();
    for (given, value) in vars {
        let mut name = given.to_ascii_uppercase();
        if ALSO_WITHOUT_PREFIX.contains(&name.as_str()) {
            name.insert_str(0, PREFIX);
        }
        let Some(own_name) = name.strip_prefix(PREFIX) else { continue };
        if is_service_link(own_name, &value) {
            continue;
        }
        match (find(&name), known.get(&name)) {
            (None, _) => mistakes.push(unknown(given, &name)),
            (Some(_), _) if value.trim().is_empty() => {}
            (Some(setting), Some(other)) if *other != value => mistakes.push(Mistake {
                expected: "one value, but two spellings of it differ".into(),
                example: format!("{name}={}", setting.example),
                name,
            }),
            (Some(_), _) => {
                known.insert(name, value);
            }
        }
    }
    known
}

/// The setting that a canonical name, or the name of a `…_FILE` twin, belongs to.
fn find(name: &str) -> Option<&'static Setting> {
    let of_file = name.strip_suffix(FILE_SUFFIX);
    settings::ALL
        .into_iter()
        .find(|setting| setting.name == name || setting.secret && of_file == Some(setting.name))
}

fn unknown(given: String, name: &str) -> Mistake {
    let nearest = settings::ALL
        .into_iter()
        .min_by_key(|setting| strsim::damerau_levenshtein(setting.name, name))
        .unwrap_or(&settings::PUBLIC_URI);
    Mistake {
        name: given,
        expected: format!("a setting's name, which this is not; did you mean {}?", nearest.name),
        example: format!("{}={}", nearest.name, nearest.example),
    }
}

/// Kubernetes and Docker links describe a service called "notary" to every container near it:
/// `NOTARY_SERVICE_HOST`, `NOTARY_PORT`, `NOTARY_PORT_8080_TCP_ADDR` and the like.
fn is_service_link(own_name: &str, value: &str) -> bool {
    let numbered = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    own_name.starts_with("SERVICE_")
        || own_name.strip_prefix("PORT_").is_some_and(numbered)
        || own_name == "PORT" && value.contains("://")
}
