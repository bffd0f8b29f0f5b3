//! A file beside the database that names every key that has ended, so that a database that was
//! restored from an older backup cannot revive one: `docs/adr/0008-a-journal-of-ended-keys.md`.

use crate::{
    domain::key::Thumbprint,
    error::{Error, Result},
    store::keys::Ended,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use rustix::fs::{Access, access};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// The journal, open for appending. Nodes of one machine may share a file.
#[derive(Clone, Debug)]
pub struct Journal {
    file: Arc<Mutex<File>>,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the file of NOTARY_JOURNAL cannot be used: {0}")]
    Unusable(io::ErrorKind),
    /// It is no journal, or it is damaged.
    #[error("line {0} of the file of NOTARY_JOURNAL is malformed")]
    Malformed(usize),
}

/// One line, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The key's RFC 7638 thumbprint, base64url without padding.
    thumbprint: String,
    /// When it became active.
    confirmed_at: DateTime<Utc>,
}

impl Journal {
    /// Opens the file, which is made where there is none, and reads what it says.
    ///
    /// Errors: [`JournalError`].
    pub fn open(path: &Path) -> std::result::Result<(Self, Vec<Ended>), JournalError> {
        let (file, text) = read(path).map_err(|error| JournalError::Unusable(error.kind()))?;
        Ok((Self { file: Arc::new(Mutex::new(file)) }, entries(&text)?))
    }

    /// What the file says, where [`Journal::open`] could use it; `None` where that would make it.
    /// Makes and mends nothing itself: a command may be run by another user than the service.
    ///
    /// Errors: [`JournalError`].
    pub fn look(path: &Path) -> std::result::Result<Option<Vec<Ended>>, JournalError> {
        let text = look(path).map_err(|error| JournalError::Unusable(error.kind()))?;
        let whole = |text: String| entries(text.rsplit_once('\n').map_or("", |(whole, _)| whole));
        text.map(whole).transpose()
    }

    /// Adds keys, and returns when they are safe on the disk.
    ///
    /// Errors: [`Error::Broken`] where that is not so.
    pub async fn append(&self, ended: &[Ended]) -> Result<()> {
        let lines: String = ended.iter().map(line).collect();
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            locked(&mut file, |file| {
                // What a full disk or a node that was killed has left behind.
                cut_torn_end(file)?;
                file.write_all(lines.as_bytes())?;
                file.sync_data()
            })
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Error::Broken("the journal cannot be written")),
        }
    }
}

fn read(path: &Path) -> io::Result<(File, String)> {
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let text = locked(&mut file, |file| {
        cut_torn_end(file)?;
        let mut text = String::new();
        file.rewind()?;
        file.read_to_string(&mut text)?;
        // The file's own entry in its folder must outlive a crash, too.
        file.sync_all()?;
        Ok(text)
    })?;
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()?;
    Ok((file, text))
}

/// Does it while no other node of this machine reads or writes.
fn locked<T>(file: &mut File, work: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
    file.lock()?;
    let done = work(file);
    file.unlock()?;
    done
}

/// Cuts off what comes after the last line end: it was cut short when it was written, and nobody
/// was told that it is there.
fn cut_torn_end(file: &mut File) -> io::Result<()> {
    let Some(end) = file.metadata()?.len().checked_sub(1) else { return Ok(()) };
    let mut last = [0];
    file.read_exact_at(&mut last, end)?;
    if last == *b"\n" {
        return Ok(());
    }
    let mut text = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    file.set_len(whole as u64)
}

fn look(path: &Path) -> io::Result<Option<String>> {
    if !path.try_exists()? {
        let folder = path.parent().unwrap_or(Path::new("/"));
        access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)?;
        return Ok(None);
    }
    let mut text = String::new();
    OpenOptions::new().read(true).append(true).open(path)?.read_to_string(&mut text)?;
    Ok(Some(text))
}

fn entries(text: &str) -> std::result::Result<Vec<Ended>, JournalError> {
    let entry = |(index, line)| parse(line).ok_or(JournalError::Malformed(index + 1));
    text.lines().enumerate().map(entry).collect()
}

fn parse(line: &str) -> Option<Ended> {
    let Line { thumbprint, confirmed_at } = serde_json::from_str(line).ok()?;
    let thumbprint = URL_SAFE_NO_PAD.decode(thumbprint).ok()?.try_into().ok()?;
    Some(Ended { thumbprint: Thumbprint(thumbprint), confirmed_at })
}

#[expect(clippy::expect_used, reason = "two strings")]
fn line(ended: &Ended) -> String {
    let Ended { thumbprint, confirmed_at } = *ended;
    let line = Line { thumbprint: thumbprint.to_string(), confirmed_at };
    serde_json::to_string(&line).expect("serializes") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(n: u8) -> Ended {
        let confirmed_at = DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap();
        Ended { thumbprint: Thumbprint([n; 32]), confirmed_at }
    }

    #[tokio::test]
    async fn what_was_appended_is_read_back_without_a_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (journal, none) = Journal::open(&path).unwrap();
        assert_eq!(none, []);
        journal.append(&[ended(1), ended(2)]).await.unwrap();
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "{\"thumb").unwrap();
        let (journal, two) = Journal::open(&path).unwrap();
        assert_eq!(two, [ended(1), ended(2)]);
        journal.append(&[ended(3)]).await.unwrap();
        assert_eq!(Journal::open(&path).unwrap().1, [ended(1), ended(2), ended(3)]);
        // A disk that was full for a while; another node of the machine was cut short, too.
        for torn in ["{\"thumbprint\":\"", "{"] {
            std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + torn).unwrap();
            journal.append(&[ended(4)]).await.unwrap();
        }
        let all = [ended(1), ended(2), ended(3), ended(4), ended(4)];
        assert_eq!(Journal::open(&path).unwrap().1, all);
    }

    #[tokio::test]
    async fn a_look_makes_and_mends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        assert_eq!(Journal::look(&path).unwrap(), None);
        assert!(!path.exists());
        Journal::open(&path).unwrap().0.append(&[ended(1)]).await.unwrap();
        let torn = std::fs::read_to_string(&path).unwrap() + "{\"thumb";
        std::fs::write(&path, &torn).unwrap();
        assert_eq!(Journal::look(&path).unwrap(), Some(vec![ended(1)]));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), torn);
    }

    #[test]
    fn a_damaged_line_and_a_missing_folder_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        std::fs::write(&path, line(&ended(1)) + "{}\n" + &line(&ended(2))).unwrap();
        assert!(matches!(Journal::open(&path), Err(JournalError::Malformed(2))));
        assert!(matches!(Journal::look(&path), Err(JournalError::Malformed(2))));
        let nowhere = folder.path().join("no/journal");
        let error = Journal::open(&nowhere).unwrap_err();
        assert!(matches!(error, JournalError::Unusable(io::ErrorKind::NotFound)), "{error}");
        let error = Journal::look(&nowhere).unwrap_err();
        assert!(matches!(error, JournalError::Unusable(io::ErrorKind::NotFound)), "{error}");
    }
}
