-- Where branches stood when their commits were read last. History: no foreign keys.
CREATE TABLE branch_heads (
    repository UUID NOT NULL,
    name       TEXT NOT NULL, -- empty: all of them were looked at
    sha        TEXT NOT NULL,
    PRIMARY KEY (repository, name)
);
