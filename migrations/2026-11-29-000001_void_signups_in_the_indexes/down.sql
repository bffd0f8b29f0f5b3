DROP INDEX signups_open_by_address, signups_open_by_old_address, signups_open_by_kid;
CREATE INDEX signups_pending_by_address ON signups (address, created_at) WHERE state = 'pending';
CREATE INDEX signups_pending_by_old_address ON signups (old_address) WHERE state = 'pending';
CREATE INDEX signups_pending_by_kid ON signups (kid) WHERE state = 'pending';
