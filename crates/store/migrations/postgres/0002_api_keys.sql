-- Keys of the service's own API: their digests, never the keys. `digest` is SHA-256.
CREATE TABLE api_keys (
    id         UUID   NOT NULL PRIMARY KEY,
    digest     BYTEA  NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    scope      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);

-- Commits of one repository are listed in the order of their arrival.
CREATE INDEX commits_by_repository ON commits (repository, seq);
