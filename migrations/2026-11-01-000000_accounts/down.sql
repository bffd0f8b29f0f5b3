DROP VIEW accounts;
DROP TABLE events, blocked_addresses, blocks, outbox, spent_jtis, confirmations, signups, keys,
    kdfs, key_checks;
DROP FUNCTION events_are_append_only, events_horizon;
