-- Workspaces that installed the Connect app. The secret of one that removed it stays: it signs the call by which it installs again.
CREATE TABLE connect_tenants (
    client_key     TEXT    NOT NULL PRIMARY KEY,
    app_key        TEXT    NOT NULL,
    workspace      TEXT    NOT NULL,
    workspace_uuid TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    installed_at   INTEGER NOT NULL,
    shared_secret  BLOB    NOT NULL -- sealed
) STRICT, WITHOUT ROWID;

-- Consents that a person was asked for, by the SHA-256 of their `state`.
CREATE TABLE pending_grants (
    state      BLOB    NOT NULL PRIMARY KEY,
    tracker    TEXT    NOT NULL,
    workspace  TEXT,
    expires_at INTEGER NOT NULL,
    verifier   BLOB    NOT NULL -- sealed
) STRICT, WITHOUT ROWID;
