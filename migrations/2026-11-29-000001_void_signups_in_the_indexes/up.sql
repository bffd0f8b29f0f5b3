-- A void signup must take the same time as one that can be confirmed: it goes into the same
-- indexes.
DROP INDEX signups_pending_by_address, signups_pending_by_old_address, signups_pending_by_kid;
CREATE INDEX signups_open_by_address ON signups (address, created_at)
    WHERE state IN ('pending', 'void');
CREATE INDEX signups_open_by_old_address ON signups (old_address)
    WHERE state IN ('pending', 'void');
CREATE INDEX signups_open_by_kid ON signups (kid) WHERE state IN ('pending', 'void');
