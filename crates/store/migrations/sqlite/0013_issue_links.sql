-- Issues at Bitbucket that belong to issues of the error tracker, and those that Bitbucket is being asked to create. No foreign keys: it
-- is history.
CREATE TABLE issue_links (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    installation BLOB    NOT NULL,
    repository   BLOB    NOT NULL,
    short_id     TEXT    NOT NULL,
    project      TEXT    NOT NULL,
    number       INTEGER, -- none until Bitbucket has given one
    title        TEXT    NOT NULL,
    web_url      TEXT,
    linked_at    INTEGER,
    request_key  TEXT,    -- of an issue that was created from here
    fingerprint  TEXT,
    begun_at     INTEGER,
    UNIQUE (installation, request_key),
    UNIQUE (repository, number, short_id)
) STRICT;

CREATE INDEX issue_links_of_issue ON issue_links (short_id);
CREATE INDEX issue_links_of_repository ON issue_links (repository);

-- Where the issues of a project went last.
CREATE TABLE usual_repositories (
    installation BLOB NOT NULL,
    project      TEXT NOT NULL,
    repository   BLOB NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    PRIMARY KEY (installation, project)
) STRICT;
