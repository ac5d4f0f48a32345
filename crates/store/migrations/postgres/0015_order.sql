-- Jobs with the same ordering key are done one after the other. The first of them that is open (neither done nor dead) is due; those
-- behind it have no `due_at`, so that claiming never meets them, and each that ends gives the next one its `due_at`.
ALTER TABLE jobs ADD COLUMN ordering_key TEXT;

CREATE INDEX jobs_in_order ON jobs (ordering_key, seq) WHERE ordering_key IS NOT NULL AND finished_at IS NULL;
-- Jobs that are stored at the same moment don't see each other, and both may be due: never do both run.
CREATE UNIQUE INDEX jobs_running_in_order ON jobs (ordering_key) WHERE ordering_key IS NOT NULL AND state = 'running';
