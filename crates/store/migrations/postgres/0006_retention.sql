-- Jobs that are done are forgotten the longest ago first.
CREATE INDEX jobs_done ON jobs (finished_at) WHERE state = 'done';
