//! Where the server's programs are.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::PostgresError;

/// Where Debian keeps each main version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with `initdb`, `postgres`, `psql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries(PathBuf);

impl Binaries {
    /// Looks in `PG_BINDIR`, under `/usr/lib/postgresql`, and on the `PATH`, in this order.
    ///
    /// # Errors
    /// [`PostgresError::NotInstalled`] when they are nowhere.
    pub fn find() -> Result<Self, PostgresError> {
        let named = variable("PG_BINDIR").map(PathBuf::from);
        let on_path = variable("PATH").unwrap_or_default();
        named
            .into_iter()
            .chain(newest(Path::new(DEBIAN)))
            .chain(std::env::split_paths(&on_path))
            .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
            .map(Self)
            .ok_or(PostgresError::NotInstalled)
    }

    /// The program of this name.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// The `bin` folders under `root`, the newest version first.
fn newest(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, path)| path).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "where programs are is told by the environment, and this crate is for tests"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_by_number() {
        let root = std::env::temp_dir().join(format!("binaries-{}", std::process::id()));
        for version in ["9", "15", "17", "notes"] {
            fs::create_dir_all(root.join(version).join("bin")).unwrap();
        }
        let found = newest(&root);
        fs::remove_dir_all(&root).unwrap();
        let expected: Vec<_> = ["17", "15", "9"]
            .map(|version| root.join(version).join("bin"))
            .to_vec();
        assert_eq!(found, expected);
        assert!(newest(&root).is_empty());
    }
}
