-- Tokens that are good for one call and were used, by the SHA-256 of their signature, until nobody accepts them any longer.
CREATE TABLE used_tokens (
    fingerprint BLOB    NOT NULL PRIMARY KEY,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_tokens_by_end ON used_tokens (expires_at);
