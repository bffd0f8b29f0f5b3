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

/// What has happened to `NOTARY_PUBLIC_PORT` beside a service called "notary-public".
const OVERWRITTEN: &str = "but Kubernetes has put a service's address here: give that service \
                           another name, or the pod enableServiceLinks: false";

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
        if !name.starts_with(PREFIX) {
            continue;
        }
        match (find(&name), known.get(&name)) {
            (None, _) if is_service_link(&name, &value) => {}
            (None, _) => mistakes.push(unknown(given, &name)),
            (Some(setting), _) if is_service_link(&name, &value) => mistakes.push(Mistake {
                expected: format!("{}, {OVERWRITTEN}", setting.expected),
                example: format!("{name}={}", setting.example),
                name,
            }),
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

/// Kubernetes and Docker links describe services called "notary" or "notary-admin" to every
/// container near them: `NOTARY_SERVICE_HOST`, `NOTARY_ADMIN_SERVICE_PORT_HTTP`, `NOTARY_PORT`,
/// `NOTARY_ADMIN_PORT_8081_TCP_ADDR` and the like.
fn is_service_link(name: &str, value: &str) -> bool {
    let numbered = |(_, rest): (_, &str)| rest.starts_with(|c: char| c.is_ascii_digit());
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.rsplit_once("_PORT_").is_some_and(numbered)
        || name.ends_with("_PORT") && value.contains("://")
}
