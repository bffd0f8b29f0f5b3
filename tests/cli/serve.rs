//! `notary serve` as a process.

use crate::service::Site;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

#[test]
fn sigterm_lets_a_request_under_way_finish() {
    let site = Site::new();
    let service = site.serve();
    let host = site.public_uri.strip_prefix("http://").unwrap();
    let body = r#"{"address":"ada@example.org"}"#;
    let mut caller = TcpStream::connect(host).unwrap();
    let (length, (first, rest)) = (body.len(), body.split_at(5));
    write!(
        caller,
        "POST /salt HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    // Only a handler that waits for the body asks for it: the request is under way.
    let mut asked = [0; 25];
    caller.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    write!(caller, "{first}").unwrap();

    service.signal("TERM");
    service.line("stopping");
    write!(caller, "{rest}").unwrap();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""address":"ada@example.org""#), "{answer}");
    assert_eq!(service.end(), Some(0));
}

#[test]
fn a_taken_port_is_named() {
    let site = Site::new();
    let _service = site.serve();
    let said = site.run(&["serve"]).failed(1);
    assert!(said.contains("cannot listen on"), "{said}");
    assert!(said.contains(&site.settings["NOTARY_PUBLIC_PORT"]), "{said}");
}
