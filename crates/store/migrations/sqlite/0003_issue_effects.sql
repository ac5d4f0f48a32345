-- What was done to issues because of commits, so that it is not done again and a later revert can undo it. History: no foreign keys.
CREATE TABLE issue_effects (
    seq        INTEGER PRIMARY KEY,
    repository BLOB    NOT NULL,
    commit_sha TEXT    NOT NULL,
    short_id   TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    done_at    INTEGER NOT NULL,
    UNIQUE (repository, commit_sha, short_id, action)
) STRICT;

CREATE INDEX issue_effects_by_issue ON issue_effects (repository, short_id);
