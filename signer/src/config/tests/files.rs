use super::*;

#[test]
fn defaults_are_those_of_kinto_and_of_kinto_signer() {
    let file = File::new(&format!("[app:main]\n{BASE}signer.resources = /buckets/a -> /buckets/b"));
    let config = file.load(NONE).unwrap();
    assert_eq!(config.listen, ("127.0.0.1".into(), 8888));
    assert_eq!(config.pool_size.get(), 25);
    assert_eq!(config.api.batch_max_requests, 25);
    assert_eq!(config.api.paginate_by, None);
    assert_eq!(config.api.retry_after, 30);
    assert!(config.api.bucket_create_principals.iter().eq(["system.Authenticated"]));
    assert!(config.api.explicit_permissions);
    assert!(!config.api.schema_validation);
    assert!(!config.api.flush_endpoint);
    assert_eq!(config.api.cors_origins, ["*"]);
    assert_eq!((config.auth.basic.is_some(), config.auth.notary.is_some()), (false, false));
    assert!(!config.allow_floats && !config.auto_create_resources);
    assert!(!config.hard_delete_destination_on_source_deletion);
    assert_eq!(config.webhook, None);
    assert_eq!(config.log, "info");
    assert_eq!(config.warnings, Vec::<String>::new());
    let review = review(&config, "a/c");
    assert_eq!((review.to_review_enabled, review.group_check_enabled), (false, false));
    assert_eq!((review.editors.as_str(), review.reviewers.as_str()), ("editors", "reviewers"));
    assert_eq!((review.editors_is_own, review.reviewers_is_own), (false, false));
    let keys = file.folder.path().join("keys");
    assert_eq!(config.key_folder, keys);
    assert_eq!(*backend(&config, "a/c"), BackendSettings::made_at_start(&keys));
}

#[test]
fn the_file_says_where_to_listen() {
    let app = format!("[app:main]\nuse = egg:kinto\n{BASE}signer.resources =\n");
    let with = |server: &str| File::new(&format!("[server:main]\n{server}\n{app}"));
    let given = with("use = egg:waitress#main\nhost = 0.0.0.0\nport = %(http_port)s");
    assert_eq!(given.load(NONE).unwrap().listen, ("0.0.0.0".into(), 8888));
    let env = [("KINTO_SERVER_HOST", "::"), ("KINTO_SERVER_PORT", "0")];
    assert_eq!(given.load(env).unwrap().listen, ("::".into(), 0));
    let wrong = with("port = 70000").load(NONE).unwrap_err().to_string();
    assert_eq!(wrong, "server.port: expected a port");
}

#[test]
fn names_go_with_and_without_kinto() {
    for settings in ["kinto.signer.resources = a/b -> c/d", "signer.resources = a/b -> c/d"] {
        assert!(config(settings).resources.of_source(&uri("a/b")).is_some());
    }
    let same = "kinto.signer.resources = a/b -> c/d\nsigner.resources = a/b -> c/d";
    assert!(with_env(same, NONE).is_ok());
    let both = "kinto.signer.resources = a/b -> c/d\nsigner.resources = a/b -> c/e";
    assert_eq!(
        mistakes(both),
        [
            "signer.resources: Settings 'kinto.signer.resources', 'signer.resources' are in conflict."
        ]
    );
}

#[test]
fn the_environment_wins_and_counts_alone() {
    let settings = "kinto.signer.resources = a/b -> c/d\nkinto.signer.a.b.editors_group = x";
    for (name, value) in
        [("KINTO_SIGNER_RESOURCES", "e/f -> g/h"), ("SIGNER_RESOURCES", "\"e/f -> g/h\"")]
    {
        let config = with_env(settings, [(name, value)]).unwrap();
        assert!(config.resources.of_source(&uri("e/f")).is_some(), "{name}");
        assert!(with_env("", [(name, value)]).is_ok(), "{name}");
    }
    let config = with_env(
        settings,
        [("KINTO_SIGNER_A_B_EDITORS_GROUP", "y"), ("KINTO_SIGNER_A_REVIEWERS_GROUP", "z")],
    )
    .unwrap();
    let review = review(&config, "a/b");
    assert_eq!((review.editors.as_str(), review.reviewers.as_str()), ("y", "z"));
    let dashed = "signer.resources = a-b/c -> d/e";
    let config = with_env(dashed, [("KINTO_SIGNER_A_B_C_TO_REVIEW_ENABLED", "yes")]).unwrap();
    assert!(super::review(&config, "a-b/c").to_review_enabled);
    let wrong = with_env(settings, [("KINTO_PAGINATE_BY", "many")]).unwrap_err().to_string();
    assert_eq!(wrong, "KINTO_PAGINATE_BY: expected a whole number");
}

#[test]
fn a_file_must_be_there_and_have_the_section() {
    let missing = Path::new("/nonexistent/signer.ini");
    assert_eq!(
        load(missing, NONE).unwrap_err().to_string(),
        "/nonexistent/signer.ini: cannot read: entity not found"
    );
    for (text, words) in [
        ("[server:main]\nport = 1", ": expected a section [app:main]"),
        ("[app:main]\nkinto.readonly = true\nx\n", ", line 3: expected name = value"),
    ] {
        let file = File::new(text);
        let shown = format!("{}{words}", file.path.display());
        assert_eq!(file.load(NONE).unwrap_err().to_string(), shown);
    }
}

#[test]
fn every_mistake_is_named_at_once_and_no_secret_with_them() {
    let text = format!(
        "[app:main]\nkinto.storage_url = redis://user:s3cret@localhost\n\
         kinto.batch_max_requests = 0\nkinto.signer.allow_floats = s3cret\n\
         notary.admin_url = http://u:s3cret@localhost\nnotary.admin_secret = s3cret\n\
         kinto.signer.webhook_url = http://hooks.example.com\n\
         kinto.signer.webhook_secret = {}\n\
         kinto.changes.resources = /buckets/a/\nsigner.log = ===\n",
        &SECRET[1..]
    );
    let shown = File::new(&text).load(NONE).unwrap_err().to_string();
    assert_eq!(
        shown.lines().collect::<Vec<_>>(),
        [
            "kinto.storage_url: expected a postgresql:// or postgres:// URL; nothing is stored \
             elsewhere than in PostgreSQL",
            "kinto.batch_max_requests: expected a whole number from 1",
            "notary.admin_url: expected an http or https URL, without a user or a password",
            "notary.audience: required: the public URI of this service",
            "notary.admin_secret: expected at least 32 characters, ASCII and visible",
            "kinto.signer.resources: Please specify the kinto.signer.resources setting.",
            "kinto.signer.allow_floats: expected true or false",
            "kinto.changes.resources: should be a bucket or collection URI (in '/buckets/a/')",
            "kinto.signer.webhook_url: expected an https URL, or an http one of this machine",
            "kinto.signer.webhook_secret: expected at least 32 characters, ASCII and visible",
            "signer.log: expected a level, or directives such as notary_signer=debug,info",
        ]
    );
}

#[test]
fn what_means_nothing_here_is_warned_of() {
    let settings = "kinto.signer.resources =\nkinto.signer.colour = red\nmail.host = localhost\n\
                    kinto.cache_backend = kinto.core.cache.memory\n\
                    kinto.includes = kinto.plugins.history kinto_signer kinto.plugins.accounts\n\
                    multiauth.policies = account\n\
                    kinto.experimental_permissions_endpoint = true\n";
    let env = [("KINTO_COLOUR", "red"), ("KINTO_INI", "x"), ("NOTARY_DB_URI", "x"), ("HOME", "/")];
    assert_eq!(
        with_env(settings, env).unwrap().warnings,
        [
            "kinto.includes: there is no kinto.plugins.accounts here",
            "multiauth.policies: there is no account here; people are known through Notary",
            "kinto.cache_backend: unknown, or without effect here",
            "mail.host: unknown, or without effect here",
            "kinto.signer.colour: unknown, or without effect here",
            "KINTO_COLOUR: unknown, or without effect here",
        ]
    );
}

#[test]
fn a_file_that_builds_on_another_is_refused() {
    let text = format!("[app:main]\nuse = config:other.ini\n{BASE}signer.resources =");
    assert_eq!(
        File::new(&text).load(NONE).unwrap_err().to_string(),
        "use: other files are not read; expected all settings here"
    );
}

#[test]
fn who_comes_from_the_successor_is_told_that_groups_are_not_checked() {
    let settings = "signer.resources =\nkinto.includes = kinto_remote_settings\n";
    assert_eq!(
        config(settings).warnings,
        [
            "kinto.signer.group_check_enabled: off, as in kinto-signer; kinto_remote_settings checks \
          groups wherever reviews are enabled"
        ]
    );
    let given = format!("{settings}signer.group_check_enabled = false");
    assert_eq!(config(&given).warnings, Vec::<String>::new());
}
