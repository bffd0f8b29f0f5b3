//! The documents, and what can be found in them.

use std::{
    fs,
    path::{Path, PathBuf},
};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A document of ours, with its path below the root.
pub struct Document {
    pub path: PathBuf,
    pub text: String,
}

/// Every document in the root, in `docs` and beside the other packages.
pub fn documents() -> Vec<Document> {
    let root = Path::new(ROOT);
    let folders = ["", "docs", "docs/adr", "client", "sdk"];
    let files = folders.iter().flat_map(|folder| files_in(&root.join(folder), "md"));
    let documents: Vec<Document> =
        files.map(|path| Document { text: fs::read_to_string(&path).unwrap(), path }).collect();
    assert!(documents.len() > 10, "the documents are somewhere else");
    documents
}

pub fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| has_extension(path, extension)).collect();
    assert!(!files.is_empty(), "{} holds none", folder.display());
    files.sort();
    files
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

pub fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// The lines within ``` fences; a line that ends in a backslash goes on.
pub fn fenced_lines(text: &str) -> Vec<String> {
    let blocks = text.split("\n```").skip(1).step_by(2);
    blocks
        .flat_map(|block| {
            let (_language, code) = block.split_once('\n').unwrap();
            code.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// What stands between single backticks, outside of fences.
pub fn inline_code(text: &str) -> Vec<String> {
    let prose: String = text.split("\n```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
