//! The crate's layers call downwards only.

use crate::documents::{ROOT, files_in};
use std::{collections::BTreeSet, fs, path::Path};

/// Every module of the crate that a folder's files name, tests left out.
fn uses(folder: &str) -> BTreeSet<String> {
    let mut uses = BTreeSet::new();
    for path in files_in(&Path::new(ROOT).join("src").join(folder), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !is_comment(line)).collect();
        let mut rest = code.as_str();
        while let Some((_, after)) = rest.split_once("crate::") {
            match after.strip_prefix('{') {
                Some(group) => uses.extend(members(group)),
                None => _ = uses.insert(identifier(after)),
            }
            rest = after;
        }
    }
    uses
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first names of a `use` group, up to its closing brace.
fn members(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut names = Vec::new();
    let mut expected = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' => expected = depth == 1,
            c if expected && !c.is_whitespace() => {
                names.push(identifier(&group[at..]));
                expected = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn a_use_group_is_read_as_its_modules() {
    assert_eq!(
        members("clock::Seconds, domain::{a::B, c}, error::Result };"),
        ["clock", "domain", "error"]
    );
}

#[test]
fn layers_call_downwards_only() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert!(uses("domain").is_subset(&set(&["clock", "domain"])), "{:?}", uses("domain"));
    for (folder, never) in [
        ("store", ["app", "cli", "core", "flow", "http", "worker"].as_slice()),
        ("mail", &["app", "cli", "core", "flow", "http", "store", "worker"]),
        ("limits", &["app", "cli", "core", "flow", "http", "mail", "worker"]),
        ("config", &["app", "cli", "core", "flow", "http", "store", "worker"]),
        ("flow", &["app", "cli", "config", "http", "worker"]),
        ("http", &["app", "cli", "config", "worker"]),
    ] {
        let uses = uses(folder);
        let wrong: Vec<_> = uses.intersection(&set(never)).cloned().collect();
        assert!(wrong.is_empty(), "{folder} must not know {wrong:?}");
    }
}

#[test]
fn only_http_speaks_actix_and_only_the_store_speaks_sql() {
    let sources = |folder: &str| files_in(&Path::new(ROOT).join("src").join(folder), "rs");
    for (folder, words) in [
        ("domain", ["actix_web", "diesel", "tokio", "reqwest", "lettre"].as_slice()),
        ("flow", &["actix_web", "diesel"]),
        ("store", &["actix_web", "sql_query"]),
        ("mail", &["actix_web", "diesel"]),
        ("limits", &["actix_web", "diesel"]),
    ] {
        for path in sources(folder) {
            let text = fs::read_to_string(&path).unwrap();
            for word in words {
                assert!(!text.contains(word), "{} must not know {word}", path.display());
            }
        }
    }
}
