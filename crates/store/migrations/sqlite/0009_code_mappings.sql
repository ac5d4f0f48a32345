-- Rules that lead from the paths of stack traces to those of repositories. They go with their repository.
CREATE TABLE code_mappings (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    repository  BLOB    NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    project     TEXT    NOT NULL, -- empty: any
    stack_root  TEXT    NOT NULL,
    source_root TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (repository, project, stack_root)
) STRICT;
