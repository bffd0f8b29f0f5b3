//! `notary doctor`: looks at everything that the service depends on, and says what it finds.

use super::{ask::ask, exit::Failure, print::print};
use crate::{
    app,
    clock::{Clock, Seconds},
    config::Config,
    core::StartError,
    domain::secret::Secrets,
    error::Error,
    flow::replay,
    journal::Journal,
    mail::SendError,
    store::{
        db::Db,
        keys::Ended,
        migrations::{self, SchemaState},
        outbox, server,
    },
};
use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    num::NonZeroU32,
    time::Duration,
};

/// A mail server that takes longer is as good as none.
const MAIL_PATIENCE: Duration = Duration::from_secs(10);
/// A running service sends what it can within seconds.
const QUEUE_AGE: i64 = 60;
/// Clocks this close are as good as equal …
const CLOCK_CLOSE: Seconds = 2;
/// … and this is how far PROTOCOL lets them be apart: section 3's leeway, in seconds.
const CLOCK_LEEWAY: Seconds = 30;
/// Reasons that are shown for mails that did not go out.
const MOST_TROUBLES: i64 = 5;

/// What a check found. Fine things first: the worst of all decides about the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Finding {
    Ok,
    /// Worth a look; the service works.
    Warn,
    /// The service does not work as it should.
    Broken,
    /// Something that the service needs is down.
    Down,
    /// The settings are wrong.
    Misconfigured,
}

use Finding::{Broken, Down, Misconfigured, Ok as Fine, Warn};

/// The checks so far.
struct Report {
    worst: Finding,
}

impl Report {
    fn line(&mut self, finding: Finding, check: &str, text: &str) -> Result<(), Failure> {
        let word = match finding {
            Fine => "ok",
            Warn => "warn",
            Broken | Down | Misconfigured => "FAIL",
        };
        self.worst = self.worst.max(finding);
        print(&format!("{word:<5} {check:<11} {text}\n"))
    }

    fn end(self) -> Result<(), Failure> {
        match self.worst {
            Fine | Warn => Ok(()),
            Broken => Err(Failure::Other("something is broken".to_owned())),
            Down => Err(Failure::Unavailable("something that notary needs is down".to_owned())),
            Misconfigured => Err(Failure::Config("the settings are not usable".to_owned())),
        }
    }
}

/// Runs every check that can be run, a line each.
pub fn doctor() -> Result<(), Failure> {
    let mut report = Report { worst: Fine };
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(mistakes) => {
            for mistake in mistakes.0 {
                report.line(Misconfigured, "settings", &mistake.to_string())?;
            }
            return report.end();
        }
    };
    report.line(Fine, "settings", "complete")?;
    super::runtime()?.block_on(async {
        let journalled = journal(&mut report, &config)?;
        database(&mut report, &config, &journalled).await?;
        mail_transport(&mut report, &config).await?;
        ports(&mut report, &config).await
    })?;
    report.end()
}

/// The keys that the journal names, if the settings name a journal.
fn journal(report: &mut Report, config: &Config) -> Result<Vec<Ended>, Failure> {
    let Some(path) = &config.journal else { return Ok(Vec::new()) };
    let (finding, text, ended) = match Journal::look(path) {
        Ok(Some(ended)) => (Fine, format!("ended keys in it: {}", ended.len()), ended),
        Ok(None) => (Fine, "the first start will make it".to_owned(), Vec::new()),
        Err(error) => (Misconfigured, error.to_string(), Vec::new()),
    };
    report.line(finding, "journal", &text)?;
    Ok(ended)
}

async fn database(
    report: &mut Report,
    config: &Config,
    journalled: &[Ended],
) -> Result<(), Failure> {
    if let Some(why) = server::why_away(config.db_uri.expose()) {
        return report.line(Down, "database", why);
    }
    let db = Db::new(config.db_uri.expose(), NonZeroU32::MIN);
    let version = match db.read("version", server::version).await {
        Ok(version) if version < server::OLDEST => {
            let text = format!("PostgreSQL {version} is too old: {} is needed", server::OLDEST);
            return report.line(Down, "database", &text);
        }
        Ok(version) => version,
        Err(error) => return unreadable(report, "database", &error),
    };
    report.line(Fine, "database", &format!("PostgreSQL {version} answers"))?;
    clocks(report, &db).await?;
    language(report, &db).await?;
    match db.read("schema", migrations::state).await {
        Ok(SchemaState::Current) => report.line(Fine, "schema", "up to date")?,
        Ok(SchemaState::Pending(count)) => {
            let text = format!("{count} migrations wait: `notary migrate` or a start applies them");
            return report.line(Warn, "schema", &text);
        }
        Ok(SchemaState::TooNew) => {
            let text = "migrated by a newer notary: start that version, or restore a backup";
            return report.line(Broken, "schema", text);
        }
        Err(_) => {
            return report.line(Broken, "schema", "cannot be read: check the user's privileges");
        }
    }
    secret_key(report, &db, config).await?;
    revived(report, &db, journalled).await?;
    mail_queue(report, &db).await
}

async fn secret_key(report: &mut Report, db: &Db, config: &Config) -> Result<(), Failure> {
    let check = *Secrets::derive(config.secret_key.expose()).check_value();
    match db.read("check secret", move |tx| migrations::is_same_secret(tx, &check)).await {
        Ok(Some(true)) => report.line(Fine, "secret key", "that of this database"),
        Ok(Some(false)) => {
            report.line(Misconfigured, "secret key", &StartError::OtherKey.to_string())
        }
        Ok(None) => report.line(Fine, "secret key", "the first start will register it"),
        Err(error) => unreadable(report, "secret key", &error),
    }
}

/// Worth a line only where there are any.
async fn revived(report: &mut Report, db: &Db, journalled: &[Ended]) -> Result<(), Failure> {
    match replay::revived(db, journalled).await {
        Ok(revived) if revived.is_empty() => Ok(()),
        Ok(revived) => report.line(Broken, "keys", &StartError::Revived(revived.len()).to_string()),
        Err(error) => unreadable(report, "keys", &error),
    }
}

async fn mail_queue(report: &mut Report, db: &Db) -> Result<(), Failure> {
    let numbers = |tx: &mut _| Ok((outbox::queue(tx)?, outbox::troubles(tx, MOST_TROUBLES)?));
    let (queue, troubles) = match db.read("mail queue", numbers).await {
        Ok(numbers) => numbers,
        Err(error) => return unreadable(report, "mail queue", &error),
    };
    let waiting = match queue.waiting {
        0 => "empty".to_owned(),
        mails => format!("{mails} waiting, the oldest for {} s", queue.oldest_seconds),
    };
    let late = queue.oldest_seconds > QUEUE_AGE;
    report.line(if late { Warn } else { Fine }, "mail queue", &waiting)?;
    for trouble in troubles {
        let fate = if trouble.given_up { "given up" } else { "tried again later" };
        let text = format!("{} {fate}: {}", trouble.mails, trouble.error);
        report.line(Warn, "mails", &text)?;
    }
    Ok(())
}

async fn clocks(report: &mut Report, db: &Db) -> Result<(), Failure> {
    let theirs = match db.read("clock", server::now).await {
        Ok(theirs) => theirs,
        Err(error) => return unreadable(report, "clocks", &error),
    };
    let (finding, text) = apart(Clock::system().now() - theirs);
    report.line(finding, "clocks", &text)
}

/// What it means that this machine's clock is so many seconds ahead of the database's.
fn apart(ahead: Seconds) -> (Finding, String) {
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    let text = format!("this machine is {} s {side} the database: check NTP", ahead.abs());
    match ahead.abs() {
        0..=CLOCK_CLOSE => (Fine, "this machine and the database agree".to_owned()),
        apart if apart <= CLOCK_LEEWAY => (Warn, text),
        _ => (Broken, text),
    }
}

async fn language(report: &mut Report, db: &Db) -> Result<(), Failure> {
    let locale = match db.read("language", server::language).await {
        Ok(locale) => locale,
        Err(error) => return unreadable(report, "messages", &error),
    };
    let (finding, text) = spoken(&locale);
    report.line(finding, "messages", &text)
}

/// What it means that the database's messages are in this language: neither a deadlock nor a timeout
/// can be told by anything else.
fn spoken(locale: &str) -> (Finding, String) {
    match locale.split(['_', '.', '@']).next() {
        Some("" | "C" | "POSIX" | "en" | "English") => (Fine, "in English".to_owned()),
        _ => {
            let text = format!(
                "in {locale}: a deadlock or a timeout is told by its English words, and answered \
                 with 500 instead of 503 in others; set lc_messages = 'C' in postgresql.conf"
            );
            (Warn, text)
        }
    }
}

async fn mail_transport(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let transport = match app::transport(config) {
        Ok(transport) => transport,
        Err(error) => return report.line(Misconfigured, "mail", &error.to_string()),
    };
    match tokio::time::timeout(MAIL_PATIENCE, transport.check()).await {
        Ok(Ok(())) => report.line(Fine, "mail", "the other side answers"),
        Ok(Err(SendError::Temporary(error) | SendError::Permanent(error))) => {
            report.line(Down, "mail", &format!("the other side does not answer: {error}"))
        }
        Err(_) => report.line(Down, "mail", "the other side does not answer within 10 s"),
    }
}

/// Free, or in use by a notary that runs already.
async fn ports(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let public = SocketAddr::from((Ipv4Addr::UNSPECIFIED, config.public_port));
    let listeners = [("public port", public), ("admin port", config.admin_interface)];
    for (check, address) in listeners {
        let (finding, text) = match TcpListener::bind(address) {
            Ok(_) => (Fine, format!("{address} is free")),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                match ask(address, "/readyz").await {
                    Some((200, _)) => {
                        (Fine, format!("a notary that is ready listens at {address}"))
                    }
                    Some((503, _)) => (Warn, format!("what listens at {address} is not ready")),
                    _ => (Broken, format!("{address} is in use by another program")),
                }
            }
            Err(error) => (Misconfigured, format!("cannot listen on {address}: {}", error.kind())),
        };
        report.line(finding, check, &text)?;
    }
    Ok(())
}

fn unreadable(report: &mut Report, check: &str, error: &Error) -> Result<(), Failure> {
    match error {
        Error::DatabaseAway | Error::TooSlow | Error::Busy => {
            report.line(Down, check, "the database went away")
        }
        _ => report.line(Broken, check, "cannot be read: check the user's privileges"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_may_be_apart_by_the_leeway_and_no_more() {
        let finding = |ahead| apart(ahead).0;
        assert_eq!([finding(0), finding(2), finding(-2)], [Fine; 3]);
        assert_eq!([finding(3), finding(30), finding(-30)], [Warn; 3]);
        assert_eq!([finding(31), finding(-31)], [Broken; 2]);
        assert!(apart(-31).1.contains("31 s behind"));
    }

    #[test]
    fn messages_are_read_in_english_alone() {
        for locale in ["", "C", "POSIX", "C.UTF-8", "en_US.UTF-8", "English_Malta.1252"] {
            assert_eq!(spoken(locale).0, Fine, "{locale}");
        }
        for locale in ["de_DE.UTF-8", "ca_ES@valencia", "eo", "German_Germany.1252"] {
            assert_eq!(spoken(locale).0, Warn, "{locale}");
        }
    }

    #[test]
    fn the_worst_finding_decides() {
        let end = |findings: &[Finding]| Report { worst: *findings.iter().max().unwrap() }.end();
        assert!(end(&[Fine, Warn, Fine]).is_ok());
        assert!(matches!(end(&[Broken, Warn]), Err(Failure::Other(_))));
        assert!(matches!(end(&[Broken, Down]), Err(Failure::Unavailable(_))));
        assert!(matches!(end(&[Misconfigured, Down]), Err(Failure::Config(_))));
    }
}
