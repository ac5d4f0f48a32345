//! What the service keeps beside its database: the folder itself and the keys it makes at its first start.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bitbucket_integration_provider::ports::{Entropy, fresh_secret};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::read_secret_file;

/// The file of the generated API key, in the storage folder.
pub const API_KEY_FILE: &str = "api.key";

/// The file of the generated storage key, in the storage folder.
pub const STORAGE_KEY_FILE: &str = "storage.key";

/// Why a folder or key can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepingError {
    /// The folder can't be made.
    #[error("can't make the folder {}: {reason}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A key can't be read.
    #[error("{reason}")]
    Read {
        /// What the system says, with the path.
        reason: String,
    },
    /// A key can't be written.
    #[error("can't write {}: {reason}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// Makes a folder that only its owner can enter (0700), unless it is there.
pub(crate) fn make_folder(path: &Path) -> Result<(), KeepingError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| KeepingError::Folder {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// The key in this file; made and written (0600) when there is no such file. Says whether it was made now.
pub(crate) fn key_in(
    path: &Path,
    entropy: &dyn Entropy,
) -> Result<(SecretString, bool), KeepingError> {
    if path.exists() {
        let key = read_secret_file(path).map_err(|reason| KeepingError::Read { reason })?;
        return Ok((key, false));
    }
    let key = fresh_secret(entropy);
    write_new(path, &key).map_err(|error| KeepingError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    Ok((key, true))
}

/// Writes the whole key before the file gets its name: a crash leaves no half of a key, and of two processes that start
/// at once the second is told that the file is there.
fn write_new(path: &Path, key: &SecretString) -> io::Result<()> {
    let half = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(key.expose_secret().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    let named = fs::hard_link(&half, path);
    fs::remove_file(&half)?;
    named
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("deep/data");
        make_folder(&data).unwrap();
        assert_eq!(
            fs::metadata(&data).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let path = data.join(API_KEY_FILE);
        let (made, new) = key_in(&path, &SystemEntropy::default()).unwrap();
        let (read, again) = key_in(&path, &SystemEntropy::default()).unwrap();
        assert_eq!((new, again), (true, false));
        assert_eq!(made.expose_secret(), read.expose_secret());
        assert_eq!(made.expose_secret().len(), 64);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn an_empty_key_file_is_refused_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(API_KEY_FILE);
        fs::write(&path, "").unwrap();
        let refused = key_in(&path, &SystemEntropy::default()).unwrap_err();
        assert_eq!(refused.to_string(), format!("{} is empty", path.display()));
        assert_eq!(fs::read(&path).unwrap(), b"");
    }
}
