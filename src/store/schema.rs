// @generated automatically by Diesel CLI.
diesel::table! {
    key_checks (id) {
        id -> Int4,
        value -> Bytea,
    }
}
diesel::table! {
    kdfs (v) {
        v -> Int4,
        params -> Jsonb,
    }
}
diesel::table! {
    keys (id) {
        id -> Int8,
        address -> Text,
        kid -> Bytea,
        salt -> Bytea,
        public_key -> Bytea,
        thumbprint -> Bytea,
        kdf_v -> Int4,
        confirmed_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Text>,
    }
}
diesel::table! {
    signups (id) {
        id -> Uuid,
        request -> Text,
        address -> Text,
        old_address -> Nullable<Text>,
        kid -> Bytea,
        salt -> Bytea,
        public_key -> Bytea,
        thumbprint -> Bytea,
        kdf_v -> Int4,
        state -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}
diesel::table! {
    confirmations (id) {
        id -> Uuid,
        signup_id -> Uuid,
        nonce -> Bytea,
        token_hash -> Bytea,
        confirmed_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    spent_jtis (hash) {
        hash -> Bytea,
        expires_at -> Timestamptz,
    }
}
diesel::table! {
    outbox (id) {
        id -> Uuid,
        purpose -> Text,
        recipient -> Text,
        account -> Text,
        confirmation_id -> Nullable<Uuid>,
        state -> Text,
        attempts -> Int4,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
    }
}
diesel::table! {
    blocks (ip) {
        ip -> Text,
        until -> Timestamptz,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}
diesel::table! {
    blocked_addresses (address) {
        address -> Text,
        created_at -> Timestamptz,
    }
}
diesel::table! {
    events (id) {
        id -> Int8,
        txid -> Int8,
        at -> Timestamptz,
        kind -> Text,
        address -> Nullable<Text>,
        kid -> Nullable<Bytea>,
        thumbprint -> Nullable<Bytea>,
        detail -> Jsonb,
    }
}
diesel::table! {
    accounts (address) {
        address -> Text,
        kid -> Bytea,
        status -> Text,
        thumbprint -> Bytea,
        public_key -> Bytea,
        kdf_v -> Int4,
        signed_up_at -> Nullable<Timestamptz>,
        confirmed_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Text>,
    }
}
diesel::table! {
    verifiers (id) {
        id -> Uuid,
        server_started_at -> Timestamptz,
    }
}
diesel::table! {
    recalls (id) {
        id -> Int8,
        verifier -> Uuid,
        kid -> Bytea,
    }
}
diesel::joinable!(confirmations -> signups (signup_id));
diesel::joinable!(outbox -> confirmations (confirmation_id));
diesel::allow_tables_to_appear_in_same_query!(signups, confirmations, outbox);
diesel::allow_tables_to_appear_in_same_query!(verifiers, recalls, keys);
