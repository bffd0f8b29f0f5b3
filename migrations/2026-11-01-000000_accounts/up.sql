-- Addresses are canonical (lower case, A-labels), so bytewise order is right, and prefixes can use
-- the index.

-- One row: notices a start with another NOTARY_SECRET_KEY.
CREATE TABLE key_checks (
    id integer PRIMARY KEY CHECK (id = 1),
    value bytea NOT NULL
);

-- Every kdf that this deployment has announced.
CREATE TABLE kdfs (
    v integer PRIMARY KEY,
    params jsonb NOT NULL UNIQUE
);

-- Confirmed keys, active and ended.
CREATE TABLE keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text COLLATE "C" NOT NULL,
    kid bytea NOT NULL CHECK (octet_length(kid) = 64),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 97),
    thumbprint bytea NOT NULL CHECK (octet_length(thumbprint) = 32),
    kdf_v integer NOT NULL REFERENCES kdfs,
    confirmed_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    ended_by text CHECK (ended_by IN ('password', 'address', 'user', 'admin')),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX keys_one_active_per_address ON keys (address) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX keys_one_active_per_thumbprint ON keys (thumbprint) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX keys_active_by_kid ON keys (kid) WHERE ended_at IS NULL;
CREATE INDEX keys_by_address ON keys (address, id);
CREATE INDEX keys_by_kid ON keys (kid, id);

-- Requests that wait for a confirmation. 'void' ones look like the others and can never be
-- confirmed: they keep the work the same whether or not an address is known.
CREATE TABLE signups (
    id uuid PRIMARY KEY,
    request text NOT NULL CHECK (request IN ('signup', 'password', 'address')),
    address text COLLATE "C" NOT NULL,
    old_address text COLLATE "C" CHECK ((old_address IS NOT NULL) = (request = 'address')),
    kid bytea NOT NULL CHECK (octet_length(kid) = 64),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 97),
    thumbprint bytea NOT NULL CHECK (octet_length(thumbprint) = 32),
    kdf_v integer NOT NULL REFERENCES kdfs,
    state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'ended', 'void')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX signups_pending_by_address ON signups (address, created_at) WHERE state = 'pending';
CREATE INDEX signups_pending_by_old_address ON signups (old_address) WHERE state = 'pending';
CREATE INDEX signups_pending_by_kid ON signups (kid) WHERE state = 'pending';
CREATE INDEX signups_by_expiry ON signups (expires_at);

-- One for each mailbox that a signup needs. Only the token's hash is kept.
CREATE TABLE confirmations (
    id uuid PRIMARY KEY,
    signup_id uuid NOT NULL REFERENCES signups ON DELETE CASCADE,
    nonce bytea NOT NULL CHECK (octet_length(nonce) = 16),
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 64),
    confirmed_at timestamptz
);
CREATE INDEX confirmations_by_signup ON confirmations (signup_id);

-- JWTs that were used, by SHA-256(thumbprint ‖ jti).
CREATE TABLE spent_jtis (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX spent_jtis_by_expiry ON spent_jtis (expires_at);

-- Mail that has to go out, and what became of it.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN (
        'signup', 'password', 'address_old', 'address_new', 'already_registered',
        'password_changed', 'address_changed', 'disabled', 'void')),
    recipient text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    confirmation_id uuid REFERENCES confirmations ON DELETE SET NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    last_error text,
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);
CREATE INDEX outbox_by_confirmation ON outbox (confirmation_id);
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state <> 'waiting';

-- IPs over the limit. A lifted block has its end moved to the present.
CREATE TABLE blocks (
    ip text PRIMARY KEY,
    until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX blocks_by_change ON blocks (changed_at);
CREATE INDEX blocks_by_until ON blocks (until);

-- Addresses that an admin keeps from signing up.
CREATE TABLE blocked_addresses (
    address text COLLATE "C" PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What happened, for ever. Ids are taken before a transaction commits, so a reader that pages by
-- id alone could pass one by; (txid, id) below the oldest running transaction is stable.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    address text COLLATE "C",
    kid bytea,
    thumbprint bytea,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX events_in_order ON events (txid, id);

CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();

CREATE FUNCTION events_horizon() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint $$;

-- What an admin sees of an address: its active key, else a pending signup, else its last key.
CREATE VIEW accounts AS
SELECT DISTINCT ON (address) address, kid, status, thumbprint, public_key, kdf_v,
       signed_up_at, confirmed_at, ended_at, ended_by
FROM (
    SELECT address, kid, CASE WHEN ended_at IS NULL THEN 'active' ELSE 'disabled' END AS status,
           CASE WHEN ended_at IS NULL THEN 0 ELSE 2 END AS rank,
           thumbprint, public_key, kdf_v, NULL::timestamptz AS signed_up_at,
           confirmed_at, ended_at, ended_by
    FROM keys
    UNION ALL
    SELECT address, kid, 'pending', 1, thumbprint, public_key, kdf_v, created_at,
           NULL, NULL, NULL
    FROM signups WHERE state = 'pending' AND request <> 'password' AND expires_at > now()
) AS rows
ORDER BY address, rank, coalesce(ended_at, confirmed_at, signed_up_at) DESC;
