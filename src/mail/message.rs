//! From a [`Letter`] to the message that travels (RFC 5322).

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, MultiPartBuilder, MultiPartKind, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use minijinja::{Environment, UndefinedBehavior, context};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{Letter, MailConfigError, SendError, catalogue};

/// All but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes letters in one language for one deployment.
pub(super) struct Composer {
    from: Mailbox,
    public_uri: String,
    origin: String,
    host: String,
    /// The two layouts and, under their keys, the sentences.
    templates: Environment<'static>,
}

/// What a reader sees.
#[derive(Debug)]
struct Rendered {
    subject: String,
    text: String,
    html: String,
}

impl Composer {
    /// `from` is a mailbox with an ASCII address, `public_uri` an http(s) URI without a trailing
    /// slash.
    pub(super) fn new(from: &str, public_uri: &str) -> Result<Self, MailConfigError> {
        let from = sender(from).ok_or(MailConfigError {
            setting: "NOTARY_MAIL_FROM",
            expected: "a mailbox such as Example <no-reply@example.org>",
        })?;
        let (origin, host) = origin_and_host(public_uri).ok_or(MailConfigError {
            setting: "NOTARY_PUBLIC_URI",
            expected: "a URI such as https://id.example.org",
        })?;
        Ok(Self { from, public_uri: public_uri.into(), origin, host, templates: english() })
    }

    /// The host of the public URI, an IPv6 address in brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The finished message. The same letter gives the same bytes every time.
    pub(super) fn compose(&self, letter: &Letter) -> Result<Message, SendError> {
        let to = recipient(&letter.to)?;
        let rendered = self.render(letter)?;
        let written = Duration::from_secs(letter.written_at.try_into().unwrap_or(0));
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(rendered.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .date(UNIX_EPOCH + written)
            // RFC 3834 section 5: vacation responders keep quiet.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(
                alternatives(letter)
                    .singlepart(SinglePart::plain(rendered.text))
                    .singlepart(SinglePart::html(rendered.html)),
            )
            .map_err(|_| SendError::Permanent("the message cannot be built".into()))
    }

    fn render(&self, letter: &Letter) -> Result<Rendered, SendError> {
        let token = letter.token()?;
        self.fill(letter, token)
            .map_err(|_| SendError::Permanent("the templates cannot be filled in".into()))
    }

    fn fill(&self, letter: &Letter, token: Option<&str>) -> Result<Rendered, minijinja::Error> {
        let values = context! {
            account => letter.account.as_str(),
            host => self.host.as_str(),
            minutes => ((letter.expires_at - letter.written_at) / 60).max(1),
            origin => self.origin.as_str(),
            public_uri => self.public_uri.as_str(),
        };
        let say = |key: &str| self.templates.get_template(key)?.render(&values);
        let own = |key| say(&catalogue::sentence_key(letter.purpose, key));
        let subject = own("subject")?;
        let page = context! {
            language => say("language")?,
            subject => subject.as_str(),
            what => own("what")?,
            button => own("button")?,
            link => self.link(letter, token),
            token,
            code => say("code")?,
            expires => say("expires")?,
            only_at => say("only_at")?,
            otherwise => own("otherwise")?,
            footer => say("footer")?,
        };
        Ok(Rendered {
            subject,
            text: self.templates.get_template("letter.txt")?.render(&page)?,
            html: self.templates.get_template("letter.html")?.render(&page)?,
        })
    }

    /// With a token, where it can be confirmed; else the start page. The token stands in the
    /// fragment, which browsers send to nobody.
    fn link(&self, letter: &Letter, token: Option<&str>) -> String {
        let uri = &self.public_uri;
        let Some(token) = token else { return format!("{uri}/") };
        let token = utf8_percent_encode(token, RESERVED);
        let address = utf8_percent_encode(&letter.account, RESERVED);
        let purpose = letter.purpose.as_str();
        format!("{uri}/confirm#token={token}&address={address}&purpose={purpose}")
    }
}

/// The origin (RFC 6454 section 6.2) and the host, an IPv6 address in brackets: the form that a
/// `Message-ID` wants, too.
fn origin_and_host(public_uri: &str) -> Option<(String, String)> {
    let url = Url::parse(public_uri).ok()?;
    Some((url.origin().ascii_serialization(), url.host_str()?.into()))
}

/// A mailbox with an ASCII address: others would need SMTPUTF8 (RFC 6531) of every server on the
/// way.
pub(super) fn sender(from: &str) -> Option<Mailbox> {
    from.parse().ok().filter(|mailbox: &Mailbox| mailbox.email.to_string().is_ascii())
}

/// lettre's own parser takes quoted local parts and address literals; a canonical address has
/// neither, nor anything that could end a header or an SMTP command.
fn recipient(address: &str) -> Result<Address, SendError> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !br#""(),:;<>[\]"#.contains(&byte);
    address
        .bytes()
        .all(plain)
        .then(|| address.parse().ok())
        .flatten()
        .ok_or_else(|| SendError::Permanent("the recipient's address is malformed".into()))
}

/// A boundary of the letter's id instead of a random one.
fn alternatives(letter: &Letter) -> MultiPart {
    let builder: MultiPartBuilder = MultiPart::builder().kind(MultiPartKind::Alternative);
    builder.boundary(letter.id.simple().to_string()).build()
}

#[expect(clippy::expect_used, reason = "the templates are part of the program, and tested")]
fn english() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let layouts = [
        ("letter.txt", include_str!("templates/letter.txt")),
        ("letter.html", include_str!("templates/letter.html")),
    ];
    for (name, source) in layouts {
        templates.add_template(name, source).expect("a layout");
    }
    for (key, sentence) in catalogue::parse(catalogue::ENGLISH).expect("a catalogue") {
        templates.add_template_owned(key, sentence).expect("a sentence");
    }
    templates
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
