//! Where the database is.

use std::fmt;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

/// How many connections one process opens at most.
const CONNECTIONS: u32 = 10;
/// How long a caller waits for a connection before it is told that the store is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A text that is no address of a PostgreSQL database. It never holds any part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an address such as postgres://user@host:5432/database?sslmode=verify-full, its parts percent-encoded"
)]
pub struct InvalidPostgresUrl;

/// Where a PostgreSQL database is and how it is used. `Debug` shows no password.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) connect: PgConnectOptions,
    pub(super) connections: u32,
    pub(super) acquire_timeout: Duration,
}

impl PostgresOptions {
    /// Reads an address: `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem`. The parameters are those
    /// of libpq; `?host=/run/postgresql` names the folder of a socket. What is not said comes from `PGUSER`, `PGPASSWORD` and the like.
    ///
    /// # Errors
    /// [`InvalidPostgresUrl`] when it is none.
    pub fn parse(url: &str) -> Result<Self, InvalidPostgresUrl> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(InvalidPostgresUrl);
        }
        let connect = PgConnectOptions::from_str(url).map_err(|_| InvalidPostgresUrl)?;
        Ok(Self {
            connect: connect.application_name("bitbucket-integration"),
            connections: CONNECTIONS,
            acquire_timeout: ACQUIRE_TIMEOUT,
        })
    }

    /// The same with this many connections at most, at least one.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// The database by name and host, without user and password.
    #[must_use]
    pub fn name(&self) -> String {
        let database = self.connect.get_database();
        let database = database.unwrap_or_else(|| self.connect.get_username());
        let port = self.connect.get_port();
        match self.connect.get_socket() {
            Some(socket) => format!("{database} at {}", socket.display()),
            None => format!("{database} at {}:{port}", self.connect.get_host()),
        }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("database", &self.name())
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_database_and_no_password() {
        let options =
            PostgresOptions::parse("postgres://ann:secret-word@db.example.com/integration")
                .unwrap();
        assert_eq!(options.name(), "integration at db.example.com:5432");
        let shown = format!("{options:?}");
        assert!(!shown.contains("secret-word"), "{shown}");
        let socket = PostgresOptions::parse("postgresql://ann@localhost/x?host=/run/pg").unwrap();
        assert_eq!(socket.name(), "x at /run/pg");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "mysql://a/b", "postgres:", "/var/lib/store.sqlite"] {
            assert_eq!(
                PostgresOptions::parse(text).unwrap_err(),
                InvalidPostgresUrl,
                "{text}"
            );
        }
    }
}
