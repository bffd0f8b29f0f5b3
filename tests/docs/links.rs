//! Links lead somewhere, and tests that are named as proofs exist.

use crate::documents::{Document, documents, inline_code, read};
use std::fs;

/// The targets of a document's links and pictures.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("\n```").step_by(2).collect();
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

/// How GitHub names a heading in a URL's fragment.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut seen = 0;
    for Document { path, text } in documents() {
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}: {link} leads nowhere", path.display());
            if !fragment.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let headings = text.lines().filter(|line| line.starts_with('#'));
                let mut anchors =
                    headings.map(|line| anchor(line.trim_start_matches('#').trim_start()));
                assert!(
                    anchors.any(|anchor| anchor == fragment),
                    "{}: {link} has no such heading",
                    path.display()
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} links were found");
}

#[test]
fn every_test_that_is_named_as_a_proof_exists() {
    let mut seen = 0;
    for code in documents().iter().flat_map(|document| inline_code(&document.text)) {
        let Some((file, name)) = code.split_once("::").filter(|(file, _)| file.contains('/'))
        else {
            continue;
        };
        let text = read(file);
        let wanted = if file.ends_with(".rs") { format!("fn {name}(") } else { name.to_owned() };
        assert!(text.contains(&wanted), "{file} has no test {name}");
        seen += 1;
    }
    assert!(seen > 30, "only {seen} proofs were found");
}
