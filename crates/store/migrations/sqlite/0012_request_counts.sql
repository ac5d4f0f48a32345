-- The requests that each credential made, by the minute, for an hour. A credential is named by a fingerprint.
CREATE TABLE request_counts (
    credential TEXT    NOT NULL,
    minute     INTEGER NOT NULL, -- minutes since the epoch
    taken      INTEGER NOT NULL,
    PRIMARY KEY (credential, minute)
) STRICT, WITHOUT ROWID;
