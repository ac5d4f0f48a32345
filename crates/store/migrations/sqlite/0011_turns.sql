-- Installations take turns: the due jobs of each, the oldest first.
CREATE INDEX jobs_by_turn ON jobs (installation, due_at, seq) WHERE due_at IS NOT NULL;
