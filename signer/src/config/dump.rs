use std::{fmt::Display, path::PathBuf};

use super::{
    BackendSettings, Config,
    place::Place,
    resources::{Entry, GlobalReview, Pattern},
    values,
};

const HIDDEN: &str = "***";

impl Config {
    /// What is in force, defaults included, as a file that says the same; secrets are `***`. What is
    /// not in use is left out.
    pub fn dump(&self) -> String {
        let mut out = Dump(String::new());
        out.section("server:main");
        out.line("host", &self.listen.0);
        out.line("port", self.listen.1);
        out.section("app:main");
        out.line("kinto.storage_url", values::shown_postgres(self.database.expose()));
        out.line("kinto.storage_pool_size", self.pool_size);
        out.api(self);
        out.auth(self);
        out.signer(self);
        out.0
    }
}

struct Dump(String);

fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
}

impl Dump {
    fn section(&mut self, name: &str) {
        self.0 += &format!("[{name}]\n");
    }

    /// `%` is doubled, as the reader halves it.
    fn line(&mut self, key: impl Display, value: impl ToString) {
        let value = value.to_string().replace('%', "%%").replace('\n', "\n    ");
        self.0 += &format!("{key} = {value}\n");
    }

    fn some(&mut self, key: impl Display, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }

    fn list<T: ToString>(&mut self, key: impl Display, values: impl IntoIterator<Item = T>) {
        self.line(key, joined(values));
    }

    /// Left out when it is empty.
    fn any<T: ToString>(&mut self, key: impl Display, values: impl IntoIterator<Item = T>) {
        self.some(key, Some(joined(values)).filter(|values| !values.is_empty()));
    }

    fn api(&mut self, config: &Config) {
        let api = &config.api;
        self.line("kinto.readonly", api.readonly);
        self.some("kinto.paginate_by", api.paginate_by);
        self.line("kinto.batch_max_requests", api.batch_max_requests);
        self.list("kinto.bucket_create_principals", &api.bucket_create_principals);
        self.line("kinto.explicit_permissions", api.explicit_permissions);
        self.some("kinto.http_scheme", api.http_scheme.as_ref());
        self.some("kinto.http_host", api.http_host.as_ref());
        self.line("kinto.project_name", &api.project_name);
        self.line("kinto.project_docs", &api.project_docs);
        self.some("kinto.backoff", api.backoff);
        self.line("kinto.retry_after_seconds", api.retry_after);
        if let Some(eos) = &api.eos {
            self.line("kinto.eos", eos.at.to_rfc3339());
            self.some("kinto.eos_message", eos.message.as_ref());
            self.some("kinto.eos_url", eos.url.as_ref());
        }
        self.line("kinto.flush_endpoint_enabled", api.flush_endpoint);
        self.line("kinto.experimental_collection_schema_validation", api.schema_validation);
        self.list("kinto.cors_origins", &api.cors_origins);
        for (key, seconds) in api.cache.shown() {
            self.line(format_args!("kinto.{key}"), seconds);
        }
        self.any("kinto.changes.resources", &config.changes.resources);
        self.any("kinto.changes.excluded_collections", &config.changes.excluded);
    }

    fn auth(&mut self, config: &Config) {
        if config.auth.basic.is_some() {
            self.line("multiauth.policies", "basicauth");
            self.line("kinto.userid_hmac_secret", HIDDEN);
        }
        if let Some(notary) = &config.auth.notary {
            self.line("notary.admin_url", &notary.admin_url);
            self.line("notary.admin_secret", HIDDEN);
            self.line("notary.audience", &notary.audience);
        }
    }

    fn signer(&mut self, config: &Config) {
        let signer = "kinto.signer";
        self.line(format_args!("{signer}.key_folder"), config.key_folder.display());
        self.line(format_args!("{signer}.allow_floats"), config.allow_floats);
        self.line(format_args!("{signer}.auto_create_resources"), config.auto_create_resources);
        let principals = &config.auto_create_resources_principals;
        self.list("kinto.signer.auto_create_resources_principals", principals);
        self.line(
            format_args!("{signer}.hard_delete_destination_on_source_deletion"),
            config.hard_delete_destination_on_source_deletion,
        );
        if let Some(webhook) = &config.webhook {
            self.line(format_args!("{signer}.webhook_url"), &webhook.url);
            self.line(format_args!("{signer}.webhook_secret"), HIDDEN);
        }
        self.line(format_args!("{signer}.log"), &config.log);
        let GlobalReview { to_review_enabled, group_check_enabled, editors_group, reviewers_group } =
            config.resources.global();
        self.line(format_args!("{signer}.to_review_enabled"), to_review_enabled);
        self.line(format_args!("{signer}.group_check_enabled"), group_check_enabled);
        self.line(format_args!("{signer}.editors_group"), editors_group);
        self.line(format_args!("{signer}.reviewers_group"), reviewers_group);
        self.0 += &format!("{signer}.resources =\n");
        for Entry { source, preview, destination, .. } in config.resources.entries() {
            let preview = preview.as_ref().map(|place| format!(" -> {place}")).unwrap_or_default();
            self.0 += &format!("    {source}{preview} -> {destination}\n");
        }
        for Pattern { bucket, collection, to_review_enabled, .. } in config.resources.patterns() {
            self.line(
                format_args!("{signer}.{bucket}.{collection}.to_review_enabled"),
                to_review_enabled,
            );
        }
        config.resources.entries().for_each(|entry| self.entry(entry));
    }

    fn entry(&mut self, Entry { source, review, backend, .. }: &Entry) {
        let scope = match source {
            Place::Bucket(id) => format!("kinto.signer.{id}"),
            Place::Collection(uri) => format!("kinto.signer.{}.{}", uri.bucket, uri.id),
        };
        self.line(format_args!("{scope}.to_review_enabled"), review.to_review_enabled);
        self.line(format_args!("{scope}.group_check_enabled"), review.group_check_enabled);
        self.line(format_args!("{scope}.editors_group"), review.editors.as_str());
        self.line(format_args!("{scope}.reviewers_group"), review.reviewers.as_str());
        match backend.as_ref() {
            BackendSettings::LocalEcdsa { private_key, public_key } => {
                self.line(
                    format_args!("{scope}.signer_backend"),
                    "kinto_signer.signer.local_ecdsa",
                );
                let shown =
                    |key: &Option<PathBuf>| key.as_ref().map(|path| path.display().to_string());
                self.some(format_args!("{scope}.ecdsa.private_key"), shown(private_key));
                self.some(format_args!("{scope}.ecdsa.public_key"), shown(public_key));
            }
            BackendSettings::Autograph { server_url, hawk_id, key_ids, .. } => {
                self.line(format_args!("{scope}.signer_backend"), "kinto_signer.signer.autograph");
                self.line(format_args!("{scope}.autograph.server_url"), server_url);
                self.line(format_args!("{scope}.autograph.hawk_id"), hawk_id);
                self.line(format_args!("{scope}.autograph.hawk_secret"), HIDDEN);
                self.any(format_args!("{scope}.autograph.key_ids"), key_ids);
            }
        }
    }
}
