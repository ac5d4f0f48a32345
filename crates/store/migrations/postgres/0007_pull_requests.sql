-- Pull requests as they were seen last, and which comment on them is ours. History: no foreign keys.
CREATE TABLE pull_requests (
    repository         UUID    NOT NULL,
    id                 BIGINT NOT NULL,
    title              TEXT    NOT NULL,
    description        TEXT    NOT NULL,
    messages           TEXT    NOT NULL, -- JSON
    issues             TEXT    NOT NULL, -- JSON
    author             TEXT,
    state              TEXT    NOT NULL,
    source_branch      TEXT,
    destination_branch TEXT,
    merge_commit       TEXT,
    web_url            TEXT,
    updated_at         BIGINT NOT NULL,
    comment            BIGINT,
    PRIMARY KEY (repository, id)
);

CREATE INDEX pull_requests_by_merge ON pull_requests (repository, merge_commit) WHERE merge_commit IS NOT NULL;
CREATE INDEX pull_requests_by_age ON pull_requests (repository, updated_at, id);
