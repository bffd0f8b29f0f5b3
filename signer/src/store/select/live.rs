use super::objects::{self, Visible};
use crate::domain::{
    object::*,
    query::{filter::*, token::Token, *},
    uri::*,
};
use crate::store::objects::{NewRow, save};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
const NOW: i64 = 1_000_000;
fn params(t: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(t.as_bytes()).into_owned().collect()
}
fn conn() -> diesel::PgConnection {
    let mut c = diesel::PgConnection::establish("postgres://postgres@127.0.0.1:55439/q").unwrap();
    use diesel::connection::SimpleConnection;
    c.batch_execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;").unwrap();
    c.batch_execute(include_str!("../../../migrations/2026-11-22-000000_kinto/up.sql")).unwrap();
    c.batch_execute("INSERT INTO lists(uri,last_modified) VALUES ('/buckets/b/groups', 5)")
        .unwrap();
    c
}
#[test]
fn sql_is_memory() {
    let mut c = conn();
    let vals = [
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
        ("m", json!([[1]])),
        ("n", json!({})),
        ("o", json!("")),
        ("p", json!(-1.5e10)),
        ("q", json!([2, 3, 4, 5])),
        ("r", json!({"a":1,"bb":2})),
        ("s", json!({"b":1,"aa":2})),
        ("u", json!(false)),
        ("v", json!(18446744073709551615u64)),
    ];
    let mut rows = vec![];
    let mut entries = vec![];
    let mut t = 0;
    let mut perms = Permissions::default();
    perms.allow("read", "alice");
    for (id, n) in vals {
        t += 1;
        let data = json!({"n": n, "o": {"p": n}}).as_object().unwrap().clone();
        let p = if t % 2 == 0 { perms.clone() } else { Permissions::default() };
        let o = Object::new(Id::parse(id).unwrap(), t, data, p).unwrap();
        entries.push(o.value());
        rows.push(NewRow::live(1, Kind::Record, &o).unwrap());
    }
    t += 1;
    let o = Object::new(Id::parse("h").unwrap(), t, Data::new(), perms.clone()).unwrap();
    entries.push(o.value());
    rows.push(NewRow::live(1, Kind::Record, &o).unwrap());
    t += 1;
    rows.push(NewRow::tombstone(1, &Id::parse("t").unwrap(), t).unwrap());
    let live = entries.clone();
    entries.push(json!({"id":"t","deleted":true,"last_modified":t}));
    save(&mut c, &rows).unwrap();
    let src = include_str!("../../domain/query/tests.rs");
    // every query text of the tables in the tests
    let mut queries: Vec<String> = vec![];
    for part in src.split('"').collect::<Vec<_>>().windows(1) {
        let _ = part;
    }
    let re_start = src.find("fn filters_find").unwrap();
    let re_end = src.find("fn what_is_refused").unwrap();
    for line in src[re_start..re_end].lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("(\"") {
            if let Some(end) = rest.rfind("\", \"") {
                queries.push(rest[..end].replace("\\\"", "\""));
            }
        }
    }
    for extra in [
        "deleted=true&_since=0",
        "not_deleted=true&_since=0",
        "has_deleted=true",
        "like_n=[1",
        "like_deleted=true&_since=0",
        "deleted.x=1",
        "_since=0&_sort=n,-id",
        "gt_n={\"a\":1}",
        "lt_n={\"b\":1,\"aa\":5}",
        "contains_n=[[1]]",
        "contains_n=[[]]",
        "n=[]",
        "in_n=[]",
        "contains_any_n=[[1]]",
        "has_last_modified=true",
        "min_last_modified=3",
        "max_last_modified=3",
        "exclude_last_modified=3",
        "in_n=null,true",
        "like_o.p=3",
    ] {
        queries.push(extra.into());
    }
    assert!(queries.len() > 90, "{}", queries.len());
    for q in &queries {
        let query = ListQuery::parse(&params(q), Fields::Free, NOW).unwrap();
        let tomb = query.includes_tombstones();
        let (m, _) = memory::page(if tomb { entries.clone() } else { live.clone() }, &query, 100);
        let s = objects::page(&mut c, 1, &query, &Visible::All, tomb, 100).unwrap();
        let mi: Vec<_> = m.iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect();
        let si: Vec<_> = s.rows.iter().map(|e| e.id.clone()).collect();
        if mi != si {
            println!("DIFF {q}: memory {} sql {}", mi.concat(), si.concat());
        }
        let n = objects::count(&mut c, 1, &query, &Visible::All).unwrap();
        if n as usize != memory::count(live.clone(), &query) {
            println!("COUNT {q}")
        }
        for r in &s.rows {
            let v = r.value().unwrap();
            assert!(entries.iter().any(|e| *e == v), "{v}");
        }
    }
    // pages
    for order in [
        "n",
        "-n",
        "n,id",
        "-n,-id",
        "o.p,last_modified",
        "id",
        "-id,n",
        "last_modified",
        "",
        "no,-n",
        "-no,n",
    ] {
        for size in [1, 2, 5, 21] {
            let base = params(&format!("_sort={order}&_since=0"));
            let mut query = ListQuery::parse(&base, Fields::Free, NOW).unwrap();
            let all = objects::page(&mut c, 1, &query, &Visible::All, true, 100).unwrap();
            assert!(!all.more);
            assert_eq!(all.rows.len(), 21);
            let mut got = vec![];
            loop {
                let p = objects::page(&mut c, 1, &query, &Visible::All, true, size).unwrap();
                let more = p.more;
                assert!(p.rows.len() <= size);
                got.extend(p.rows);
                if !more {
                    break;
                }
                let tok = Token::new(
                    &query.sort,
                    &got.last().unwrap().value().unwrap(),
                    Uuid::nil(),
                    None,
                );
                let next = tok.next_page("", "", &base, size).unwrap();
                query = ListQuery::parse(&params(&next[1..]), Fields::Free, NOW).unwrap();
            }
            assert_eq!(got, all.rows, "{order} {size}");
        }
    }
    let who = ["alice".to_owned(), "x".to_owned()].into();
    let q = ListQuery::parse(&[], Fields::Free, NOW).unwrap();
    assert_eq!(
        objects::page(&mut c, 1, &q, &Visible::Shared(&who, &["read", "write"]), false, 100)
            .unwrap()
            .rows
            .len(),
        11
    );
    assert_eq!(objects::count(&mut c, 1, &q, &Visible::Shared(&who, &["write"])).unwrap(), 0);
    assert_eq!(
        objects::count(&mut c, 1, &q, &Visible::Shared(&["y".to_owned()].into(), &["read"]))
            .unwrap(),
        0
    );
    let _ = (Field::Id, Value::Null);
}
