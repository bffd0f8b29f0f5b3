//! What docs/signing.md and the README promise of commands, settings and examples.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

use clap::Parser;
use notary_signer::cli::Cli;
use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The code blocks of a document, each with its language.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    text.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn every_command_line_is_one_that_the_program_takes() {
    let mut seen = 0;
    for path in ["../docs/signing.md", "../README.md"] {
        let text = read(path);
        let lines = blocks(&text).into_iter().flat_map(|(_, code)| code.lines());
        for line in lines.filter(|line| line.starts_with("notary-signer ")) {
            let words = line.split(" #").next().unwrap().split_whitespace();
            assert!(Cli::try_parse_from(words).is_ok(), "{path}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 2, "only {seen} command lines were found");
}

#[test]
fn the_examples_are_those_that_are_tested() {
    let text = read("../docs/signing.md");
    for (language, file) in [("python", "py"), ("js", "mjs"), ("rust", "rs")] {
        let example = read(&format!("examples/verify.{file}"));
        let shown = blocks(&text)
            .into_iter()
            .any(|(of, code)| of == language && code == example.trim_end());
        assert!(shown, "docs/signing.md does not show examples/verify.{file}");
    }
}

/// The last part of a setting's name: what comes before may be a bucket or a collection.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap()
}

#[test]
fn the_settings_are_all_there_and_no_others() {
    let (text, example) = (read("../docs/signing.md"), read("signer.ini.example"));
    let (_, section) = text.split_once("\n## Settings\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    // A test of the settings compares the example with the code.
    let real: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches('#').split_once(" =").map(|(name, _)| name))
        .filter(|name| !name.contains(' '))
        .map(last)
        .collect();
    let missing: Vec<_> =
        real.iter().filter(|name| !section.contains(&format!("{name}`"))).collect();
    assert!(missing.is_empty(), "docs/signing.md lacks {missing:?}");

    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let named: Vec<&str> = rows.flat_map(|names| names.split("`, `")).collect();
    assert!(named.len() > 30, "only {} settings were found", named.len());
    for name in named {
        let name = last(name.trim_end_matches('`'));
        assert!(real.contains(name), "there is no setting {name}");
    }
}
