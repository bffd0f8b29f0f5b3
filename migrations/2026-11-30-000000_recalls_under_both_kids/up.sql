-- A kid that somebody changes by hand: who had the old one must be forgotten, and so must be that
-- nobody had the new one.
CREATE FUNCTION recall_updated_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(verifiers_lock());
    INSERT INTO recalls (verifier, kid)
        SELECT verifiers.id, changed.kid
        FROM verifiers, (SELECT kid FROM old_keys UNION SELECT kid FROM new_keys) AS changed;
    RETURN NULL;
END $$;
DROP TRIGGER keys_end ON keys;
CREATE TRIGGER keys_end AFTER UPDATE ON keys
    REFERENCING OLD TABLE AS old_keys NEW TABLE AS new_keys
    FOR EACH STATEMENT EXECUTE FUNCTION recall_updated_keys();
