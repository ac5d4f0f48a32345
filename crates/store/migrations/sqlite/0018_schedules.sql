-- What comes round again. Rows are claimed like jobs: under a lease with a token that outdates the one before.
CREATE TABLE schedules (
    name         TEXT    NOT NULL PRIMARY KEY,
    every_ms     INTEGER NOT NULL, -- from one round to the next
    due_at       INTEGER NOT NULL,
    lease        INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER,
    done_at      INTEGER
) STRICT, WITHOUT ROWID;
