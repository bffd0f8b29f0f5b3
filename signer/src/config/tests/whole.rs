use super::*;
use crate::domain::uri::Id;

/// The examples of kinto-signer's own description, as they stand there.
#[test]
fn the_examples_of_kinto_signer_load() {
    let config = config(
        "
kinto.includes = kinto_signer

kinto.signer.resources =
    /buckets/source                         -> /buckets/destination
    /buckets/source/collections/collection1 -> /buckets/destination/collections/collection2
    /buckets/bid/collections/cid            -> /buckets/bid/collections/cid2
",
    );
    assert_eq!(
        config.warnings,
        ["kinto.signer.resources: both /buckets/source/collections/collection1 and \
             /buckets/source/collections/collection2 publish to \
             /buckets/destination/collections/collection2"]
    );
    let destination =
        |source: &str| config.resources.of_source(&uri(source)).unwrap().destination.to_string();
    assert_eq!(destination("source/any"), "/buckets/destination/collections/any");
    assert_eq!(destination("source/collection1"), "/buckets/destination/collections/collection2");
    assert_eq!(destination("bid/cid"), "/buckets/bid/collections/cid2");

    let config = super::config(
        "
kinto.signer.resources =
    /buckets/staging            -> /buckets/preview            -> /buckets/blog
    /buckets/bid/collections/c1 -> /buckets/bid/collections/c2 -> /buckets/bid/collections/c3

kinto.signer.staging.group_check_enabled = true
kinto.signer.staging.to_review_enabled = true
kinto.signer.staging.certificates.group_check_enabled = false
kinto.signer.staging.certificates.to_review_enabled = false
kinto.signer.staging.certificates.reviewers_group = certificates-reviewers
",
    );
    let any = review(&config, "staging/any");
    assert!(any.group_check_enabled && any.to_review_enabled);
    assert_eq!(any.reviewers.as_str(), "reviewers");
    let certificates = review(&config, "staging/certificates");
    assert!(!certificates.group_check_enabled && !certificates.to_review_enabled);
    assert_eq!(certificates.reviewers.as_str(), "certificates-reviewers");
    assert!(!review(&config, "bid/c1").to_review_enabled);
    let (role, resource) = config.resources.role(&uri("bid/c2")).unwrap();
    assert_eq!((role, resource.source), (Role::Preview, uri("bid/c1")));

    let config = super::config(
        "
kinto.signer.resources = /buckets/bucket-id -> /buckets/signed

kinto.signer.signer_backend = kinto_signer.signer.autograph
kinto.signer.autograph.server_url = http://localhost:8000

kinto.signer.bucket-id.autograph.hawk_id = bob
kinto.signer.bucket-id.autograph.hawk_secret = a-secret

kinto.signer.bucket-id.collection-id.signer_backend = kinto_signer.signer.local_ecdsa
kinto.signer.bucket-id.collection-id.ecdsa.private_key = /path/to/private.pem
kinto.signer.bucket-id.collection-id.ecdsa.public_key = /path/to/public.pem
",
    );
    let bob = backend(&config, "bucket-id/any");
    assert!(matches!(&*bob, BackendSettings::Autograph { hawk_id, .. } if hawk_id == "bob"));
    let (private_key, public_key) = ("/path/to/private.pem".into(), "/path/to/public.pem".into());
    assert_eq!(
        *backend(&config, "bucket-id/collection-id"),
        BackendSettings::LocalEcdsa {
            private_key: Some(private_key),
            public_key: Some(public_key)
        }
    );
}

#[test]
fn what_is_shown_loads_again_as_the_same() {
    let file = File::new(&format!(
        "[app:main]\n{BASE}kinto.a.record_cache_expires_seconds = 2\n\
         kinto.changes.resources = /buckets/d\nkinto.paginate_by = 7\n\
         kinto.project_docs = https://a.example/100%%25\n\
         signer.resources =\n  /buckets/s -> /buckets/p -> /buckets/d\n  a/b -> a/c\n\
         signer.to_review_enabled = true\nsigner.s.certs.to_review_enabled = false\n\
         signer.s.x(\\d+).to_review_enabled = false\nsigner.s.reviewers_group = r-{{collection_id}}"
    ));
    let config = file.load(NONE).unwrap();
    let shown = config.dump();
    let again = File::new(&shown).load(NONE).unwrap();
    assert_eq!(again.dump(), shown);
    assert_eq!(again.api, config.api);
    assert_eq!(again.changes, config.changes);
    assert_eq!(again.resources.capability(), config.resources.capability());
    for source in ["s/any", "s/certs", "s/x1", "a/b"] {
        let of = |config: &Config| config.resources.of_source(&uri(source));
        assert_eq!(of(&again), of(&config), "{source}");
    }
    assert_eq!(again.warnings, Vec::<String>::new());
}

#[test]
fn nothing_shown_holds_a_secret() {
    let settings = format!(
        "signer.resources = a/b -> c/d\nsigner.signer_backend = autograph\n\
         signer.autograph.server_url = http://localhost\nsigner.autograph.hawk_id = alice\n\
         signer.autograph.hawk_secret = {SECRET}\nnotary.admin_url = http://localhost\n\
         notary.admin_secret = {SECRET}\nnotary.audience = x\nmultiauth.policies = basicauth\n\
         kinto.userid_hmac_secret = {SECRET}\nsigner.webhook_url = https://a.example\n\
         signer.webhook_secret = {SECRET}\n"
    );
    let env = format!("postgres://a:{SECRET}@localhost/b");
    let config = with_env(&settings, [("KINTO_STORAGE_URL", env.as_str())]).unwrap();
    for shown in [config.dump(), format!("{config:?}"), config.resources.capability().to_string()] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
    assert_eq!(config.dump().matches("***").count(), 5);
}

#[test]
fn signer_ini_example_loads() {
    let folder = TempDir::new().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, SECRET).unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("signer.ini.example");
    let secret = secret.to_str().unwrap();
    let config = load(&example, [("NOTARY_ADMIN_SECRET_FILE", secret)]).unwrap();
    assert_eq!(config.warnings, Vec::<String>::new());
    assert!(review(&config, "staging/any").to_review_enabled);
    assert!(!review(&config, "staging/certificates").to_review_enabled);
    assert!(!review(&config, "staging/test-1").to_review_enabled);
}

/// With every line of the example that is commented out as well: all of its names are right.
#[test]
fn signer_ini_example_has_only_names_that_mean_something() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("signer.ini.example");
    let text = fs::read_to_string(example).unwrap();
    let mut lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix("#").unwrap_or(line)).collect();
    lines.retain(|line| !line.starts_with(' ') || line.starts_with("    /"));
    lines.retain(|line| !line.contains("_file ="));
    let file = File::new(&lines.join("\n"));
    let config = file
        .load([
            ("NOTARY_ADMIN_SECRET", SECRET),
            ("KINTO_SIGNER_WEBHOOK_SECRET", SECRET),
            ("KINTO_USERID_HMAC_SECRET", SECRET),
            ("KINTO_SIGNER_STAGING_AUTOGRAPH_HAWK_SECRET", SECRET),
        ])
        .unwrap();
    let unknown = |warning: &&String| warning.contains("unknown");
    assert_eq!(config.warnings.iter().filter(unknown).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(config.webhook.is_some() && config.auth.basic.is_some());
}

#[test]
fn env_example_loads() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example");
    let text = fs::read_to_string(example).unwrap();
    let assignments = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let secret = |(name, value): (&str, &str)| match name {
        "KINTO_NOTARY_ADMIN_SECRET" => (name.to_owned(), SECRET.to_owned()),
        _ => (name.to_owned(), value.to_owned()),
    };
    let env = assignments.map(|line| line.split_once('=').unwrap()).map(secret);
    let file = File::new("[app:main]\n");
    let config = Config::load(&file.path, env).unwrap();
    assert_eq!(config.warnings, Vec::<String>::new());
    let reviewers = review(&config, "staging/any").reviewers;
    assert_eq!(reviewers, Id::parse("staging-reviewers").unwrap());
}
