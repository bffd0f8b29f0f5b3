// @generated automatically by Diesel CLI.

diesel::table! {
    editors (collection, user_id) {
        collection -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    history (bucket, last_modified) {
        bucket -> Text,
        last_modified -> Int8,
        id -> Uuid,
        date -> Int8,
        action -> Text,
        resource_name -> Text,
        uri -> Text,
        user_id -> Text,
        collection -> Nullable<Text>,
        object_id -> Text,
        target_last_modified -> Int8,
        head -> Text,
        tail -> Text,
        permissions -> Jsonb,
    }
}

diesel::table! {
    lists (id) {
        id -> Int8,
        uri -> Text,
        last_modified -> Int8,
        rewritten -> Int8,
        copied_from -> Nullable<Int8>,
        copied_clock -> Nullable<Int8>,
        copied_rewritten -> Nullable<Int8>,
        copied_at -> Nullable<Int8>,
    }
}

diesel::table! {
    objects (list_id, id) {
        list_id -> Int8,
        id -> Text,
        last_modified -> Int8,
        deleted -> Bool,
        data -> Jsonb,
        head -> Text,
        tail -> Text,
        digest -> Bytea,
        permissions -> Jsonb,
        principals -> Array<Text>,
        members -> Nullable<Array<Text>>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Uuid,
        body -> Text,
        created_at -> Timestamptz,
        attempts -> Int4,
        next_attempt_at -> Timestamptz,
    }
}

diesel::table! {
    spent_tokens (nonce) {
        nonce -> Text,
        expires_at -> Timestamptz,
    }
}

diesel::joinable!(objects -> lists (list_id));

diesel::allow_tables_to_appear_in_same_query!(lists, objects);
