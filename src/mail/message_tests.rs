use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::mail::Purpose;

fn composer() -> Composer {
    Composer::new("Example <no-reply@example.org>", "https://id.example.org").unwrap()
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn each_purpose_says_its_part() {
    for purpose in Purpose::ALL {
        let Rendered { subject, text, .. } = composer().render(&Letter::sample(purpose)).unwrap();
        settings().bind(|| {
            insta::assert_snapshot!(purpose.as_str(), format!("Subject: {subject}\n\n{text}"));
        });
    }
}

#[test]
fn the_html_has_one_link_and_loads_nothing() {
    for purpose in Purpose::ALL {
        let html = composer().render(&Letter::sample(purpose)).unwrap().html;
        assert_eq!(html.matches("<a ").count(), 1);
        for loading in ["<img", "<link", "<style", "<script", "src=", "url("] {
            assert!(!html.contains(loading), "{loading} in {html}");
        }
    }
    let html = composer().render(&Letter::sample(Purpose::Signup)).unwrap().html;
    settings().bind(|| insta::assert_snapshot!("signup_html", html));
}

#[test]
fn letters_with_a_token_warn_and_the_others_show_no_code() {
    for purpose in Purpose::ALL {
        let Rendered { text, html, .. } = composer().render(&Letter::sample(purpose)).unwrap();
        let warning = "Enter your password only at https://id.example.org. \
                       Never give this code to anyone.";
        assert_eq!(text.contains(warning), purpose.carries_token());
        assert_eq!(text.contains("within 10 minutes"), purpose.carries_token());
        assert_eq!(html.contains("<code"), purpose.carries_token());
    }
}

#[test]
fn the_fragment_is_exact() {
    let mut letter = Letter::sample(Purpose::AddressOld);
    letter.account = "a&b=c#d%e+f@xn--bcher-kva.example".into();
    assert_eq!(
        composer().link(&letter, Some("tok-en_43")),
        "https://id.example.org/confirm#token=tok-en_43\
         &address=a%26b%3Dc%23d%25e%2Bf%40xn--bcher-kva.example&purpose=address_old"
    );
}

#[test]
fn the_reader_finds_the_exact_link_in_both_parts() {
    let letter = Letter::sample(Purpose::AddressOld);
    let link = composer().link(&letter, letter.token.as_deref());
    let bytes = composer().compose(&letter).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap();
    assert!(text.lines().any(|line| line == link), "{text}");
    let html = message.body_html(0).unwrap();
    // The browser's view of the attribute, after its entities.
    let html = html.replace("&#x2f;", "/").replace("&amp;", "&");
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
}

#[test]
fn what_the_user_chose_is_escaped_and_stays_out_of_the_subject() {
    let mut letter = Letter::sample(Purpose::Signup);
    letter.account = "<script>'\"&{{ origin }}@example.org".into();
    let Rendered { subject, text, html } = composer().render(&letter).unwrap();
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;&#x27;&quot;&amp;"));
    assert!(html.contains("{{ origin }}") && text.contains("{{ origin }}"));
    assert_eq!(subject, "Confirm your address at id.example.org");
}

#[test]
fn the_headers_are_ours_alone() {
    let bytes = composer().compose(&Letter::sample(Purpose::Signup)).unwrap().formatted();
    assert!(bytes.is_ascii());
    let message = MessageParser::default().parse(&bytes).unwrap();
    let recipients: Vec<_> = message.to().unwrap().iter().map(|to| to.address()).collect();
    assert_eq!(recipients, [Some("alice@example.org")]);
    assert_eq!(message.from().unwrap().first().unwrap().address(), Some("no-reply@example.org"));
    assert_eq!(message.message_id(), Some("01234567-89ab-4def-8123-456789abcdef@id.example.org"));
    assert_eq!(message.date().unwrap().to_timestamp(), 1_800_000_000);
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(message.content_type().unwrap().subtype(), Some("alternative"));
    let mut names: Vec<_> = message.headers().iter().map(|header| header.name()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To"
        ]
    );
}

#[test]
fn an_address_cannot_smuggle_a_header_or_a_second_recipient() {
    for address in [
        "a@example.org\r\nBcc: mallory@example.org",
        "a@example.org\nBcc: mallory@example.org",
        "a\r\nRCPT TO:<mallory@example.org>\r\n@example.org",
        "a@example.org>, <mallory@example.org",
        "a@example.org, mallory@example.org",
        "\"a b\"@example.org",
        "\"a\"@example.org",
        "Mallory <mallory@example.org>",
        "a@[127.0.0.1]",
        "a@example.org\0",
        "ä@example.org",
        "a b@example.org",
        "example.org",
        "",
    ] {
        let letter = Letter { to: address.into(), ..Letter::sample(Purpose::Signup) };
        let refused = composer().compose(&letter).map(|message| message.formatted());
        assert!(matches!(refused, Err(SendError::Permanent(_))), "{address:?}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = Letter::sample(Purpose::Password);
    let bytes = composer().compose(&letter).unwrap().formatted();
    assert_eq!(bytes, composer().compose(&letter.clone()).unwrap().formatted());
}

#[test]
fn one_minute_is_singular() {
    let mut letter = Letter::sample(Purpose::Signup);
    letter.expires_at = letter.written_at + 119;
    let text = composer().render(&letter).unwrap().text;
    assert!(text.contains("within 1 minute."), "{text}");
}

#[test]
fn wrong_settings_are_named_without_their_value() {
    let fault = |from, uri| Composer::new(from, uri).map(|_| ()).unwrap_err();
    assert_eq!(fault("not a mailbox", "https://id.example.org").setting, "NOTARY_MAIL_FROM");
    assert_eq!(fault("ä@example.org", "https://id.example.org").setting, "NOTARY_MAIL_FROM");
    let fault = fault("a@example.org", "id.example.org");
    assert_eq!(fault.setting, "NOTARY_PUBLIC_URI");
    assert!(fault.to_string().starts_with("NOTARY_PUBLIC_URI: expected a URI"));
}
