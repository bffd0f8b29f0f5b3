//! Filters, orders, pages and tombstones (KINTO 2.6).

use crate::harness::{Service, Settings, service::Reply};
use chrono::DateTime;
use notary_signer::{
    clock::Clock,
    domain::query::{Fields, ListQuery, memory},
};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::{slice, time::Duration};

const COLLECTION: &str = "/buckets/b/collections/c";
const RECORDS: &str = "/buckets/b/collections/c/records";
/// 2026-11-22, in milliseconds.
const NOW: i64 = 1_795_305_600_000;

/// A value of every sort, in the order of their timestamps.
fn values() -> Vec<(&'static str, Value)> {
    vec![
        ("a", json!({"n": 1})),
        ("b", json!({"n": "3", "m": 1})),
        ("c", json!({"n": 3})),
        ("d", json!({"n": null, "m": 1})),
        ("e", json!({"n": true})),
        ("f", json!({"n": [1, "x", {"k": 1}], "m": 2})),
        ("g", json!({"n": {"k": {"z": 1}}})),
        ("h", json!({})),
        ("i", json!({"n": -7})),
        ("j", json!({"n": "Hello World"})),
        ("k", json!({"n": "50%", "m": 2})),
        ("l", json!({"n": [[1]]})),
        ("m", json!({"n": [2, 3, 4, 5]})),
        ("n", json!({"n": {"b": 1, "aa": 2}})),
        ("o", json!({"n": {"a": 1, "bb": 2}})),
        ("p", json!({"n": "", "m": 1})),
        ("q", json!({"n": false})),
        ("r", json!({"n": 18_446_744_073_709_551_615_u64})),
    ]
}

/// A collection of alice with all of them.
async fn filled() -> Service {
    let service = Service::start().await;
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    service.put("alice", COLLECTION, json!({})).await.expect(201);
    let requests: Vec<Value> = values()
        .into_iter()
        .map(|(id, data)| {
            json!({"method": "PUT", "path": format!("{RECORDS}/{id}"), "body": {"data": data}})
        })
        .collect();
    let batch = json!({ "requests": requests });
    let answers = service.call("alice", Method::POST, "/batch", batch).await.expect(200).body;
    for answer in answers["responses"].as_array().unwrap() {
        assert_eq!(answer["status"], 201, "{answer}");
    }
    service
}

async fn find(service: &Service, query: &str) -> Reply {
    service.get("alice", &format!("{RECORDS}?{query}")).await
}

fn data(reply: &Reply) -> Vec<Value> {
    reply.body["data"].as_array().unwrap().clone()
}

fn ids(reply: &Reply) -> String {
    data(reply).iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

fn parse(query: &str, now: i64) -> ListQuery {
    let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    ListQuery::parse(&query, Fields::Free, now).unwrap()
}

/// What the database finds is what is found without it; that is compared with Kinto's own answers.
#[tokio::test]
async fn the_database_finds_what_is_there() {
    let service = filled().await;
    service.put("alice", &format!("{RECORDS}/t"), json!({})).await.expect(201);
    service.delete("alice", &format!("{RECORDS}/t")).await.expect(200);
    let live = data(&find(&service, "").await.expect(200));
    let all = data(&find(&service, "_since=0").await.expect(200));
    assert_eq!((live.len(), all.len()), (values().len(), values().len() + 1));
    let seventh = live[live.len() - 7]["last_modified"].as_i64().unwrap();
    let times = ["_since", "_before", "gt_last_modified", "last_modified", "exclude_last_modified"];
    let of_times = times.map(|name| format!("{name}={seventh}"));
    let others = "n=3 n=%223%22 n=null n=true n= n=3&n=1 not_n=3 gt_n=1 gt_n=3 lt_n=3 min_n=3 max_n=3 \
        min_n=null gt_n=[1] lt_n={} gt_n=true gt_n={%22a%22:1} lt_n={%22b%22:1,%22aa%22:5} in_n=1,3, \
        in_n= in_n=null,true exclude_n=1,3 exclude_n= like_n=hello like_n=*world like_n=h*d \
        like_n=h*x*d like_n=%223%22 like_n= like_n=50%25 like_n=5_ like_n=[2 has_n=true has_n=false \
        contains_n=1 contains_n=[1,%22x%22] contains_n=[1,2] contains_n=[] contains_n=x \
        contains_n={%22k%22:1} contains_n=[{}] contains_n=[[1]] contains_any_n=[1,5] \
        contains_any_n=x contains_any_n=[] contains_any_n=[[1]] n.k.z=1 n.k={%22z%22:1} has_n.k=true \
        not_n.q=4 n..k=1 not_=1 id=a not_id=a gt_id=f gt_id=null in_id=a,b exclude_id=a,b like_id=A \
        has_id=false _since=null deleted=true&_since=0 not_deleted=true&_since=0 has_deleted=true \
        deleted.x=1 like_deleted=tru&_since=0 m=1&gt_n=3 _sort=n _sort=-n _sort=id _sort=-id,n \
        _sort=m,-id _sort=-m,n _sort=no,id _sort=n.k _sort=last_modified _sort=--id _limit=3 \
        _sort=-m&_limit=5";
    for query in others.split_whitespace().map(str::to_owned).chain(of_times) {
        let parsed = parse(&query, Clock::System.now().timestamp_millis());
        let entries = if parsed.includes_tombstones() { &all } else { &live };
        let (expected, last) = memory::page(entries.clone(), &parsed, parsed.page_size(None));
        let found = find(&service, &query).await.expect(200);
        assert_eq!(data(&found), expected, "{query}");
        assert_eq!(found.headers.contains_key("Next-Page"), last.is_some(), "{query}");
        let path = format!("{RECORDS}?{query}");
        let head = service.call("alice", Method::HEAD, &path, Value::Null).await.expect(200);
        let count = memory::count(live.clone(), &parsed).to_string();
        assert_eq!(head.header("Total-Objects"), count, "{query}");
        assert_eq!(head.header("Total-Records"), count, "{query}");
        assert_eq!(head.etag(), found.etag());
    }
}

#[tokio::test]
async fn pages_add_up_to_the_list() {
    let service = filled().await;
    service.delete("alice", &format!("{RECORDS}/h")).await.expect(200);
    for order in ["", "n", "-n", "m,-n", "-m", "no,id", "-no,-id", "last_modified"] {
        let query = format!("_sort={order}&_since=0");
        let whole = find(&service, &query).await.expect(200);
        assert_eq!(data(&whole).len(), values().len());
        for size in [1, 4] {
            let mut entries = Vec::new();
            let mut url = Url::parse(&format!("{}{RECORDS}?{query}&_limit={size}", service.url));
            while let Ok(next) = url {
                let path = format!("{}?{}", next.path(), next.query().unwrap());
                let page =
                    service.get("alice", path.strip_prefix("/v1").unwrap()).await.expect(200);
                assert_eq!(page.etag(), whole.etag(), "the list's, whatever is shown of it");
                assert!(data(&page).len() <= size);
                entries.extend(data(&page));
                let next = page.headers.get("Next-Page").map(|next| next.to_str().unwrap());
                assert!(next.is_none_or(|next| next.starts_with(&service.url)), "{next:?}");
                url = Url::parse(next.unwrap_or_default());
            }
            assert_eq!(entries, data(&whole), "_sort={order} by {size}");
        }
    }
}

#[tokio::test]
async fn the_configured_size_caps_every_page() {
    let settings = Settings::default().set("kinto.paginate_by", "2");
    let service = settings.start().await;
    for id in ["b", "c", "d"] {
        service.put("alice", &format!("/buckets/{id}"), json!({})).await.expect(201);
    }
    for (query, shown) in [("", 2), ("?_limit=1", 1), ("?_limit=3", 2), ("?_limit=0", 2)] {
        let page = service.get("alice", &format!("/buckets{query}")).await.expect(200);
        assert_eq!(data(&page).len(), shown, "{query}");
        assert!(page.headers.contains_key("Next-Page"));
    }
}

#[tokio::test]
async fn tombstones_are_shown_to_who_asks_about_times() {
    let service = filled().await;
    let deleted = service.delete("alice", &format!("{RECORDS}/a")).await.expect(200);
    let at = deleted.body["data"]["last_modified"].as_i64().unwrap();
    let tombstone = json!({"id": "a", "last_modified": at, "deleted": true});
    let since = format!("_since={}", at - 1);
    assert_eq!(data(&find(&service, &since).await), slice::from_ref(&tombstone));
    assert_eq!(data(&find(&service, &format!("_since=%22{}%22", at - 1)).await), [tombstone]);
    assert!(!ids(&find(&service, "").await).contains('a'));
    service.put("alice", &format!("{RECORDS}/a"), json!({"new": true})).await.expect(201);
    let again = data(&find(&service, &since).await);
    assert_eq!((again.len(), &again[0]["new"]), (1, &json!(true)));
    service.delete("alice", COLLECTION).await.expect(200);
    service.put("alice", COLLECTION, json!({})).await.expect(201);
    assert_eq!(ids(&find(&service, "_since=0").await), "", "they go with their collection");
}

#[tokio::test]
async fn fields_are_shown_as_asked() {
    let service = filled().await;
    let part = &data(&find(&service, "id=n&_fields=n.b,no").await)[0];
    assert_eq!(part.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "last_modified", "n"]);
    assert_eq!(part["n"], json!({"b": 1}));
    let object = service.get("alice", &format!("{RECORDS}/n?_fields=n.aa")).await.expect(200);
    assert_eq!(object.body["data"]["n"], json!({"aa": 2}));
    assert_eq!(object.body["data"]["id"], "n");
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let service = filled().await;
    for (query, name, message) in [
        ("in_id=1", json!("in_id"), "Invalid value for in_id"),
        ("like_n=3", json!("like_n"), "Invalid value for like_n"),
        ("_since=", json!("_since"), "Invalid value for _since"),
        ("_since=abc", json!("_since"), "_since in querystring: \"abc\" is not a number"),
        ("_limit=x", json!("_limit"), "_limit in querystring: \"x\" is not a number"),
        ("n=%22\\u0000%22", json!("n"), "Invalid character 0x00"),
        ("_token=x", Value::Null, "querystring: _token has invalid content"),
    ] {
        for method in [Method::GET, Method::DELETE] {
            let path = format!("{RECORDS}?{query}");
            let refused = service.call("alice", method, &path, Value::Null).await;
            let refused = refused.expect_error(400, 107, message);
            assert_eq!(refused.body["details"][0]["name"], name, "{query}");
            assert_eq!(refused.body["details"][0]["location"], "querystring");
        }
    }
    assert_eq!(ids(&find(&service, "").await).len(), values().len(), "nothing was deleted");
    service.get("alice", "/permissions?foo=1").await.expect_error(
        400,
        107,
        "Unknown filter field 'foo'",
    );
    service.get("alice", "/buckets/b/history?gt_foo=1").await.expect_error(
        400,
        107,
        "Unknown filter field 'gt_foo'",
    );
}

#[tokio::test]
async fn the_old_name_of_before_is_told_about() {
    let service = filled().await;
    let old = find(&service, "_to=1").await.expect(200);
    let alert: Value = serde_json::from_str(old.header("Alert")).unwrap();
    assert_eq!(alert["code"], "soft-eol");
    assert!(!find(&service, "_before=1").await.expect(200).headers.contains_key("Alert"));
}

#[tokio::test]
async fn who_may_not_see_a_list_sees_what_is_shared() {
    let service = filled().await;
    let bob = service.user_id("bob").await;
    service.get("bob", RECORDS).await.expect(403);
    service.get("", RECORDS).await.expect(401);
    let share = |permission: &str| json!({"permissions": {permission: [&bob]}});
    let share = async |id: &str, permission: &str| {
        let path = format!("{RECORDS}/{id}");
        service.call("alice", Method::PATCH, &path, share(permission)).await.expect(200);
    };
    share("c", "read").await;
    share("e", "write").await;
    let seen = async |query: &str| ids(&service.get("bob", &format!("{RECORDS}{query}")).await);
    assert_eq!(seen("?_sort=id").await, "ce");
    assert_eq!(seen("?n=3").await, "c");
    assert_eq!(seen("?n=1").await, "", "not shared");
    let head = service.call("bob", Method::HEAD, RECORDS, Value::Null).await.expect(200);
    assert_eq!(head.header("Total-Records"), "2");
    let gone = service.delete("bob", RECORDS).await.expect(200);
    assert_eq!(ids(&gone), "e", "what bob may write");
    assert_eq!(seen("").await, "c");
    let create = json!({"permissions": {"record:create": [service.user_id("carol").await]}});
    service.call("alice", Method::PATCH, COLLECTION, create).await.expect(200);
    assert_eq!(ids(&service.get("carol", RECORDS).await.expect(200)), "");
    service.post("carol", RECORDS, json!({"id": "own"})).await.expect(201);
    assert_eq!(ids(&service.get("carol", RECORDS).await.expect(200)), "own");
}

#[tokio::test]
async fn what_a_filter_finds_can_be_deleted() {
    let service = filled().await;
    let gone = service.delete("alice", &format!("{RECORDS}?m=1&_sort=id")).await.expect(200);
    assert_eq!(ids(&gone), "bdp");
    assert!(data(&gone).iter().all(|tombstone| tombstone["deleted"] == true));
    assert_eq!(gone.etag(), data(&gone)[2]["last_modified"]);
    let list = find(&service, "").await;
    assert_eq!((ids(&list).len(), list.etag()), (values().len() - 3, gone.etag()));
    let none = service.delete("alice", &format!("{RECORDS}?m=1")).await.expect(200);
    assert_eq!((ids(&none).as_str(), none.etag()), ("", gone.etag()));
}

#[tokio::test]
async fn a_deletion_goes_on_once_and_not_for_ever() {
    let clock = Clock::manual(DateTime::from_timestamp_millis(NOW).unwrap());
    let service = Settings::default().clock(clock.clone()).start().await;
    for path in ["/buckets/b", "/buckets/b/collections/c"] {
        service.put("alice", path, json!({})).await.expect(201);
    }
    for id in ["a", "b", "c", "d"] {
        service.put("alice", &format!("{RECORDS}/{id}"), json!({})).await.expect(201);
    }
    let delete = async |path: &str| service.delete("alice", path).await;
    let next = |reply: &Reply| reply.header("Next-Page")[service.url.len()..].to_owned();
    let first = delete(&format!("{RECORDS}?_sort=id&_limit=1")).await.expect(200);
    assert_eq!(ids(&first), "a");
    let second = delete(&next(&first)).await.expect(200);
    assert_eq!(ids(&second), "b");
    let used = "querystring: _token was already used or has expired.";
    delete(&next(&first)).await.expect_error(400, 107, used);
    clock.advance(Duration::from_secs(601));
    delete(&next(&second)).await.expect_error(400, 107, used);
    let list = service.get("alice", &format!("{RECORDS}?_sort=id&_limit=1")).await.expect(200);
    delete(&next(&list)).await.expect_error(400, 107, used);
    assert_eq!(ids(&service.get("alice", &format!("{RECORDS}?_sort=id")).await), "cd");
}

#[tokio::test]
async fn history_is_filtered_by_what_it_tells() {
    let service = filled().await;
    let group = json!({"data": {}, "permissions": {"write": [service.user_id("bob").await]}});
    service.call("alice", Method::PUT, "/buckets/b/groups/g", group).await.expect(201);
    service.patch("bob", "/buckets/b/groups/g", json!({"status": "odd"})).await.expect(200);
    service.delete("alice", &format!("{RECORDS}/a")).await.expect(200);
    let alice = service.user_id("alice").await;
    let find = async |query: &str| {
        data(&service.get("alice", &format!("/buckets/b/history?{query}")).await.expect(200))
    };
    let all = find("").await;
    assert_eq!(all.len(), 2 + values().len() + 3);
    let before = all[1]["last_modified"].as_i64().unwrap();
    let written = all[1]["target"]["data"]["last_modified"].as_i64().unwrap();
    for (query, found) in [
        (format!("_before={before}"), all.len() - 2),
        (format!("_since={before}"), 1),
        (format!("uri={RECORDS}/a"), 2),
        ("record_id=a&action=delete".to_owned(), 1),
        ("collection_id=c".to_owned(), 1 + values().len() + 1),
        ("group_id=g".to_owned(), 2),
        (format!("exclude_user_id={alice}"), 1),
        ("in_resource_name=bucket,group".to_owned(), 3),
        ("target.data.status=odd".to_owned(), 1),
        ("target.data.deleted=true".to_owned(), 1),
        (format!("group_id=g&min_target.data.last_modified={written}"), 1),
        ("like_uri=*/groups/*".to_owned(), 2),
    ] {
        assert_eq!(find(&query).await.len(), found, "{query}");
    }
    let date = all[0]["date"].as_str().unwrap();
    let encoded: String = url::form_urlencoded::byte_serialize(date.as_bytes()).collect();
    assert_eq!(find(&format!("date={encoded}")).await, [all[0].clone()]);
    let oldest = &find("_sort=last_modified&_limit=1&_fields=uri,target.data.id").await[0];
    assert_eq!(oldest["uri"], "/buckets/b");
    assert_eq!(oldest["target"], json!({"data": {"id": "b"}}));
    assert!(oldest.get("action").is_none());
}
