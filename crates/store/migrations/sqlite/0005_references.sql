-- What was done to issues is listed by repository and by issue, in the order of its arrival.
CREATE INDEX issue_effects_of_repository ON issue_effects (repository);
CREATE INDEX issue_effects_of_issue ON issue_effects (short_id);
