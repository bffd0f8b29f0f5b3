-- Nodes that may answer about keys from memory. A row of another server's start holds nobody's
-- lease: whoever finds its own to be one begins anew.
CREATE TABLE verifiers (
    id uuid PRIMARY KEY,
    server_started_at timestamptz NOT NULL DEFAULT pg_postmaster_start_time()
);

-- What a verifier must forget, and has not acknowledged yet. No foreign keys: a verifier that goes
-- must not fail the change of a key that was just about to tell it.
CREATE TABLE recalls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    verifier uuid NOT NULL,
    kid bytea NOT NULL
);
CREATE INDEX recalls_by_verifier ON recalls (verifier);
CREATE INDEX recalls_by_kid ON recalls (kid);

-- Changes of keys go through here together; a verifier joins while none is under way, so that each
-- change either knows of it or has been committed before it reads its first key.
CREATE FUNCTION verifiers_lock() RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT hashtextextended('notary/verifiers', 0) $$;

-- Whatever changes a key, by whatever hand, tells the verifiers in the same transaction.
CREATE FUNCTION recall_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(verifiers_lock());
    INSERT INTO recalls (verifier, kid) SELECT verifiers.id, changed.kid FROM verifiers, changed;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_begin AFTER INSERT ON keys REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION recall_keys();
CREATE TRIGGER keys_end AFTER UPDATE ON keys REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION recall_keys();
CREATE TRIGGER keys_go AFTER DELETE ON keys REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION recall_keys();

-- Whether it has joined. It does not wait: whoever waits for this lock holds up every change.
CREATE FUNCTION join_verifiers(verifier uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(verifiers_lock()) THEN
        RETURN false;
    END IF;
    INSERT INTO verifiers (id) VALUES (verifier) ON CONFLICT DO NOTHING;
    RETURN true;
END $$;
