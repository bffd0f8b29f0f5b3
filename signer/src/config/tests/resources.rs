use serde_json::{Value, json};

use super::*;

#[test]
fn resources_must_be_given_and_may_be_none() {
    assert_eq!(
        mistakes(""),
        ["kinto.signer.resources: Please specify the kinto.signer.resources setting."]
    );
    assert_eq!(config("kinto.signer.resources =").resources.sources().count(), 0);
    assert_eq!(
        mistakes("kinto.signer.resources = a\n  b/c -> b/c"),
        [
            "kinto.signer.resources: Malformed resource: not separated with '->' (in 'a'). \
             See kinto-signer README.",
            "kinto.signer.resources: Malformed resource: cannot have same value for source,  \
             preview or destination (in 'b/c -> b/c'). See kinto-signer README.",
        ]
    );
}

#[test]
fn a_collections_own_entry_wins_over_its_buckets() {
    let resources = config(
        "kinto.signer.resources =\n  /buckets/s -> /buckets/p -> /buckets/d\n\
         \x20 /buckets/s/collections/one -> /buckets/d/collections/uno",
    )
    .resources;
    let of = |source: &str| {
        let Resource { preview, destination, .. } = resources.of_source(&uri(source))?;
        Some((preview.map(|uri| uri.to_string()), destination.to_string()))
    };
    assert_eq!(of("s/one"), Some((None, "/buckets/d/collections/uno".into())));
    assert_eq!(
        of("s/two"),
        Some((Some("/buckets/p/collections/two".into()), "/buckets/d/collections/two".into()))
    );
    assert_eq!(of("d/two"), None);
    assert_eq!(of("x/two"), None);

    let role = |collection: &str| {
        let (role, resource) = resources.role(&uri(collection))?;
        Some((role, resource.source.to_string()))
    };
    let (one, two) = ("/buckets/s/collections/one", "/buckets/s/collections/two");
    assert_eq!(role("s/one"), Some((Role::Source, one.into())));
    assert_eq!(role("d/uno"), Some((Role::Destination, one.into())));
    assert_eq!(role("s/two"), Some((Role::Source, two.into())));
    assert_eq!(role("p/two"), Some((Role::Preview, two.into())));
    assert_eq!(role("d/two"), Some((Role::Destination, two.into())));
    // Superseded: the source of these publishes elsewhere.
    assert_eq!([role("p/one"), role("d/one")], [None, None]);
    assert_eq!(role("x/one"), None);
}

#[test]
fn the_nearest_setting_wins_for_each_name_alone() {
    let settings = "signer.resources =\n  /buckets/stage -> /buckets/prod\n  a/b -> a/c\n\
                    signer.to_review_enabled = true\nsigner.group_check_enabled = true\n\
                    signer.stage.group_check_enabled = false\n\
                    signer.stage.certs.to_review_enabled = No\n\
                    signer.stage.certs.editors_group = certs\n\
                    signer.stage_old.reviewers_group = deprecated\n\
                    signer.stage_flat_reviewers_group = flat\nsigner.a_b.editors_group = ab\n";
    let config = config(settings);
    let of = |source: &str| {
        let review = review(&config, source);
        let flags = (review.to_review_enabled, review.group_check_enabled);
        (flags, format!("{} {}", review.editors, review.reviewers))
    };
    assert_eq!(of("stage/any"), ((true, false), "editors reviewers".into()));
    assert_eq!(of("stage/certs"), ((false, false), "certs reviewers".into()));
    assert_eq!(of("stage/old"), ((true, false), "editors deprecated".into()));
    assert_eq!(of("stage/flat"), ((true, false), "editors flat".into()));
    assert_eq!(of("a/b"), ((true, true), "ab reviewers".into()));
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn flags_are_pyramids_words_and_typing_errors_are_refused() {
    for (text, value) in [
        ("t", true),
        ("TRUE", true),
        ("y", true),
        ("Yes", true),
        ("on", true),
        ("1", true),
        ("f", false),
        ("false", false),
        ("n", false),
        ("No", false),
        ("off", false),
        ("0", false),
        ("", false),
    ] {
        let settings = format!("signer.resources = a/b -> c/d\nsigner.to_review_enabled = {text}");
        assert_eq!(review(&config(&settings), "a/b").to_review_enabled, value, "{text}");
    }
    assert_eq!(
        mistakes("signer.resources = a/b -> c/d\nsigner.a.to_review_enabled = ture"),
        ["signer.a.to_review_enabled: expected true or false"]
    );
}

#[test]
fn placeholders_of_groups_are_filled_in() {
    let config = config(
        "signer.resources =\n  /buckets/s -> /buckets/d\n  a/b -> a/c\n\
         signer.editors_group = {bucket_id}-{collection_id}-editors\n\
         signer.reviewers_group = group:/buckets/{bucket_id}/groups/{collection_id}-reviewers\n\
         signer.s.reviewers_group = {bucket_id}-reviewers",
    );
    let one = review(&config, "s/one");
    assert_eq!((one.editors.as_str(), one.editors_is_own), ("s-one-editors", true));
    assert_eq!((one.reviewers.as_str(), one.reviewers_is_own), ("s-reviewers", false));
    let other = review(&config, "a/b");
    assert_eq!((other.editors.as_str(), other.editors_is_own), ("a-b-editors", true));
    assert_eq!((other.reviewers.as_str(), other.reviewers_is_own), ("b-reviewers", true));
    assert_eq!(
        mistakes("signer.resources =\n  a/b -> c/d\n  e/f -> g/h\nsigner.editors_group = {foo}"),
        ["signer.editors_group: Unknown group placeholder 'foo'"]
    );
}

#[test]
fn patterns_set_whether_matching_collections_are_reviewed() {
    let config = config(
        "signer.resources =\n  /buckets/s -> /buckets/d\nsigner.to_review_enabled = true\n\
         signer.s.quick-(\\w+)-(desktop|mobile).to_review_enabled = false\n\
         signer.s.quick-en-mobile.to_review_enabled = true\n\
         signer.s.quick-fr-mobile.editors_group = x\n",
    );
    let reviewed = |source: &str| review(&config, source).to_review_enabled;
    assert!(!reviewed("s/quick-de-mobile"));
    assert!(!reviewed("s/quick-fr-mobile"));
    assert!(reviewed("s/quick-en-mobile"));
    assert!(reviewed("s/quick-de-mobiles"));
    assert!(reviewed("s/other"));
    assert_eq!(config.resources.sources().count(), 3);
    assert_eq!(config.warnings, Vec::<String>::new());
    assert_eq!(
        mistakes("signer.resources = a/b -> c/d\nsigner.a.x(.to_review_enabled = true"),
        ["signer.a.x(.to_review_enabled: expected a regular expression between the dots"]
    );
}

#[test]
fn backends_are_chosen_per_bucket_and_collection_and_equal_ones_are_one() {
    let config = config(
        "signer.resources =\n  /buckets/s -> /buckets/d\n  /buckets/t -> /buckets/e\n  a/b -> a/c\n\
         signer.signer_backend = kinto_signer.signer.autograph\n\
         signer.autograph.server_url = http://localhost:8000\n\
         signer.autograph.hawk_id = alice\nsigner.autograph.hawk_secret = alices\n\
         signer.t.autograph.hawk_id = bob\nsigner.t.autograph.hawk_secret = bobs\n\
         signer.t.autograph.key_ids = one two\n  three\n\
         signer.s.local.signer_backend = kinto.signer.signer.local_ecdsa\n\
         signer.s.local.ecdsa.private_key = /k/private.pem\n",
    );
    let autograph = |id: &str, key_ids: &[&str]| BackendSettings::Autograph {
        server_url: "http://localhost:8000".parse().unwrap(),
        hawk_id: id.into(),
        hawk_secret: Secret::new(format!("{id}s")),
        key_ids: key_ids.iter().map(|id| (*id).to_owned()).collect(),
    };
    let (alice, bob) = (autograph("alice", &[]), autograph("bob", &["one", "two", "three"]));
    assert_eq!(*backend(&config, "s/any"), alice);
    assert_eq!(*backend(&config, "a/b"), alice);
    assert_eq!(*backend(&config, "t/any"), bob);
    assert_eq!(*backend(&config, "s/local"), local("/k/private.pem"));
    let all: Vec<_> = config.resources.backends().map(|backend| (**backend).clone()).collect();
    assert_eq!(all, [alice, bob, local("/k/private.pem")]);
    // No resource is made of what looks like a collection called "autograph".
    assert_eq!(config.resources.sources().count(), 4);
}

#[test]
fn incomplete_backends_are_refused() {
    let one = "signer.resources = a/b -> c/d\n";
    let no_key = "Please specify either kinto.signer.ecdsa.private_key or \
                  kinto.signer.ecdsa.public_key in the settings.";
    assert_eq!(
        mistakes(&format!("{one}kinto.signer.ecdsa.private_key =")),
        [format!("kinto.signer.ecdsa.private_key: {no_key}")]
    );
    assert_eq!(
        mistakes(&format!("{one}signer.a.ecdsa.public_key =")),
        [format!("signer.a.ecdsa.public_key: {no_key}")]
    );
    let verifier =
        config(&format!("{one}signer.ecdsa.private_key =\nsigner.ecdsa.public_key = /p"));
    let public_key = Some(PathBuf::from("/p"));
    let expected = BackendSettings::LocalEcdsa { private_key: None, public_key };
    assert_eq!(*backend(&verifier, "a/b"), expected);

    let autograph = format!("{one}signer.signer_backend = autograph\n");
    let required = |setting| {
        format!(
            "kinto.signer.autograph.{setting}: required: /buckets/a/collections/b is signed by \
             Autograph"
        )
    };
    assert_eq!(mistakes(&autograph), ["server_url", "hawk_id", "hawk_secret"].map(required));
    assert_eq!(
        mistakes(&format!(
            "{autograph}signer.autograph.server_url = localhost:8000\n\
             signer.autograph.hawk_id = a\nsigner.autograph.hawk_secret = b"
        )),
        [
            "signer.autograph.server_url: expected an http or https URL, without a user or a password"
        ]
    );
    assert_eq!(
        mistakes(&format!("{one}signer.signer_backend = kinto_signer.signer.rot13")),
        ["signer.signer_backend: expected a dotted path that ends in local_ecdsa or autograph"]
    );
}

#[test]
fn keys_are_made_in_the_key_folder_alone() {
    let config = config(
        "signer.resources =\n  a/b -> c/d\n  e/f -> g/h\nsigner.key_folder = /var/lib/keys\n\
         signer.e.ecdsa.private_key = /etc/key.pem",
    );
    assert_eq!(
        *backend(&config, "a/b"),
        BackendSettings::made_at_start(Path::new("/var/lib/keys"))
    );
    assert_eq!(*backend(&config, "e/f"), local("/etc/key.pem"));
}

#[test]
fn the_capability_shows_what_differs_and_never_what_signs() {
    let shown = config(
        "signer.resources =\n  /buckets/s -> /buckets/p -> /buckets/d\n  a/b -> a/c\n\
         signer.to_review_enabled = true\nsigner.editors_group = {collection_id}-editors\n\
         signer.s.certs.to_review_enabled = false\nsigner.a.group_check_enabled = true\n\
         signer.a.reviewers_group = x\nsigner.s.(\\w+).to_review_enabled = true\n\
         signer.ecdsa.private_key = /secret/place",
    )
    .resources
    .capability();
    let place = |bucket: &str, id: Value| json!({"bucket": bucket, "collection": id});
    assert_eq!(
        shown,
        json!({
            "to_review_enabled": true,
            "group_check_enabled": false,
            "editors_group": "{collection_id}-editors",
            "reviewers_group": "reviewers",
            "resources": [
                {
                    "source": place("s", Value::Null),
                    "preview": place("p", Value::Null),
                    "destination": place("d", Value::Null),
                },
                {
                    "source": place("a", "b".into()),
                    "destination": place("a", "c".into()),
                    "group_check_enabled": true,
                    "editors_group": "b-editors",
                    "reviewers_group": "x",
                },
                {
                    "source": place("s", "certs".into()),
                    "preview": place("p", "certs".into()),
                    "destination": place("d", "certs".into()),
                    "to_review_enabled": false,
                    "editors_group": "certs-editors",
                },
            ],
        })
    );
}
