DROP TRIGGER keys_begin ON keys;
DROP TRIGGER keys_end ON keys;
DROP TRIGGER keys_go ON keys;
DROP FUNCTION recall_keys, join_verifiers, verifiers_lock;
DROP TABLE recalls, verifiers;
