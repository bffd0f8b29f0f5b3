//! Batches, taken apart and put together.

use super::{
    batch::{Part, Response, join, parse},
    request::Head,
};
use crate::{
    error::{Error, Fault},
    flow::call::{Answer, BodyKind, Method},
};
use serde_json::{Value, json};

fn parts(batch: Value) -> Vec<Part> {
    parse(Some(batch), &Head::default(), 25).unwrap()
}

fn faults(batch: Option<Value>) -> Vec<(String, String)> {
    match parse(batch, &Head::default(), 3) {
        Err(Error::Invalid(faults)) => faults
            .into_iter()
            .map(|Fault { location, name, description }| {
                assert_eq!(location, "body");
                (name.unwrap(), description)
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn fault(batch: Value) -> (String, String) {
    let faults = faults(Some(batch));
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.into_iter().next().unwrap()
}

fn one(request: Value) -> (String, String) {
    fault(json!({ "requests": [request] }))
}

#[test]
fn a_request_needs_no_more_than_a_path() {
    let parts = parts(json!({"requests": [
        {"path": "/buckets?_limit=1&x=%20"},
        {"path": "/v1/buckets", "method": null, "body": {}},
        {"path": "/v1", "method": "HEAD"},
        {"path": "/v1buckets"},
    ]}));
    let shown: Vec<_> = parts
        .iter()
        .map(|Part { request, body }| {
            assert!(body.is_none());
            (request.method.as_str(), request.path.as_str(), request.query.as_str())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("GET", "/v1/buckets", "_limit=1&x=%20"),
            ("GET", "/v1/buckets", ""),
            ("HEAD", "/v1", ""),
            ("GET", "/v1/v1buckets", ""),
        ]
    );
}

#[test]
fn defaults_fill_gaps_at_every_depth() {
    let parts = parts(json!({
        "defaults": {"method": "PUT", "path": "/a", "headers": {"If-Match": "1", "Accept": "*/*"},
                     "body": {"data": {"x": 1, "y": {"z": 2}}}},
        "requests": [
            {"body": {"data": {"x": 5, "y": {}}}, "headers": {"If-Match": "2"}},
            {"method": "GET", "path": "/b", "body": {"data": 3}},
        ],
    }));
    assert_eq!(parts[0].request.method, "PUT");
    assert_eq!(parts[0].request.path, "/v1/a");
    assert_eq!(parts[0].body, Some(json!({"data": {"x": 5, "y": {"z": 2}}})));
    assert_eq!(parts[1].request.path, "/v1/b");
    assert_eq!(parts[1].body, Some(json!({"data": 3})));
}

#[test]
fn header_fields_are_inherited_and_bodies_are_json() {
    let mut parent = Head::default();
    parent.set("Authorization", "Bearer parent");
    parent.set("Content-Type", "application/json");
    let batch = json!({"requests": [
        {"path": "/"},
        {"path": "/", "headers": {"authorization": "Bearer own"}},
        {"path": "/", "method": "PATCH", "headers": {"Content-Type": "application/merge-patch+json"}},
    ]});
    let parts = parse(Some(batch), &parent, 25).unwrap();
    let who = |part: &Part| part.request.head.authorization.clone().unwrap();
    assert_eq!((who(&parts[0]), who(&parts[1])), ("Bearer parent".into(), "Bearer own".into()));
    assert_eq!(parts[2].request.head.body_kind(Method::Patch).unwrap(), BodyKind::Json);
}

#[test]
fn what_is_wrong_is_named() {
    let named = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    assert_eq!(faults(None), [named("requests", "Required")]);
    assert_eq!(fault(json!([])).0, "");
    assert_eq!(fault(json!({"requests": {}})), named("requests", "Is not iterable"));
    assert_eq!(
        fault(json!({"requests": [], "x": 1, "y": 2})),
        named("", "Unrecognized keys in mapping: \"x, y\"")
    );
    assert_eq!(fault(json!({"requests": [], "defaults": 1})).0, "defaults");
    assert_eq!(one(json!(3)).0, "requests.0");
    assert_eq!(one(json!({})), named("requests.0.path", "Required"));
    assert_eq!(one(json!({"path": ""})), named("requests.0.path", "Required"));
    assert_eq!(
        one(json!({"path": "buckets"})),
        named("requests.0.path", "String does not match expected pattern")
    );
    assert_eq!(
        one(json!({"path": "/", "method": "get"})),
        named("requests.0.method", "Is not one of GET, HEAD, DELETE, TRACE, POST, PUT, PATCH")
    );
    assert_eq!(one(json!({"path": "/", "headers": {"a": 1}})).0, "requests.0.headers");
    assert_eq!(one(json!({"path": "/", "headers": []})).0, "requests.0.headers");
    assert_eq!(one(json!({"path": "/", "body": []})).0, "requests.0.body");
    assert_eq!(
        one(json!({"path": "/", "what": 1})),
        named("requests.0", "Unrecognized keys in mapping: \"what\"")
    );
    let several = faults(Some(json!({"requests": [{}, {"path": "/"}, {"path": 1, "body": 2}]})));
    let names: Vec<_> = several.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["requests.0.path", "requests.2.path", "requests.2.body"]);
}

#[test]
fn batches_are_limited_and_not_nested() {
    let many = |count| json!({ "requests": vec![json!({"path": "/"}); count] });
    assert_eq!(parse(Some(many(3)), &Head::default(), 3).unwrap().len(), 3);
    assert_eq!(
        fault(many(4)),
        ("requests".to_owned(), "Number of requests is limited to 3".to_owned())
    );
    assert_eq!(parse(Some(many(400)), &Head::default(), 0).unwrap().len(), 400);
    let words = "Recursive call on /batch endpoint is forbidden.";
    for path in ["/batch", "/v1/batch", "/batch/"] {
        assert_eq!(one(json!({ "path": path })), ("requests".to_owned(), words.to_owned()));
    }
    assert_eq!(parts(json!({"requests": [{"path": "/buckets/batches"}]})).len(), 1);
}

#[test]
fn answers_keep_their_order_and_their_bytes() {
    let responses = [
        Response {
            path: "/v1/a".into(),
            answer: Answer {
                status: 201,
                headers: vec![("ETag", "\"1\"".into())],
                body: "{\"z\":\"\\u00e9\",\"a\":1}".into(),
            },
        },
        Response { path: "/v1/é".into(), answer: Answer { status: 304, ..Answer::default() } },
    ];
    let joined = join(&responses).unwrap();
    assert_eq!(joined.status, 200);
    assert_eq!(
        joined.body,
        "{\"responses\":[{\"status\":201,\"path\":\"/v1/a\",\
         \"headers\":{\"Content-Type\":\"application/json\",\"ETag\":\"\\\"1\\\"\"},\
         \"body\":{\"z\":\"\\u00e9\",\"a\":1}},{\"status\":304,\"path\":\"/v1/é\",\
         \"headers\":{\"Content-Type\":\"application/json\"},\"body\":\"\"}]}"
    );
    assert_eq!(join(&[]).unwrap().body, "{\"responses\":[]}");
}
