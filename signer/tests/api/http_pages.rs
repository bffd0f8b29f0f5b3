//! Pages about the service itself.

use crate::harness::{Service, Settings, people::AUDIENCE, service::reply};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn hello_says_what_the_service_is() {
    let service = Settings::default().set("kinto.changes.resources", "/buckets/prod").start().await;
    let hello = service.get("", "/").await.expect(200).body;
    assert_eq!(hello["http_api_version"], "1.23");
    assert_eq!(hello["url"], format!("{}/", service.url));
    assert_eq!(
        hello["settings"],
        json!({"batch_max_requests": 25, "readonly": false, "explicit_permissions": true})
    );
    let capabilities = &hello["capabilities"];
    for name in ["signer", "history", "permissions_endpoint", "changes", "notary", "basicauth"] {
        for text in ["description", "url"] {
            assert!(capabilities[name][text].is_string(), "{name}: {capabilities:#}");
        }
    }
    assert_eq!(capabilities.get("flush_endpoint"), None);
    assert_eq!(capabilities["notary"]["audience"], AUDIENCE);
    assert_eq!(capabilities["changes"]["collections"], json!(["/buckets/prod"]));
    let resource = &capabilities["signer"]["resources"][0];
    assert_eq!(resource["source"], json!({"bucket": "stage", "collection": null}));
    assert_eq!(resource["destination"], json!({"bucket": "prod", "collection": null}));
    assert_eq!(hello.get("eos"), None);
}

#[tokio::test]
async fn hello_says_who_asks() {
    let service = Service::start().await;
    assert_eq!(service.get("", "/").await.expect(200).body.get("user"), None);
    let alice = service.get("alice", "/").await.expect(200).body["user"].clone();
    let id = alice["id"].as_str().unwrap();
    assert!(id.starts_with("basicauth:"), "{id}");
    assert_eq!(alice["principals"], json!([id, "system.Authenticated", "system.Everyone"]));
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    service.put("alice", "/buckets/b/groups/g", json!({"members": [id]})).await.expect(201);
    let principals = service.get("alice", "/").await.body["user"]["principals"].clone();
    assert!(principals.as_array().unwrap().contains(&json!("/buckets/b/groups/g")));
}

#[tokio::test]
async fn the_heartbeat_tries_everything() {
    let service = Service::start().await;
    let all = json!({"storage": true, "cache": true, "permission": true, "signer": true,
                     "notary": true});
    assert_eq!(service.get("", "/__heartbeat__").await.expect(200).body, all);
    assert_eq!(service.get("", "/__lbheartbeat__").await.expect(200).body, json!({}));
}

#[tokio::test]
async fn the_heartbeat_names_what_is_down() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service =
        Settings::default().set("notary.admin_url", &format!("http://{nobody}")).start().await;
    let heartbeat = service.get("", "/__heartbeat__").await.expect(503).body;
    assert_eq!(heartbeat["notary"], false);
    assert_eq!(heartbeat["storage"], true);
    service.get("", "/__lbheartbeat__").await.expect(200);
    let basic = Settings::default().unset("notary.admin_url").unset("notary.admin_secret");
    let without_notary = basic.unset("notary.audience").start().await;
    let heartbeat = without_notary.get("", "/__heartbeat__").await.expect(200).body;
    assert_eq!(heartbeat.get("notary"), None);
}

#[tokio::test]
async fn the_version_and_how_to_contribute() {
    let service = Service::start().await;
    let version = service.get("", "/__version__").await.expect(200).body;
    assert_eq!(version["name"], "notary-signer");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    let contribute = service.get("", "/contribute.json").await.expect(200).body;
    assert_eq!(contribute["name"], "notary-signer");
}

#[tokio::test]
async fn everything_can_be_flushed_where_that_is_on() {
    let off = Service::start().await;
    off.call("", Method::POST, "/__flush__", Value::Null).await.expect_error(404, 111, "");
    let on = Settings::default().set("kinto.flush_endpoint_enabled", "true").start().await;
    assert!(on.get("", "/").await.body["capabilities"]["flush_endpoint"].is_object());
    on.put("alice", "/buckets/b", json!({})).await.expect(201);
    on.put("alice", "/buckets/b/collections/c", json!({})).await.expect(201);
    on.post("alice", "/buckets/b/collections/c/records", json!({})).await.expect(201);
    let flushed = on.call("", Method::POST, "/__flush__", Value::Null).await.expect(202);
    assert_eq!(flushed.body, json!({}));
    let read_only = Settings::default()
        .set("kinto.flush_endpoint_enabled", "true")
        .set("kinto.readonly", "true")
        .start()
        .await;
    read_only.call("", Method::POST, "/__flush__", Value::Null).await.expect(405);
    assert_eq!(on.get("alice", "/buckets").await.expect(200).body, json!({"data": []}));
    on.put("alice", "/buckets/b", json!({})).await.expect(201);
}

#[tokio::test]
async fn broadcasts_tell_the_timestamp_of_the_monitor() {
    let service = Settings::default().set("kinto.changes.resources", "/buckets/b").start().await;
    service.put("alice", "/buckets/b", json!({})).await.expect(201);
    service.put("alice", "/buckets/b/collections/c", json!({})).await.expect(201);
    let monitor = "/buckets/monitor/collections/changes/records";
    let newest = service.get("", monitor).await.expect(200).header("ETag").to_owned();
    let broadcasts = service.get("", "/__broadcasts__").await.expect(200).body;
    let expected = json!({"remote-settings/monitor_changes": newest});
    assert_eq!(broadcasts, json!({"broadcasts": expected, "code": 200}));
}

#[tokio::test]
async fn the_api_describes_itself() {
    let service = Service::start().await;
    let document = service.get("", "/__api__").await.expect(200).body;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], service.url);
}

#[tokio::test]
async fn requests_are_counted_by_their_template() {
    let service = Service::start().await;
    service.put("alice", "/buckets/secret-name", json!({})).await.expect(201);
    let url = service.url.replace("/v1", "/metrics");
    let response = service.http.get(url).send().await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(content_type.starts_with("application/openmetrics-text"), "{content_type}");
    let text = response.text().await.unwrap();
    let line = "signer_requests_total{method=\"PUT\",route=\"/buckets/{bucket}\",status=\"201\"} 1";
    assert!(text.lines().any(|l| l == line), "{text}");
    assert!(!text.contains("secret-name"));
    assert!(text.contains("signer_db_connections_open "));
}

#[tokio::test]
async fn pages_take_no_part_in_a_batch() {
    let service = Service::start().await;
    let request = service.request(Method::POST, "/batch", "").json(&json!({
        "requests": [{"path": "/__heartbeat__"}, {"path": "/metrics"}, {"path": "/"}],
    }));
    let responses = reply(request).await.expect(200).body["responses"].clone();
    let statuses: Vec<_> = responses.as_array().unwrap().iter().map(|r| &r["status"]).collect();
    assert_eq!(statuses, [404, 404, 200]);
}
