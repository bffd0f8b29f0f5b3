//! Promises that are written down: commands, settings, problems and links in the documents, and
//! the crate's layers.
#![expect(clippy::unwrap_used, reason = "a test that fails to prepare has failed")]

use actix_web::ResponseError;
use clap::{Parser, error::ErrorKind};
use notary::{
    cli::Cli,
    domain::{address::AddressFault, jwt::JwtFault, key::JwkFault},
    http::problem::Problem,
    limits::{Left, Quota},
};
use notary_sdk::KeyError;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A document of ours, with its path below the root.
struct Document {
    path: PathBuf,
    text: String,
}

/// Every document in the root, in `docs` and beside the other packages.
fn documents() -> Vec<Document> {
    let root = Path::new(ROOT);
    let folders = ["", "docs", "docs/adr", "client", "sdk"];
    let files = folders.iter().flat_map(|folder| files_in(&root.join(folder), "md"));
    let documents: Vec<Document> =
        files.map(|path| Document { text: fs::read_to_string(&path).unwrap(), path }).collect();
    assert!(documents.len() > 10, "the documents are somewhere else");
    documents
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| has_extension(path, extension)).collect();
    assert!(!files.is_empty(), "{} holds none", folder.display());
    files.sort();
    files
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// The lines within ``` fences; a line that ends in a backslash goes on.
fn fenced_lines(text: &str) -> Vec<String> {
    let blocks = text.split("\n```").skip(1).step_by(2);
    blocks
        .flat_map(|block| {
            let (_language, code) = block.split_once('\n').unwrap();
            code.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// What stands between single backticks, outside of fences.
fn inline_code(text: &str) -> Vec<String> {
    let prose: String = text.split("\n```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

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
    let others = ["NOTARY_BIN", "NOTARY_ADMIN_URL"];
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

/// Every problem once. [`is_listed`] keeps it complete.
fn problems() -> Vec<Problem> {
    let wait = Duration::from_secs(1);
    let left = Left { calls: 0, resets_in: wait };
    let quota = Quota { second: left, minute: None };
    let faults = [
        JwtFault::Malformed(""),
        JwtFault::Signature,
        JwtFault::Expired,
        JwtFault::NotYetValid,
        JwtFault::Lifetime,
        JwtFault::Audience,
        JwtFault::Subject,
        JwtFault::Binding("htm"),
        JwtFault::Claim("jti"),
        JwtFault::NotForServices,
        JwtFault::Replayed,
    ];
    let mut problems = vec![
        Problem::MalformedRequest(""),
        Problem::InvalidAddress(AddressFault::Form),
        Problem::InvalidKey(JwkFault::Form(KeyError::Members)),
        Problem::InvalidJwt(JwtFault::Signature),
        Problem::ConfirmationFailed,
        Problem::SignatureRefused,
        Problem::Unauthorized,
        Problem::InvalidToken,
        Problem::ForbiddenOrigin,
        Problem::NotFound,
        Problem::NotActive,
        Problem::MethodNotAllowed(Vec::new()),
        Problem::RequestTimeout,
        Problem::PayloadTooLarge,
        Problem::UnsupportedMediaType("application/json"),
        Problem::TooManyRequests { retry_after: wait, limits: Some((String::new(), quota)) },
        Problem::Blocked { retry_after: wait, policy: String::new() },
        Problem::TooManyEvaluations(wait),
        Problem::InternalError,
        Problem::Unavailable,
        Problem::Overloaded,
    ];
    problems.extend(faults.map(Problem::Rejected));
    problems
}

/// Does not compile when a problem or a fault is new: add it above, and to docs/protocol.md.
fn is_listed(problem: &Problem) -> bool {
    match problem {
        Problem::Rejected(fault) => match fault {
            JwtFault::Malformed(_)
            | JwtFault::Signature
            | JwtFault::Expired
            | JwtFault::NotYetValid
            | JwtFault::Lifetime
            | JwtFault::Audience
            | JwtFault::Subject
            | JwtFault::Binding(_)
            | JwtFault::Claim(_)
            | JwtFault::NotForServices
            | JwtFault::Replayed => true,
        },
        Problem::MalformedRequest(_)
        | Problem::InvalidAddress(_)
        | Problem::InvalidKey(_)
        | Problem::InvalidJwt(_)
        | Problem::ConfirmationFailed
        | Problem::SignatureRefused
        | Problem::Unauthorized
        | Problem::InvalidToken
        | Problem::ForbiddenOrigin
        | Problem::NotFound
        | Problem::NotActive
        | Problem::MethodNotAllowed(_)
        | Problem::RequestTimeout
        | Problem::PayloadTooLarge
        | Problem::UnsupportedMediaType(_)
        | Problem::TooManyRequests { .. }
        | Problem::Blocked { .. }
        | Problem::TooManyEvaluations(_)
        | Problem::InternalError
        | Problem::Unavailable
        | Problem::Overloaded => true,
    }
}

#[test]
fn the_protocol_lists_exactly_the_problems_of_the_code_with_their_status() {
    let protocol = read("docs/protocol.md");
    let (_, section) = protocol.split_once("\n## Problems\n").unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.trim_end_matches('`').to_owned();
        Some((name, cells.next()?.parse::<u16>().ok()?))
    };
    let written: BTreeSet<_> = section.lines().filter_map(row).collect();
    let problems = problems();
    assert!(problems.iter().all(is_listed));
    let coded: BTreeSet<_> = problems
        .iter()
        .map(|problem| (problem.name().to_owned(), problem.status_code().as_u16()))
        .collect();
    assert_eq!(written, coded);
}

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
