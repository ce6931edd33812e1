DROP TABLE journal;
DROP TABLE idempotency_keys;
DROP TABLE sessions;
DROP TABLE grants;
DROP TABLE accounts;
