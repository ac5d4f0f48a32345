-- What comes round again. Rows are claimed like jobs: under a lease with a token that outdates the one before.
CREATE TABLE schedules (
    name         TEXT   NOT NULL PRIMARY KEY,
    every_ms     BIGINT NOT NULL, -- from one round to the next
    due_at       BIGINT NOT NULL,
    lease        BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT,
    done_at      BIGINT
);
