DROP TABLE spent_tokens, editors, outbox, history, objects, lists;
