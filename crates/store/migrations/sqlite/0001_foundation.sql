-- Everything the integration remembers.
--
-- Identifiers are UUIDs as 16 bytes: half of their text in every index, the same order, and the size of PostgreSQL's `uuid`.
-- Times are milliseconds since 1970-01-01T00:00:00Z. Lists and structures are JSON text. `seq` is the order of arrival.
-- History (deliveries, jobs, commits, releases) has no foreign keys: it outlives the installation and repository it came from.

-- Which keys the secrets are sealed with; opening the canary proves that the key at hand is one of them.
CREATE TABLE secret_keys (
    id     BLOB NOT NULL PRIMARY KEY,
    canary BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE installations (
    id             BLOB    NOT NULL PRIMARY KEY,
    workspace      TEXT    NOT NULL,
    workspace_uuid TEXT    NOT NULL UNIQUE,
    kind           TEXT    NOT NULL,
    client_key     TEXT    UNIQUE,
    tracker        TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    credential     BLOB    NOT NULL -- sealed
) STRICT, WITHOUT ROWID;

CREATE TABLE repositories (
    id           BLOB    NOT NULL PRIMARY KEY,
    installation BLOB    NOT NULL REFERENCES installations (id),
    uuid         TEXT    NOT NULL,
    full_name    TEXT    NOT NULL,
    web_url      TEXT,
    main_branch  TEXT,
    projects     TEXT    NOT NULL,
    on_push      TEXT    NOT NULL,
    hook         TEXT,
    state        TEXT    NOT NULL,
    added_at     INTEGER NOT NULL,
    UNIQUE (installation, uuid)
) STRICT, WITHOUT ROWID;

CREATE INDEX repositories_by_name ON repositories (full_name COLLATE NOCASE);

CREATE TABLE hook_secrets (
    seq        INTEGER PRIMARY KEY,
    repository BLOB NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    secret     BLOB NOT NULL -- sealed
) STRICT;

CREATE INDEX hook_secrets_by_repository ON hook_secrets (repository);

-- The body comes last, so that reading the other columns never touches its pages.
CREATE TABLE deliveries (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    installation BLOB    NOT NULL,
    repository   BLOB,
    source       TEXT    NOT NULL,
    event_key    TEXT    NOT NULL,
    dedupe_key   TEXT    NOT NULL,
    attempt      INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    body         BLOB    NOT NULL,
    UNIQUE (installation, dedupe_key)
) STRICT;

-- `due_at` is when a worker may claim the job: `run_at` while it is ready, the end of the lease while it runs, nothing once it is
-- done or dead. So one index serves claiming, and it holds open jobs only.
CREATE TABLE jobs (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE,
    key             TEXT    NOT NULL UNIQUE,
    installation    BLOB    NOT NULL,
    work            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    run_at          INTEGER NOT NULL,
    due_at          INTEGER,
    lease           INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    failure_code    TEXT,
    failure_message TEXT,
    finished_at     INTEGER
) STRICT;

CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (state);

CREATE TABLE commits (
    seq               INTEGER PRIMARY KEY,
    repository        BLOB    NOT NULL,
    sha               TEXT    NOT NULL,
    message           TEXT    NOT NULL,
    author_name       TEXT,
    author_email      TEXT,
    author_account_id TEXT,
    committed_at      INTEGER NOT NULL,
    branch            TEXT,
    recorded_at       INTEGER NOT NULL,
    UNIQUE (repository, sha)
) STRICT;

-- A commit's changed files never change, so one compact JSON text per commit is read faster than a row per file.
CREATE TABLE commit_changes (
    seq        INTEGER PRIMARY KEY,
    repository BLOB NOT NULL,
    sha        TEXT NOT NULL,
    changes    TEXT NOT NULL,
    UNIQUE (repository, sha)
) STRICT;

CREATE TABLE releases (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE,
    installation    BLOB    NOT NULL,
    repository      BLOB    NOT NULL,
    version         TEXT    NOT NULL,
    projects        TEXT    NOT NULL,
    commit_sha      TEXT    NOT NULL,
    previous_sha    TEXT,
    state           TEXT    NOT NULL,
    commit_count    INTEGER,
    issues          TEXT    NOT NULL,
    warnings        TEXT    NOT NULL,
    failure_code    TEXT,
    failure_message TEXT,
    created_at      INTEGER NOT NULL,
    published_at    INTEGER,
    UNIQUE (repository, version)
) STRICT;

CREATE INDEX releases_by_repository ON releases (repository, created_at);
