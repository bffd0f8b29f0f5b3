use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::message::{MultiPart, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{SmtpSink, Verdict};

const PATIENCE: Duration = Duration::from_secs(10);

fn transport(sink: &SmtpSink) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(sink.port())
        .timeout(Some(PATIENCE))
        .build()
}

fn mail(to: &str, text: &str) -> Message {
    Message::builder()
        .from("Notary <notary@example.org>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject("Grüße")
        .message_id(Some("<1@example.org>".into()))
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), "<p>ß</p>".to_owned()))
        .unwrap()
}

#[tokio::test]
async fn keeps_what_it_is_given() {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let mail = mail("anna@example.org", ".a dot\r\n..two");
    transport(&sink).send(mail.clone()).await.unwrap();

    let [kept] = &sink.messages()[..] else { panic!("not one mail") };
    assert_eq!(kept.from, "notary@example.org");
    assert_eq!(kept.to, ["anna@example.org"]);
    assert_eq!(kept.subject.as_deref(), Some("Grüße"));
    assert_eq!(kept.message_id.as_deref(), Some("1@example.org"));
    assert_eq!(kept.text.as_deref(), Some(".a dot\r\n..two"));
    assert_eq!(kept.html.as_deref(), Some("<p>ß</p>"));
    // lettre ends the last line, though it is ended already.
    assert_eq!(kept.raw, [mail.formatted(), b"\r\n".to_vec()].concat());
    assert!(!format!("{kept:?}").contains("dot"));
}

#[tokio::test]
async fn a_mail_without_html_has_none() {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let plain = Message::builder()
        .from("notary@example.org".parse().unwrap())
        .to("anna@example.org".parse().unwrap())
        .header(ContentType::TEXT_PLAIN)
        .body(String::from("text"))
        .unwrap();
    transport(&sink).send(plain).await.unwrap();
    assert_eq!(sink.messages()[0].html, None);
    assert_eq!(sink.messages()[0].subject, None);
}

#[tokio::test]
async fn waits_for_a_recipient() {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let transport = transport(&sink);
    let awaited = sink.wait_for_recipient("anna@example.org", 2, PATIENCE);
    let sent = async {
        for (to, text) in [("anna", "1"), ("berta", "2"), ("anna", "3")] {
            transport.send(mail(&format!("{to}@example.org"), text)).await.unwrap();
        }
    };
    let (awaited, ()) = tokio::join!(awaited, sent);
    let texts: Vec<_> = awaited.unwrap().into_iter().map(|mail| mail.text.unwrap()).collect();
    assert_eq!(texts, ["1", "3"]);

    let third = sink.wait_for_recipient("anna@example.org", 3, Duration::ZERO).await;
    assert_eq!(third.unwrap_err().received, 3);
}

#[tokio::test]
async fn answers_as_the_policy_says() {
    static RECOVERED: AtomicBool = AtomicBool::new(false);
    let sink = SmtpSink::start(|to| match to {
        "full@example.org" if !RECOVERED.load(Ordering::SeqCst) => Verdict::Temporary,
        "nobody@example.org" => Verdict::Permanent,
        _ => Verdict::Accept,
    })
    .unwrap();
    let transport = transport(&sink);

    let temporary = transport.send(mail("full@example.org", "")).await.unwrap_err();
    assert!(temporary.is_transient());
    assert_eq!(temporary.status().unwrap().to_string(), "451");
    let permanent = transport.send(mail("nobody@example.org", "")).await.unwrap_err();
    assert!(permanent.is_permanent());
    assert_eq!(permanent.status().unwrap().to_string(), "550");
    assert!(sink.messages().is_empty());

    RECOVERED.store(true, Ordering::SeqCst);
    transport.send(mail("full@example.org", "")).await.unwrap();
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn a_stalled_client_holds_up_nobody_else() {
    let sink = SmtpSink::start(|to| match to {
        "slow@example.org" => Verdict::Stall(Duration::from_secs(3600)),
        _ => Verdict::Accept,
    })
    .unwrap();
    let transport = transport(&sink);
    let slow = tokio::spawn({
        let transport = transport.clone();
        async move { transport.send(mail("slow@example.org", "")).await }
    });
    transport.send(mail("quick@example.org", "")).await.unwrap();
    assert_eq!(sink.messages().len(), 1);

    // Stopping cuts the stalled one off.
    drop(sink);
    assert!(slow.await.unwrap().is_err());
}

#[tokio::test]
async fn a_dropped_server_frees_its_port() {
    let sink = SmtpSink::start(|_| Verdict::Accept).unwrap();
    let transport = transport(&sink);
    transport.send(mail("anna@example.org", "")).await.unwrap();
    drop(sink);
    assert!(transport.send(mail("anna@example.org", "")).await.is_err());
}
