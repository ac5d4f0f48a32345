//! Which files a diff in git's format changes, read as it streams by.
//!
//! The format is git's own ("Generating patch text with -p", "Combined diff format" in `git help diff`). Content lines
//! of a hunk begin with a space, `+`, `-` or `\`, and lines of a binary patch hold no space, so a line that begins with
//! `diff --` always begins the next file: content is skipped without being read line by line.

mod file;
mod names;

use memchr::memchr;
use memchr::memmem::Finder;

use self::file::Header;
pub use self::file::{DiffFile, DiffKind, Renames};

/// What begins a file, with the line end before it.
const FILE_START: &[u8] = b"\ndiff --";
/// The longest header line kept, in bytes; a path is shorter on every system.
const MAX_LINE: usize = 128 * 1024;

/// Reads the changed files out of a diff that comes in pieces of any size.
///
/// It keeps the header of one file at a time, whatever the size of the diff. A truncated diff yields the files that it
/// still names; anything that is no diff yields none. It reads the output of `git diff`, not of `git format-patch`,
/// whose messages may quote diffs.
///
/// ```
/// use bitbucket_http_client::diff::{DiffKind, DiffReader};
///
/// let mut files = Vec::new();
/// let mut reader = DiffReader::new();
/// for piece in ["diff --git a/x b/x\nnew fi", "le mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+1\n"] {
///     reader.push(piece.as_bytes(), &mut |file| files.push(file));
/// }
/// reader.finish(&mut |file| files.push(file));
/// assert_eq!(files[0].kind, DiffKind::Added);
/// assert_eq!(files[0].new_path.as_deref(), Some(&b"x"[..]));
/// ```
#[derive(Debug)]
pub struct DiffReader {
    finder: Finder<'static>,
    place: Place,
    /// The bytes before the next piece that may begin [`FILE_START`]; always shorter than it.
    tail: Vec<u8>,
    /// The header line that the last piece broke off in.
    line: Vec<u8>,
    header: Option<Header>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among the header lines of a file.
    Header,
    /// In hunks, in a binary patch, or before the first file.
    Content,
}

impl Default for DiffReader {
    fn default() -> Self {
        Self::new()
    }
}

impl DiffReader {
    /// A reader at the beginning of a diff.
    #[must_use]
    pub fn new() -> Self {
        Self {
            finder: Finder::new(FILE_START),
            place: Place::Content,
            // The first line of the input begins a line as well.
            tail: b"\n".to_vec(),
            line: Vec::new(),
            header: None,
        }
    }

    /// Reads the next piece and gives each file to `found` as soon as the next one begins.
    pub fn push(&mut self, piece: &[u8], found: &mut dyn FnMut(DiffFile)) {
        let mut rest = piece;
        while !rest.is_empty() {
            rest = match self.place {
                Place::Content => self.skip_content(rest),
                Place::Header => self.read_line(rest, found),
            };
        }
    }

    /// Ends the diff and gives the last file to `found`.
    pub fn finish(mut self, found: &mut dyn FnMut(DiffFile)) {
        if self.place == Place::Header && !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            self.header_line(&line, found);
        }
        self.file_ends(found);
    }

    /// Skips to the next line that begins with `diff --`; gives what comes after these characters.
    fn skip_content<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let Some(end) = self
            .start_across(piece)
            .or_else(|| self.start_within(piece))
        else {
            self.keep_tail(piece);
            return &[];
        };
        self.place = Place::Header;
        self.tail.clear();
        self.line.clear();
        self.line.extend_from_slice(&FILE_START[1..]);
        &piece[end..]
    }

    /// Where a file start ends that began in an earlier piece.
    fn start_across(&self, piece: &[u8]) -> Option<usize> {
        let mut seam = [0; 2 * FILE_START.len()];
        let head = piece.len().min(FILE_START.len() - 1);
        let length = self.tail.len() + head;
        seam[..self.tail.len()].copy_from_slice(&self.tail);
        seam[self.tail.len()..length].copy_from_slice(&piece[..head]);
        let at = self.finder.find(&seam[..length])?;
        Some(at + FILE_START.len() - self.tail.len())
    }

    fn start_within(&self, piece: &[u8]) -> Option<usize> {
        self.finder.find(piece).map(|at| at + FILE_START.len())
    }

    fn keep_tail(&mut self, piece: &[u8]) {
        const KEPT: usize = FILE_START.len() - 1;
        if piece.len() >= KEPT {
            self.tail.clear();
        }
        self.tail
            .extend_from_slice(&piece[piece.len().saturating_sub(KEPT)..]);
        let surplus = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..surplus);
    }

    /// Reads up to the end of a header line; gives what comes after it.
    fn read_line<'a>(&mut self, piece: &'a [u8], found: &mut dyn FnMut(DiffFile)) -> &'a [u8] {
        let Some(end) = memchr(b'\n', piece) else {
            self.keep_line(piece);
            return &[];
        };
        if self.line.is_empty() {
            self.header_line(&piece[..end], found);
        } else {
            self.keep_line(&piece[..end]);
            let mut line = std::mem::take(&mut self.line);
            self.header_line(&line, found);
            line.clear();
            self.line = line;
        }
        &piece[end + 1..]
    }

    fn keep_line(&mut self, part: &[u8]) {
        let room = MAX_LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn header_line(&mut self, line: &[u8], found: &mut dyn FnMut(DiffFile)) {
        // A path that ends in a carriage return is quoted, so this one belongs to the line end.
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(header) = Header::begin(line) {
            self.file_ends(found);
            self.header = Some(header);
            return;
        }
        let goes_on = self.header.as_mut().is_some_and(|header| header.read(line));
        if !goes_on {
            self.place = Place::Content;
            self.tail.clear();
            self.tail.push(b'\n');
        }
    }

    fn file_ends(&mut self, found: &mut dyn FnMut(DiffFile)) {
        if let Some(file) = self.header.take().and_then(Header::into_file) {
            found(file);
        }
    }
}

/// The changed files of a diff that is all there.
#[must_use]
pub fn files_of_diff(diff: &[u8]) -> Vec<DiffFile> {
    let mut files = Vec::new();
    let mut reader = DiffReader::new();
    reader.push(diff, &mut |file| files.push(file));
    reader.finish(&mut |file| files.push(file));
    files
}

#[cfg(test)]
mod tests;
