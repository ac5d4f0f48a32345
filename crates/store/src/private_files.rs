//! Files and folders that only their owner may read.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// The folder a file is in; the current one for a bare name.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes the folder and those above it with mode 0700, as far as they are missing. A folder that is there keeps its mode.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Lets a file that is made by these options have mode 0600.
pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
