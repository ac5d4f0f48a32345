//! The file that holds the key, readable by its owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::key::{SecretKey, SecretKeyError};
use super::vault::KeyId;
use crate::private_files;

/// Why a key file could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file is there and can't be read.
    #[error("can't read the key file {}", path.display())]
    Read {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds something else than a key.
    #[error("the key file {} does not hold a key", path.display())]
    Malformed {
        /// The key file.
        path: PathBuf,
        /// What is wrong with its content.
        source: SecretKeyError,
    },
    /// The file is not there and can't be made.
    #[error("can't make the key file {}", path.display())]
    Create {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl KeyFileError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "key_file_unreadable",
            Self::Malformed { .. } => "key_file_malformed",
            Self::Create { .. } => "key_file_not_created",
        }
    }
}

impl SecretKey {
    /// The key in this file; when there is no such file, `random` becomes the key and is written to it, readable by its owner only.
    ///
    /// A key file appears whole or not at all. When several processes do this at once, all get the key of the one that was first.
    ///
    /// # Errors
    /// [`KeyFileError`] when the file can't be read, holds no key, or can't be made.
    pub fn load_or_create(path: impl AsRef<Path>, random: [u8; 32]) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        if let Some(key) = load(path)? {
            return Ok(key);
        }
        let key = Self::generate(random);
        match create(path, &key) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match load(path)? {
                Some(key) => Ok(key),
                None => Err(KeyFileError::Create {
                    path: path.to_owned(),
                    source: error,
                }),
            },
            Err(source) => Err(KeyFileError::Create {
                path: path.to_owned(),
                source,
            }),
        }
    }
}

fn load(path: &Path) -> Result<Option<SecretKey>, KeyFileError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => zeroize::Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(KeyFileError::Read {
                path: path.to_owned(),
                source,
            });
        }
    };
    match SecretKey::from_hex(&text) {
        Ok(key) => Ok(Some(key)),
        Err(source) => Err(KeyFileError::Malformed {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes the key next to its place and links it there, which fails when the place is taken.
fn create(path: &Path, key: &SecretKey) -> io::Result<()> {
    let folder = private_files::parent(path);
    private_files::create_folder(folder)?;
    let draft = draft_of(path, key);
    let linked = write_draft(&draft, key).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    linked.and(removed)?;
    File::open(folder)?.sync_all()
}

/// A name beside the key file that nobody else uses, as the key is random.
fn draft_of(path: &Path, key: &SecretKey) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.draft", KeyId::of(key)));
    path.with_file_name(name)
}

fn write_draft(draft: &Path, key: &SecretKey) -> io::Result<()> {
    let mut file =
        private_files::owner_only(OpenOptions::new().write(true).create_new(true)).open(draft)?;
    file.write_all(key.to_hex().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_made_once_and_read_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys").join("secret.key");
        let made = SecretKey::load_or_create(&path, [7; 32]).unwrap();
        let read = SecretKey::load_or_create(&path, [8; 32]).unwrap();
        assert_eq!(made.bytes(), &[7; 32]);
        assert_eq!(read.bytes(), &[7; 32]);
        let names: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["secret.key"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys").join("secret.key");
        SecretKey::load_or_create(&path, [7; 32]).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn of_many_that_make_it_at_once_all_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8_u8)
                .map(|n| {
                    let path = &path;
                    scope.spawn(move || *SecretKey::load_or_create(path, [n; 32]).unwrap().bytes())
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| key == &keys[0]), "{keys:?}");
    }

    #[test]
    fn a_file_with_something_else_is_refused_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, "not a key").unwrap();
        let error = SecretKey::load_or_create(&path, [7; 32]).unwrap_err();
        assert_eq!(error.code(), "key_file_malformed");
        assert!(!error.to_string().contains("not a key"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "not a key");
    }
}
