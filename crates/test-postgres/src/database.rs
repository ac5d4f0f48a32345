//! Databases, one for each test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::binaries::variable;
use crate::{Binaries, Lifetime, PostgresError, Server};

/// The variable with the folder of a server that runs already.
pub const SERVER_VARIABLE: &str = "POSTGRES_FOR_TESTS";

/// An empty database, which goes when this does.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
    name: String,
}

impl Database {
    /// Makes a database on the server with this folder.
    ///
    /// # Errors
    /// [`PostgresError`] when the server refuses.
    pub fn create(folder: &Path) -> Result<Self, PostgresError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", std::process::id());
        statement(folder, &format!("CREATE DATABASE {name}"))?;
        Ok(Self {
            folder: folder.to_owned(),
            name,
        })
    }

    /// Makes a database on the server that the test run has, or on one that is started for this process.
    ///
    /// # Errors
    /// [`PostgresError`], which says what to do.
    pub fn create_for_test() -> Result<Self, PostgresError> {
        static OWN: Mutex<Option<Server>> = Mutex::new(None);
        if let Some(folder) = variable(SERVER_VARIABLE) {
            return Self::create(Path::new(&folder));
        }
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match own.take() {
            Some(server) => server,
            None => Server::start(Lifetime::OfThisProcess)?,
        };
        Self::create(own.insert(server).folder())
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/{}?host={}",
            self.name,
            self.folder.display()
        )
    }

    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of its server.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its structure and all its rows as text, as `pg_dump` writes them.
    ///
    /// # Errors
    /// [`PostgresError`] when the program is missing or fails.
    pub fn dump(&self) -> Result<String, PostgresError> {
        let program = Binaries::find()?.program("pg_dump");
        let mut command = Command::new(&program);
        command
            .args(["-U", "postgres", "-h"])
            .arg(&self.folder)
            .arg(&self.name);
        run("pg_dump", command, program)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Connections may still be closing. Without it the database goes with its server.
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = statement(&self.folder, &drop);
    }
}

fn statement(folder: &Path, sql: &str) -> Result<(), PostgresError> {
    let program = Binaries::find()?.program("psql");
    let mut command = Command::new(&program);
    command
        .args([
            "-X", "-q", "-U", "postgres", "-d", "postgres", "-c", sql, "-h",
        ])
        .arg(folder);
    run("psql", command, program).map(drop)
}

fn run(
    what: &'static str,
    mut command: Command,
    program: PathBuf,
) -> Result<String, PostgresError> {
    let ended = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| PostgresError::Start { program, source })?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    Err(PostgresError::Failed {
        what,
        output: String::from_utf8_lossy(&ended.stderr).into_owned(),
    })
}
