-- Pull requests that are decided, and deploys, are forgotten the oldest first.
CREATE INDEX pull_requests_decided ON pull_requests (updated_at) WHERE state <> 'open';
CREATE INDEX deploys_by_age ON deploys (deployed_at);
CREATE INDEX deploys_again_by_age ON deploys_again (deployed_at);

-- Where branches stood goes with their repository from now on.
DELETE FROM branch_heads WHERE repository NOT IN (SELECT id FROM repositories);
