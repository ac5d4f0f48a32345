-- Where releases were deployed, and the releases of one version in several repositories. History: no foreign keys.
ALTER TABLE releases ADD COLUMN environment TEXT;

CREATE INDEX releases_by_version ON releases (installation, version);

CREATE TABLE deploys (
    seq         INTEGER PRIMARY KEY,
    release     BLOB    NOT NULL,
    environment TEXT    NOT NULL,
    deployed_at INTEGER NOT NULL,
    UNIQUE (release, environment)
) STRICT;
