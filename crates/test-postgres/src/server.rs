//! The server and the guard that stops it.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::user::User;
use crate::{Binaries, PostgresError};

/// How often it is asked whether the server is ready, and how long between.
const LOOKS: u32 = 1200;
const BETWEEN: Duration = Duration::from_millis(50);

/// Settings of a server whose data is worth nothing and which is busy for a short time.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=64MB",
    "max_connections=300",
    "autovacuum_naptime=5s",
];

/// Waits for the end of a process ($3), or of what comes in when there is none, stops the server ($2) and removes its folder ($1).
/// It counts, so that it ends also where nobody collects a server that has ended.
const GUARD: &str = r#"
if [ -n "$3" ]; then while kill -0 "$3" 2>/dev/null; do sleep 0.3; done; else cat >/dev/null; fi
kill -INT "$2" 2>/dev/null
n=0
while kill -0 "$2" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
kill -KILL "$2" 2>/dev/null
rm -rf "$1"
"#;

/// When a server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// With the [`Server`], or with this process.
    OfThisProcess,
    /// With the process of this number; dropping the [`Server`] leaves it running.
    OfProcess(u32),
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    /// The server, as a child of ours.
    server: Child,
    guard: Child,
    lifetime: Lifetime,
}

impl Server {
    /// Makes an empty server and starts it. When this returns, it takes connections.
    ///
    /// # Errors
    /// [`PostgresError`], which says what to do.
    pub fn start(lifetime: Lifetime) -> Result<Self, PostgresError> {
        let binaries = Binaries::find()?;
        let user = User::other();
        let folder = make_folder(user)?;
        let started = initialize(&binaries, user, &folder)
            .and_then(|()| Self::launch(&binaries, user, &folder, lifetime));
        if started.is_err() {
            // What went wrong matters more than what is left behind.
            let _ = fs::remove_dir_all(&folder);
        }
        let mut server = started?;
        server.wait_until_ready(&binaries)?;
        Ok(server)
    }

    /// The folder of its socket, which is all that a client must know.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn launch(
        binaries: &Binaries,
        user: Option<User>,
        folder: &Path,
        lifetime: Lifetime,
    ) -> Result<Self, PostgresError> {
        let server = serve(binaries, user, folder)?;
        let watched = match lifetime {
            Lifetime::OfThisProcess => String::new(),
            Lifetime::OfProcess(process) => process.to_string(),
        };
        let mut guard = Command::new("sh");
        guard
            .args(["-c", GUARD, "guard"])
            .arg(folder)
            .arg(server.id().to_string())
            .arg(watched)
            // Ctrl-c reaches whoever started us; the guard is what cleans up after it.
            .process_group(0)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let guard = guard.spawn().map_err(|source| PostgresError::Start {
            program: "sh".into(),
            source,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            server,
            guard,
            lifetime,
        })
    }

    fn wait_until_ready(&mut self, binaries: &Binaries) -> Result<(), PostgresError> {
        for _ in 0..LOOKS {
            let mut look = Command::new(binaries.program("pg_isready"));
            look.arg("-q").arg("-h").arg(&self.folder);
            if look.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            if !matches!(self.server.try_wait(), Ok(None)) {
                break;
            }
            sleep(BETWEEN);
        }
        Err(PostgresError::Failed {
            what: "starting PostgreSQL",
            output: fs::read_to_string(self.folder.join("log")).unwrap_or_default(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.lifetime == Lifetime::OfThisProcess {
            drop(self.guard.stdin.take());
            // Both are gone afterwards, whatever these say.
            let _ = self.server.wait();
            let _ = self.guard.wait();
        }
    }
}

/// A folder that the server's user owns.
fn make_folder(user: Option<User>) -> Result<PathBuf, PostgresError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // The path of a socket has 107 characters at most.
    let path = std::env::temp_dir().join(format!("test-postgres-{}-{count}", std::process::id()));
    let made = fs::DirBuilder::new().mode(0o755).create(&path);
    let owned = made.and_then(|()| match user {
        Some(User { user, group }) => chown(&path, Some(user), Some(group)),
        None => Ok(()),
    });
    match owned {
        Ok(()) => Ok(path),
        Err(source) => Err(PostgresError::Folder { path, source }),
    }
}

fn initialize(binaries: &Binaries, user: Option<User>, folder: &Path) -> Result<(), PostgresError> {
    let program = binaries.program("initdb");
    let mut command = Command::new(&program);
    User::runs(user, &mut command)
        .args(["-A", "trust", "-U", "postgres", "-E", "UTF8"])
        .args(["--locale=C.UTF-8", "--no-sync", "--no-instructions", "-D"])
        .arg(folder.join("data"));
    let ended = command
        .output()
        .map_err(|source| PostgresError::Start { program, source })?;
    if ended.status.success() {
        return Ok(());
    }
    Err(PostgresError::Failed {
        what: "initdb",
        output: String::from_utf8_lossy(&ended.stderr).into_owned(),
    })
}

fn serve(binaries: &Binaries, user: Option<User>, folder: &Path) -> Result<Child, PostgresError> {
    let program = binaries.program("postgres");
    let log = folder.join("log");
    let output = || fs::File::options().create(true).append(true).open(&log);
    let started = output().and_then(|out| {
        let mut command = Command::new(&program);
        User::runs(user, &mut command)
            .arg("-D")
            .arg(folder.join("data"))
            .arg("-k")
            .arg(folder)
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(output()?);
        command.spawn()
    });
    started.map_err(|source| PostgresError::Start { program, source })
}
