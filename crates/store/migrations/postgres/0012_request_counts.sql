-- The requests that each credential made, by the minute, for an hour. A credential is named by a fingerprint.
CREATE TABLE request_counts (
    credential TEXT   NOT NULL,
    minute     BIGINT NOT NULL, -- minutes since the epoch
    taken      BIGINT NOT NULL,
    PRIMARY KEY (credential, minute)
);
