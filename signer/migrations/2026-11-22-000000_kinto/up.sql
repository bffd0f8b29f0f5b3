-- Every list of objects, and its clock: milliseconds since the epoch, which only ever grow. Who
-- writes into a list holds its row, so that timestamps become visible in their order.
CREATE TABLE lists (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- `/buckets`, `/buckets/b/groups`, `/buckets/b/collections`, `/buckets/b/collections/c/records`
    uri text COLLATE "C" NOT NULL UNIQUE,
    last_modified bigint NOT NULL CHECK (last_modified > 0),
    -- Counts the writes that the clock does not tell: into the past, and what went without a trace.
    rewritten bigint NOT NULL DEFAULT 0,
    -- Of a list of records that was made what another one is: which, what that one's clock and
    -- count were, and the own clock since then. While all of these still hold, only what the other
    -- list's clock tells can differ.
    copied_from bigint,
    copied_clock bigint,
    copied_rewritten bigint,
    copied_at bigint
);
INSERT INTO lists (uri, last_modified)
VALUES ('/buckets', floor(extract(epoch FROM now()) * 1000));

-- Buckets, groups, collections, records, and the tombstones of all of them.
CREATE TABLE objects (
    list_id bigint NOT NULL REFERENCES lists,
    id text COLLATE "C" NOT NULL,
    last_modified bigint NOT NULL,
    deleted boolean NOT NULL,
    -- Without id and last_modified. Asked by filters; empty in a tombstone.
    data jsonb NOT NULL,
    -- Canonical JSON around the value of last_modified: what is served and what is signed is
    -- head || last_modified || tail. Made once, when the object is written.
    head text COLLATE "C" NOT NULL,
    tail text COLLATE "C" NOT NULL,
    -- SHA-256 of the canonical JSON without last_modified and schema: equal where a publish sees
    -- no difference.
    digest bytea NOT NULL,
    -- {"write": ["principal", …], …}; without empty ones.
    permissions jsonb NOT NULL,
    -- All principals of `permissions`, to find what is shared with somebody.
    principals text[] NOT NULL,
    -- Of a group, else null.
    members text[],
    PRIMARY KEY (list_id, id),
    UNIQUE (list_id, last_modified)
);
CREATE INDEX objects_principals ON objects USING gin (principals) WHERE principals <> '{}';
CREATE INDEX objects_members ON objects USING gin (members) WHERE members IS NOT NULL;

-- What was done to the objects of a bucket, and by whom. Kept when the object goes, not when
-- its bucket does.
CREATE TABLE history (
    bucket text COLLATE "C" NOT NULL,
    last_modified bigint NOT NULL,
    id uuid NOT NULL,
    -- Microseconds since the epoch.
    date bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('create', 'update', 'delete')),
    resource_name text NOT NULL CHECK (resource_name IN ('bucket', 'group', 'collection', 'record')),
    uri text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    collection text COLLATE "C",
    object_id text COLLATE "C" NOT NULL,
    -- The object's own last_modified, and the object as it was served then.
    target_last_modified bigint NOT NULL,
    head text COLLATE "C" NOT NULL,
    tail text COLLATE "C" NOT NULL,
    permissions jsonb NOT NULL,
    PRIMARY KEY (bucket, last_modified)
);

-- Webhooks on their way: written with what they tell of, sent after it is committed.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL
);
CREATE INDEX outbox_next ON outbox (next_attempt_at);

-- Who edited a source collection since its last approval: none of them may approve.
CREATE TABLE editors (
    collection text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    PRIMARY KEY (collection, user_id)
);

-- Pagination tokens of deletions, which work once.
CREATE TABLE spent_tokens (
    nonce text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
