-- Keys of the service's own API: their digests, never the keys. `digest` is SHA-256.
CREATE TABLE api_keys (
    id         BLOB    NOT NULL PRIMARY KEY,
    digest     BLOB    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    scope      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- Commits of one repository are listed in the order of their arrival, which every index carries at its end.
CREATE INDEX commits_by_repository ON commits (repository);
