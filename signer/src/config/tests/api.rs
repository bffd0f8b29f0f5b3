use super::*;

#[test]
fn only_postgres_stores() {
    let file =
        |url: &str| File::new(&format!("[app:main]\nkinto.readonly = 1\nsigner.resources=\n{url}"));
    let refused = |url: &str| file(url).load(NONE).unwrap_err().to_string();
    assert!(refused("").starts_with("kinto.storage_url: required: a postgresql://"));
    assert!(refused("kinto.storage_url =").starts_with("kinto.storage_url: required"));
    assert_eq!(
        refused(
            "kinto.storage_backend = kinto.core.storage.memory\nkinto.storage_url = postgres://x"
        ),
        "kinto.storage_backend: expected kinto.core.storage.postgresql"
    );
    let kept = file("storage_url = postgres://a:b%%40@c/d").load(NONE).unwrap();
    assert_eq!(kept.database.expose(), "postgres://a:b%40@c/d");
    assert!(!format!("{kept:?}").contains("b%40"));
}

#[test]
fn callers_are_known_through_notary_or_by_basic_auth_when_asked_for() {
    let base = "[app:main]\nkinto.storage_url = postgres://x\nsigner.resources =\n";
    let with = |settings: &str| File::new(&format!("{base}{settings}")).load(NONE);
    let refused = |settings: &str| with(settings).unwrap_err().to_string();
    let nobody = "notary.admin_url: required: nobody could sign in; for trying out, \
                  multiauth.policies = basicauth";
    assert_eq!(refused(""), nobody);
    assert_eq!(refused("kinto.userid_hmac_secret = x"), nobody);
    assert!(with("kinto.readonly = true").is_ok());

    let basic = with("multiauth.policies = basicauth\nkinto.userid_hmac_secret = xyz").unwrap();
    assert_eq!(basic.auth.basic.unwrap().expose(), "xyz");
    assert!(basic.warnings[0].starts_with("multiauth.policies: basicauth takes whatever"));
    let off = with("kinto.readonly = true\nkinto.userid_hmac_secret = xyz").unwrap();
    assert_eq!(off.auth.basic, None);
    assert_eq!(
        refused("kinto.readonly = 1\nmultiauth.policies = basicauth"),
        "kinto.userid_hmac_secret: required by basicauth"
    );

    let notary = format!(
        "notary.admin_url = http://127.0.0.1:8081\nnotary.admin_secret = {SECRET}\n\
         notary.audience = https://a.example/v1"
    );
    let NotarySettings { admin_url, admin_secret, audience } =
        with(&notary).unwrap().auth.notary.unwrap();
    assert_eq!(admin_url.as_str(), "http://127.0.0.1:8081/");
    assert_eq!((admin_secret.expose(), audience.as_str()), (SECRET, "https://a.example/v1"));
    assert_eq!(
        refused("notary.audience = https://a.example/v1"),
        "notary.admin_url: required, as others of notary.… are given"
    );
}

#[test]
fn secrets_can_come_from_files() {
    let file = File::new(&format!(
        "[app:main]\n{BASE}signer.resources =\nsigner.webhook_url = https://a.example/\n\
         signer.webhook_secret_file = %(here)s/secret"
    ));
    let refused = file.load(NONE).unwrap_err().to_string();
    let path = file.folder.path().join("secret");
    assert_eq!(
        refused,
        format!("signer.webhook_secret_file: cannot read {}: entity not found", path.display())
    );
    fs::write(path, format!("{SECRET}\n")).unwrap();
    let Webhook { url, secret } = file.load(NONE).unwrap().webhook.unwrap();
    assert_eq!((url.as_str(), secret.expose()), ("https://a.example/", SECRET));
    let both = file.load([("KINTO_SIGNER_WEBHOOK_SECRET", SECRET)]).unwrap_err().to_string();
    assert_eq!(both, "KINTO_SIGNER_WEBHOOK_SECRET: either this or signer.webhook_secret_file");
}

#[test]
fn a_webhook_needs_its_secret_and_the_secret_a_webhook() {
    assert_eq!(
        mistakes("signer.resources =\nsigner.webhook_url = https://a.example"),
        ["kinto.signer.webhook_secret: expected at least 32 characters, ASCII and visible"]
    );
    assert_eq!(
        mistakes(&format!("signer.resources =\nsigner.webhook_secret = {SECRET}")),
        ["kinto.signer.webhook_url: required, as its secret is given"]
    );
}

#[test]
fn the_api_is_configured_as_kinto_is() {
    let api = config(
        "signer.resources =\nkinto.paginate_by = 100\nkinto.batch_max_requests = 50\n\
         kinto.bucket_create_principals = account:a\n  basicauth:b\nkinto.http_scheme = https\n\
         kinto.http_host = a.example:8443\nkinto.project_name = Settings\nkinto.backoff = 10\n\
         kinto.retry_after_seconds = 3\nkinto.eos = 2027-12-31\nkinto.eos_message = Bye\n\
         kinto.eos_url = https://a.example/bye\nkinto.includes = kinto.plugins.flush\n\
         kinto.experimental_collection_schema_validation = on\n\
         kinto.cors_origins = https://a.example https://b.example\n\
         kinto.explicit_permissions = false",
    )
    .api;
    assert!(api.readonly && api.flush_endpoint && api.schema_validation);
    assert!(!api.explicit_permissions);
    assert_eq!((api.paginate_by, api.batch_max_requests), (Some(100), 50));
    assert!(api.bucket_create_principals.iter().eq(["account:a", "basicauth:b"]));
    assert_eq!(api.http_scheme.as_deref(), Some("https"));
    assert_eq!(api.http_host.as_deref(), Some("a.example:8443"));
    assert_eq!(api.project_name, "Settings");
    assert_eq!((api.backoff, api.retry_after), (Some(10), 3));
    let eos = api.eos.unwrap();
    assert_eq!(eos.at.to_rfc3339(), "2027-12-31T00:00:00+00:00");
    assert_eq!(eos.message.as_deref(), Some("Bye"));
    assert_eq!(eos.url.as_deref(), Some("https://a.example/bye"));
    assert_eq!(api.cors_origins, ["https://a.example", "https://b.example"]);

    let zero = config("signer.resources =\nkinto.paginate_by = 0").api;
    assert_eq!(zero.paginate_by, None);
}

#[test]
fn cache_rules_go_from_the_collection_to_the_server() {
    let cache = config(
        "signer.resources =\nkinto.record_cache_expires_seconds = 1\n\
         kinto.a.record_cache_expires_seconds = 2\nkinto.a.b.record_cache_expires_seconds = 3\n\
         kinto.m.c.record_cache_minimum_expires_seconds = 4\n\
         kinto.m.c.record_cache_maximum_expires_seconds = 5",
    )
    .api
    .cache;
    assert_eq!(
        ["a/b", "a/x", "y/z", "m/c"].map(|c| cache.records(&uri(c))),
        [3, 2, 1, 1].map(Some)
    );
    let of = |expected| cache.changeset(&uri("m/c"), expected);
    assert_eq!(of(Some("0")), Some(4));
    assert_eq!(of(Some("9999123")), Some(4));
    assert_eq!(of(Some("1460558489816")), Some(5));
    assert_eq!(of(None), Some(1));
    assert_eq!(cache.changeset(&uri("a/b"), Some("0")), Some(3));
    assert_eq!(CacheRules::default().records(&uri("a/b")), None);
}

#[test]
fn the_monitor_watches_buckets_and_collections() {
    let changes = config(
        "signer.resources =\nkinto.changes.resources = /buckets/a\n  /buckets/b/collections/c\n\
         changes.excluded_collections = /buckets/a/collections/x",
    )
    .changes;
    assert_eq!(changes.resources.len(), 2);
    let shown = ["a/b", "a/x", "b/c", "b/d"].map(|collection| changes.shows(&uri(collection)));
    assert_eq!(shown, [true, false, true, false]);
    assert_eq!(
        mistakes("signer.resources =\nchanges.excluded_collections = /buckets/a"),
        ["changes.excluded_collections: /buckets/a is no collection"]
    );
}
