//! What is signed: `{"data":[records],"last_modified":"timestamp"}` in canonical JSON, streamed.

use super::keypair::Digest384;
use crate::{
    domain::object::Timestamp,
    error::{Error, Result},
};
use sha2::{Digest, Sha384};
use std::io::{self, Write};

/// What stands before every signed payload.
const PREFIX: &[u8] = b"Content-Signature:\0";

/// Writes the payload of a list piece by piece.
///
/// `records` are the canonical JSON texts of the live records that are not marked `deleted`
/// themselves, in order of their ids' bytes; `last_modified` is the timestamp of the list.
///
/// # Errors
/// Those of `records`; [`Error::Signing`] if `to` does not take the bytes.
pub fn write<R: AsRef<str>>(
    to: &mut (impl Write + ?Sized),
    records: impl IntoIterator<Item = Result<R>>,
    last_modified: Timestamp,
) -> Result<()> {
    write_records(to, records)?;
    write_end(to, last_modified)
}

/// As [`write`], without the end.
pub(super) fn write_records<R: AsRef<str>>(
    to: &mut (impl Write + ?Sized),
    records: impl IntoIterator<Item = Result<R>>,
) -> Result<()> {
    put(to, "{\"data\":[")?;
    for (position, record) in records.into_iter().enumerate() {
        if position > 0 {
            put(to, ",")?;
        }
        put(to, record?.as_ref())?;
    }
    put(to, "]")
}

/// What [`write_records`] leaves open.
pub(super) fn write_end(to: &mut (impl Write + ?Sized), last_modified: Timestamp) -> Result<()> {
    put(to, &format!(",\"last_modified\":\"{last_modified}\"}}"))
}

fn put(to: &mut (impl Write + ?Sized), text: &str) -> Result<()> {
    to.write_all(text.as_bytes())
        .map_err(|_| Error::Signing("the signer does not take the payload".to_owned()))
}

/// The digest of a payload, with the prefix that signatures cover.
#[derive(Clone, Debug)]
pub struct ContentHash(Sha384);

impl ContentHash {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(Sha384::new_with_prefix(PREFIX))
    }

    /// Of all that was written.
    pub fn finish(self) -> Digest384 {
        self.0.finalize().into()
    }
}

impl Default for ContentHash {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for ContentHash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    fn payload(records: &[&str], last_modified: Timestamp) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, records.iter().map(Ok), last_modified).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn records_stand_between_commas() {
        assert_eq!(payload(&[], 7), r#"{"data":[],"last_modified":"7"}"#);
        assert_eq!(payload(&["{}"], 7), r#"{"data":[{}],"last_modified":"7"}"#);
        assert_eq!(payload(&["1", "2", "3"], 0), r#"{"data":[1,2,3],"last_modified":"0"}"#);
    }

    #[test]
    fn a_failing_record_ends_it() {
        let records = [Ok("{}"), Err(Error::DatabaseAway), Ok("{}")];
        let mut hash = ContentHash::new();
        assert!(matches!(write(&mut hash, records, 1), Err(Error::DatabaseAway)));
    }

    #[test]
    fn a_full_writer_ends_it() {
        let mut full: &mut [u8] = &mut [0; 20];
        assert!(matches!(write(&mut full, [Ok("{}")], 1), Err(Error::Signing(_))));
    }

    /// KINTO 1.8, V1.
    #[test]
    fn the_prefix_is_hashed() {
        let mut hash = ContentHash::new();
        write(&mut hash, std::iter::empty::<Result<&str>>(), 1_460_558_489_816).unwrap();
        assert_eq!(
            HEXLOWER.encode(&hash.finish()),
            "c53595368f39a281c5ce46d1b901d6a4adf8fc4689c498326892b48602bbbcd9\
             5478cdca567059f505385594e72ce4dc"
        );
    }
}
