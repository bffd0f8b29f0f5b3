//! Commands, make targets and settings that the documents name.

use crate::documents::{Document, documents, fenced_lines, inline_code, read};
use clap::{Parser, error::ErrorKind};
use notary::cli::Cli;
use std::collections::BTreeSet;

/// The arguments of a `notary` command line, if it is one.
fn notary_arguments(line: &str) -> Option<Vec<&str>> {
    let line = line.split(" #").next()?.trim();
    let line = line.trim_start_matches("cargo run --release -- ");
    let mut words = line.split_whitespace().peekable();
    let is_ours = line.starts_with("notary ") || line.starts_with("demo --");
    is_ours.then(|| {
        words.next_if_eq(&"notary");
        words.map(|word| word.trim_matches('\'')).collect()
    })
}

fn parse(arguments: &[&str]) -> Result<(), ErrorKind> {
    let words = ["notary"].iter().chain(arguments);
    Cli::try_parse_from(words).map(drop).map_err(|error| error.kind())
}

#[test]
fn every_command_line_in_a_document_is_one_that_notary_takes() {
    let mut seen = 0;
    for Document { path, text } in documents() {
        for line in fenced_lines(&text) {
            let Some(arguments) = notary_arguments(&line) else { continue };
            assert_eq!(parse(&arguments), Ok(()), "{}: {line}", path.display());
            seen += 1;
        }
        for code in inline_code(&text) {
            let Some(arguments) = notary_arguments(&code) else { continue };
            // In a sentence a command may be named without all that it needs.
            let accepted = match parse(&arguments) {
                Ok(()) => true,
                Err(kind) => matches!(
                    kind,
                    ErrorKind::MissingRequiredArgument
                        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                ),
            };
            assert!(accepted, "{}: {code}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} command lines were found");
}

#[test]
fn every_make_target_in_a_document_exists() {
    let makefile = read("Makefile");
    let mut seen = 0;
    for Document { path, text } in documents() {
        for line in fenced_lines(&text).iter().chain(&inline_code(&text)) {
            let Some(target) = line.strip_prefix("make ") else { continue };
            let target = target.split_whitespace().next().unwrap();
            let rule = format!("\n{target}:");
            assert!(makefile.contains(&rule), "{}: make {target}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 2, "only {seen} targets were found");
}

/// Every name in `text` that begins with `NOTARY_`.
fn setting_names(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(|c| !is_part(c))
        .filter(|name| name.len() > 7 && name.starts_with("NOTARY_"))
        .collect()
}

#[test]
fn every_setting_in_a_document_is_real_and_operators_find_them_all() {
    // A test of the settings compares this file with the code.
    let example = read(".env.example");
    let real = setting_names(&example);
    // Names of ours that are no settings of the service.
    let others = ["NOTARY_BIN", "NOTARY_SIGNER_BIN", "NOTARY_ADMIN_URL", "NOTARY_AUDIENCE"];
    for Document { path, text } in documents() {
        for name in setting_names(&text) {
            let known = real.contains(name) || others.contains(&name);
            assert!(known, "{} names {name}", path.display());
        }
    }
    let operations = read("docs/operations.md");
    let described = setting_names(&operations);
    let missing: Vec<_> = real.difference(&described).collect();
    assert!(missing.is_empty(), "docs/operations.md does not describe {missing:?}");
}
