//! What a raw diff is to hold.

use bitbucket_api_paths::FilePath;

/// What a raw diff is to hold; by default all of it, as `git diff` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DiffOptions {
    /// Only these files and what is below these folders; all when empty.
    pub paths: Vec<FilePath>,
    /// How many unchanged lines to show around a change; `None` leaves it to Bitbucket.
    pub context: Option<u32>,
    /// Leaves binary files out.
    pub without_binary: bool,
    /// Shows a moved file as removed and added.
    pub without_renames: bool,
}
