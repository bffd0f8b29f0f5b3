use super::{memory, *};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

const NOW: Timestamp = 1_000_000;
const KNOWN: Fields = Fields::Known(&["uri", "target", "record_id"]);

fn parameters(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn parse(text: &str) -> ListQuery {
    ListQuery::parse(&parameters(text), Fields::Free, NOW).unwrap()
}

/// Name and description of the fault.
fn fault(text: &str, fields: Fields) -> (Option<String>, String) {
    match ListQuery::parse(&parameters(text), fields, NOW) {
        Err(Error::Invalid(mut faults)) => {
            assert_eq!((faults.len(), faults[0].location), (1, "querystring"), "{text}");
            let fault = faults.remove(0);
            (fault.name, fault.description)
        }
        other => panic!("{text} gave {other:?}"),
    }
}

/// The entries that KINTO's own server was asked about, by their ids.
fn entries() -> Vec<Value> {
    let mut entries: Vec<Value> = [
        ("a", json!(1)),
        ("b", json!("3")),
        ("c", json!(3)),
        ("d", json!(null)),
        ("e", json!(true)),
        ("f", json!([1, "x", {"k": 1}])),
        ("g", json!({"k": {"z": 1}})),
        ("i", json!(3.0)),
        ("j", json!("Hello World")),
        ("k", json!("50%")),
    ]
    .into_iter()
    .zip(1..)
    .map(|((id, n), time)| json!({"id": id, "last_modified": time, "n": n, "o": {"p": n}}))
    .collect();
    entries.push(json!({"id": "h", "last_modified": 11}));
    entries
}

fn ids(query: &ListQuery) -> String {
    let (page, _) = memory::page(entries(), query, 100);
    page.iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

/// Each answer is that of Kinto 14.8 on PostgreSQL, but where a comment says otherwise.
#[test]
fn filters_find_what_kinto_finds() {
    for (query, found) in [
        ("n=3", "ic"),
        ("n=\"3\"", "b"),
        ("n=3.0", "ic"),
        ("n=null", "d"),
        ("n=true", "e"),
        ("n=", ""),
        ("n=3&n=1", "a"),
        (" n =3", "ic"),
        ("eq_n=3", "ic"),
        ("not_n=3", "hkjgfedba"),
        ("gt_n=1", "higfec"),
        ("gt_n=3", "hgfe"),
        ("lt_n=3", "kjdba"),
        ("min_n=3", "higfec"),
        ("max_n=3", "kjidcba"),
        ("min_n=null", "hkjigfedcba"),
        ("gt_n=[1]", "hgf"),
        ("lt_n={}", "kjifedcba"),
        ("gt_n=true", "hgf"),
        ("in_n=1,3", "ica"),
        ("in_n=1,3,", "ica"),
        ("in_n=", ""),
        ("exclude_n=1,3", "hkjgfedb"),
        // There, excluding nothing leaves only what has no such member.
        ("exclude_n=", "hkjigfedcba"),
        ("like_n=hello", "j"),
        ("like_n=*world", "j"),
        ("like_n=h*d", "j"),
        ("like_n=h*x*d", ""),
        ("like_n=\"3\"", "icb"),
        ("like_n=", "kjigfecba"),
        // There, % and _ stand for anything.
        ("like_n=50%", "k"),
        ("like_n=5_", ""),
        ("has_n=true", "kjigfedcba"),
        ("has_n=x", "kjigfedcba"),
        ("has_n=false", "h"),
        ("has_n=0", "h"),
        ("has_n=", "h"),
        ("contains_n=1", "f"),
        ("contains_n=[1,\"x\"]", "f"),
        ("contains_n=[1,2]", ""),
        ("contains_n=[]", "f"),
        ("contains_n=x", "f"),
        ("contains_n={\"k\":1}", "f"),
        ("contains_n=[{}]", "f"),
        ("contains_any_n=[1,5]", "f"),
        ("contains_any_n=x", "f"),
        ("contains_any_n=[]", ""),
        ("o.p=3", "ic"),
        ("n.k.z=1", "g"),
        ("n.k={\"z\":1}", "g"),
        ("has_o.p=true", "kjigfedcba"),
        ("not_o.q=4", "hkjigfedcba"),
        ("n..k=1", ""),
        ("not_=1", ""),
        ("id=a", "a"),
        ("id=\"a\"", "a"),
        ("id=null", ""),
        ("not_id=1", "hkjigfedcba"),
        ("gt_id=f", "hkjig"),
        ("gt_id=null", ""),
        ("in_id=a,b", "ba"),
        ("exclude_id=a,b", "hkjigfedc"),
        ("like_id=A", "a"),
        ("has_id=false", ""),
        ("_since=3", "hkjigfed"),
        ("_since=\"3\"", "hkjigfed"),
        ("_since=null", ""),
        ("_before=3", "ba"),
        ("_to=3", "ba"),
        ("last_modified=3", "c"),
        ("gt_last_modified=\"3\"", "hkjigfed"),
        ("in_last_modified=1,2", "ba"),
        ("_since=3&n=3", "i"),
        ("_expected=5&__x=1", "hkjigfedcba"),
    ] {
        assert_eq!(ids(&parse(query)), found, "{query}");
    }
}

#[test]
fn orders_are_those_of_kinto() {
    for (query, order) in [
        ("", "hkjigfedcba"),
        ("_sort=", "hkjigfedcba"),
        ("_sort=a-b,--id,,", "hkjigfedcba"),
        ("_sort=id", "abcdefghijk"),
        ("_sort=%2Bid", "abcdefghijk"),
        ("_sort= -id,n", "kjihgfedcba"),
        ("_sort=last_modified", "abcdefgijkh"),
        // Among texts there it is the order of the database's locale.
        ("_sort=n", "dbkjaicefgh"),
        ("_sort=-n", "hgfeicajkbd"),
        ("_sort=o.p", "dbkjaicefgh"),
    ] {
        assert_eq!(ids(&parse(query)), order.to_owned(), "{query}");
    }
}

#[test]
fn what_is_refused_and_how() {
    let invalid = |name: &str| (Some(name.to_owned()), format!("Invalid value for {name}"));
    for query in [
        "like_n=3",
        "like_n=null",
        "in_id=1",
        "in_id=a,1",
        "in_id=null",
        "not_id=[]",
        "gt_id=true",
        "like_id=5",
        "contains_id=a",
        "contains_any_id=a",
        "in_last_modified=x",
        "in_last_modified=\"1\"",
        "gt_last_modified=x",
        "gt_last_modified=1.5",
        "like_last_modified=x",
        "contains_last_modified=1",
        "last_modified=",
        "_since=",
        "_since=\"\"",
        "_since=[]",
        "_before={}",
    ] {
        let name = query.split('=').next().unwrap();
        assert_eq!(fault(query, Fields::Free), invalid(name), "{query}");
    }
    for (query, name, words) in [
        ("id=1", "id", "1 is not a string"),
        ("last_modified=x", "last_modified", "\"x\" is not a number"),
        ("_since=x", "_since", "\"x\" is not a number"),
        ("_since=-1", "_since", "-1 is less than minimum value 0"),
        ("_since=87400001", "_since", "87400001 is greater than maximum value 87400000"),
        ("_to=87400001", "_to", "87400001 is greater than maximum value 87400000"),
        (
            "last_modified=9223372036854775808",
            "last_modified",
            "9223372036854775808 is greater than maximum value 9223372036854775807",
        ),
        ("_limit=x", "_limit", "\"x\" is not a number"),
        ("_limit=-1", "_limit", "-1 is less than minimum value 0"),
        ("n=%00", "n", "Invalid character 0x00"),
        ("a%00=1", "a\0", "Invalid character 0x00"),
        ("n=\"\\u0000\"", "n", "Invalid character 0x00"),
        ("in_n=a,\"\\u0000\"", "in_n", "Invalid character 0x00"),
        ("_sort=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", "_sort", "_sort takes up to 16 fields"),
    ] {
        assert_eq!(fault(query, Fields::Free), (Some(name.to_owned()), words.to_owned()));
    }
}

#[test]
fn unknown_fields_are_refused_where_all_are_known() {
    for (query, name, words) in [
        ("foo=1", Some("foo"), "Unknown filter field 'foo'"),
        ("gt_foo=1", Some("gt_foo"), "Unknown filter field 'gt_foo'"),
        ("foo.uri=1", Some("foo.uri"), "Unknown filter field 'foo.uri'"),
        ("_sort=foo", None, "Unknown sort field 'foo'"),
        ("_fields=uri,foo.uri", Some("_fields"), "Fields foo do not exist"),
    ] {
        assert_eq!(fault(query, KNOWN), (name.map(str::to_owned), words.to_owned()));
    }
    let known = "uri=a&gt_target.data.last_modified=3&_sort=-uri&_fields=target.data&_before=5";
    let known = ListQuery::parse(&parameters(known), KNOWN, NOW).unwrap();
    assert_eq!(known.filters.len(), 3);
    let query = ListQuery::parse(&parameters("record_id=7&in_record_id=7,b"), KNOWN, NOW).unwrap();
    assert_eq!(query.filters[0].test, Test::Is(Comparison::Eq, json!("7")));
    assert_eq!(query.filters[1].test, Test::In(vec![json!("7"), json!("b")]));
}

#[test]
fn tombstones_are_for_those_who_ask_about_times() {
    for asks in ["_since=0", "_before=9", "last_modified=3", "has_last_modified=true"] {
        assert!(parse(asks).includes_tombstones(), "{asks}");
    }
    for other in ["", "n=3", "_sort=last_modified", "deleted=true", "o.last_modified=3"] {
        assert!(!parse(other).includes_tombstones(), "{other}");
    }
    assert!(parse("_to=5").deprecated_to);
    assert!(!parse("_before=5").deprecated_to);
}

#[test]
fn sizes_of_pages() {
    for (query, paginate_by, size) in [
        ("", None, 10_000),
        ("", Some(20), 20),
        ("", Some(20_000), 10_000),
        ("_limit=5", Some(20), 5),
        ("_limit=50", Some(20), 20),
        ("_limit=50000", None, 10_000),
        ("_limit=0", Some(20), 20),
        ("_limit=", Some(20), 20),
        ("_limit=null", Some(20), 20),
        ("_limit=\"7\"", None, 7),
    ] {
        assert_eq!(parse(query).page_size(paginate_by), size, "{query}");
    }
}

#[test]
fn projections() {
    let entry =
        json!({"id": "x", "last_modified": 1, "a": {"b": {"c": 1, "d": 2}, "e": 3}, "f": [4]});
    let shown = |query: &str| {
        let projection = parse(query).projection.unwrap();
        Value::Object(projection.apply(entry.as_object().unwrap()))
    };
    assert_eq!(
        shown("_fields=a.b.c,a.e,no,f.x"),
        json!({"id": "x", "last_modified": 1, "a": {"b": {"c": 1}, "e": 3}, "f": [4]})
    );
    assert_eq!(shown("_fields=no"), json!({"id": "x", "last_modified": 1}));
    assert_eq!(shown("_fields=a.no"), json!({"id": "x", "last_modified": 1, "a": {}}));
    for all in ["", "_fields=", "_fields=,"] {
        assert_eq!(parse(all).projection, None, "{all}");
    }
}

#[test]
fn lists_without_times_are_ordered_by_what_is_unique() {
    let query = parse("_since=5&_sort=n").untimed("uri");
    assert!(query.filters.is_empty());
    let names = |query: &ListQuery| {
        query.sort.iter().map(|sort| (sort.field.to_string(), sort.descending)).collect::<Vec<_>>()
    };
    assert_eq!(names(&query), [("n".to_owned(), false), ("uri".to_owned(), true)]);
    assert_eq!(names(&parse("_sort=uri").untimed("uri")), [("uri".to_owned(), false)]);
}

#[test]
fn tokens_that_are_none() {
    let base64 = |text: &str| {
        let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text);
        url::form_urlencoded::byte_serialize(encoded.as_bytes()).collect::<String>()
    };
    for text in [
        "null",
        "1",
        "{}",
        r#"{"last_object":{},"nonce":"x"}"#,
        r#"{"last_object":1,"nonce":"x"}"#,
        r#"{"last_object":{"last_modified":"x"},"nonce":"x"}"#,
        r#"{"last_object":{"last_modified":null},"nonce":"x"}"#,
        r#"{"last_object":{"last_modified":1e300},"nonce":"x"}"#,
        r#"{"last_object":{"last_modified":5},"nonce":7}"#,
        r#"{"last_object":{"last_modified":5}}"#,
    ] {
        let words = "_token has invalid content".to_owned();
        assert_eq!(
            fault(&format!("_token={}", base64(text)), Fields::Free),
            (None, words),
            "{text}"
        );
    }
    fault("_token=x", Fields::Free);
    let nul = base64(r#"{"last_object":{"n":"\u0000","last_modified":5},"nonce":"x"}"#);
    fault(&format!("_sort=n&_token={nul}"), Fields::Free);
    assert!(parse(&format!("_token={nul}")).token.is_some());
}

#[test]
fn the_next_page_keeps_the_parameters() {
    let query = parameters("_sort=-a+b&_limit=3&name=é&_token=old");
    let token = Token::new(&parse("").sort, &json!({"last_modified": 5}), Uuid::nil(), None);
    let next = token.next_page("https://a.example/v1", "/v1/buckets", &query, 7).unwrap();
    let (address, rest) = next.split_once('?').unwrap();
    assert_eq!(address, "https://a.example/v1/buckets");
    let rest = parameters(rest);
    let kept: Vec<(&str, &str)> = rest.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let encoded = token.encode().unwrap();
    assert_eq!(
        kept,
        [("_sort", "-a b"), ("name", "é"), ("_limit", "7"), ("_token", encoded.as_str())]
    );
    assert_eq!(ListQuery::parse(&rest, Fields::Free, NOW).unwrap().token, Some(token));
}

fn value() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(json!(null))),
        any::<bool>().prop_map(|b| Some(json!(b))),
        (0..4).prop_map(|n| Some(json!(n))),
        "[ab]{0,2}".prop_map(|text| Some(json!(text))),
        prop::collection::vec(0..2, 0..3).prop_map(|list| Some(json!(list))),
        prop::collection::btree_map("[ab]{1,2}", 0..2, 0..3).prop_map(|map| Some(json!(map))),
    ]
}

proptest! {
    /// The pages of a list, one after the other by their tokens, are the list.
    #[test]
    fn pages_add_up_to_the_list(
        values in prop::collection::vec((value(), value()), 0..20),
        order in prop_oneof![
            Just("n"), Just("-n"), Just("n,-m"), Just("-n,m"), Just("m,id"), Just("last_modified"),
            Just("-last_modified,n"), Just("n,last_modified")
        ],
        size in 1_usize..6,
    ) {
        let entries: Vec<Value> = values
            .into_iter()
            .zip(1..)
            .map(|((n, m), time)| {
                let mut entry = json!({"id": format!("i{time}"), "last_modified": time});
                n.into_iter().for_each(|n| entry["n"] = n);
                m.into_iter().for_each(|m| entry["m"] = m);
                entry
            })
            .collect();
        let first = vec![("_sort".to_owned(), order.to_owned())];
        let mut query = ListQuery::parse(&first, Fields::Free, NOW).unwrap();
        let (all, none) = memory::page(entries.clone(), &query, 100);
        prop_assert_eq!((all.len(), none), (entries.len(), None));
        let mut pages = Vec::new();
        loop {
            let (page, last) = memory::page(entries.clone(), &query, size);
            prop_assert!(page.len() <= size);
            pages.extend(page);
            let Some(last) = last else { break };
            let token = Token::new(&query.sort, &last, Uuid::nil(), None);
            let next = token.next_page("", "", &first, size).unwrap();
            query = ListQuery::parse(&parameters(&next[1..]), Fields::Free, NOW).unwrap();
            prop_assert_eq!(query.token.as_ref(), Some(&token));
        }
        prop_assert_eq!(pages, all);
    }

    /// Whatever a query is, it is understood or refused.
    #[test]
    fn no_query_breaks_anything(query in prop::collection::vec((".{0,9}", ".{0,12}"), 0..4)) {
        for fields in [Fields::Free, KNOWN] {
            if let Ok(query) = ListQuery::parse(&query, fields, NOW) {
                memory::count(entries(), &query);
            }
        }
    }
}
