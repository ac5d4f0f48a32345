//! A raw diff: cut into pieces anywhere, it names the same files.

use bitbucket_http_client::diff::{DiffFile, DiffKind, DiffReader, Renames, files_of_diff};

use crate::input::somewhere;

pub(crate) fn check(data: &[u8]) {
    let files = files_of_diff(data);
    for size in [1, 2, 7, 1 + somewhere(data, data.len())] {
        assert_eq!(in_pieces(data, size), files);
    }
    for file in &files {
        assert_eq!(file.changes(Renames::Kept).len(), 1);
        let split = usize::from(file.kind == DiffKind::Renamed);
        assert_eq!(file.changes(Renames::Split).len(), 1 + split);
    }
}

fn in_pieces(diff: &[u8], size: usize) -> Vec<DiffFile> {
    let mut files = Vec::new();
    let mut reader = DiffReader::new();
    for piece in diff.chunks(size) {
        reader.push(piece, &mut |file| files.push(file));
    }
    reader.finish(&mut |file| files.push(file));
    files
}
