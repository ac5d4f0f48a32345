-- Each deploy is a row of its own: `deploys` holds the first one of a release to an environment, as before, `deploys_again` those that
-- follow, such as a rollback. `key` tells a deploy from others where its sender gave one. History: no foreign keys.
ALTER TABLE deploys ADD COLUMN key TEXT;

CREATE INDEX deploys_by_environment ON deploys (environment, deployed_at);

CREATE TABLE deploys_again (
    seq         INTEGER PRIMARY KEY,
    release     BLOB    NOT NULL,
    environment TEXT    NOT NULL,
    number      INTEGER NOT NULL, -- from 2
    key         TEXT,
    deployed_at INTEGER NOT NULL,
    UNIQUE (release, environment, number),
    UNIQUE (release, environment, key)
) STRICT;

CREATE INDEX deploys_again_by_environment ON deploys_again (environment, deployed_at);
