//! `notary-signer config check --ini F`

use std::{
    io::{self, Write},
    path::Path,
};

use crate::config::Config;

/// BSD's `EX_CONFIG` (sysexits.h).
pub const EXIT_MISCONFIGURED: u8 = 78;

/// Prints what is in force to `out`, as a file that says the same with `***` for secrets, and what
/// is worth a warning to `err`. Or else every mistake to `err`. Gives the process's exit code.
pub fn check(
    ini: &Path,
    env: impl Iterator<Item = (String, String)>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    match Config::load(ini, env) {
        Ok(config) => {
            for warning in &config.warnings {
                writeln!(err, "warning: {warning}")?;
            }
            out.write_all(config.dump().as_bytes())?;
            Ok(0)
        }
        Err(mistakes) => {
            writeln!(err, "{mistakes}")?;
            Ok(EXIT_MISCONFIGURED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = "[app:main]\nkinto.storage_url = postgres://a:s3cret@localhost/b\n\
                           kinto.readonly = true\nkinto.signer.resources = a/b -> c/d\n\
                           kinto.colour = red\n";

    fn checked(text: &str) -> (u8, String, String) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, text).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = check(file.path(), std::iter::empty(), &mut out, &mut err).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn what_is_in_force_is_shown_without_secrets() {
        let (code, out, err) = checked(MINIMAL);
        assert_eq!(code, 0);
        assert!(out.contains("kinto.storage_url = postgres://a:***@localhost/b\n"), "{out}");
        assert!(out.contains("kinto.batch_max_requests = 25\n"), "{out}");
        assert!(!out.contains("s3cret"), "{out}");
        assert_eq!(err, "warning: kinto.colour: unknown, or without effect here\n");
    }

    #[test]
    fn every_mistake_is_shown_and_nothing_else() {
        let (code, out, err) = checked(&MINIMAL.replace("true", "maybe").replace("->", "to"));
        assert_eq!(code, EXIT_MISCONFIGURED);
        assert_eq!(out, "");
        assert_eq!(
            err,
            "kinto.readonly: expected true or false\n\
             notary.admin_url: required: nobody could sign in; for trying out, multiauth.policies = \
             basicauth\n\
             kinto.signer.resources: Malformed resource: not separated with '->' (in 'a/b to c/d'). \
             See kinto-signer README.\n"
        );
    }
}
